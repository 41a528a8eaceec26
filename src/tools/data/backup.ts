import { z } from "zod";
import { defineTool } from "../tool.ts";

export const backupUserData = defineTool({
  name: "backup_user_data",
  title: "Back up",
  description:
    "Writes an archive of the person's whole life on the server and proves it by restoring it into a " +
    "scratch store. A large one may still be in_progress when this answers.",
  access: "copy",
  input: z.object({}),
  output: z.object({
    backup_id: z.string(),
    status: z.enum(["verified", "in_progress"]),
    made_at: z.string(),
  }),

  async run(_, { backups, actor }) {
    return await backups.backUp(actor.user_id);
  },
});
