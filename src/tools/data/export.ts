import { z } from "zod";
import { AppError } from "../../errors.ts";
import { collect } from "../../formats/collect.ts";
import { EXPORT_FORMATS, writeAs } from "../../formats/formats.ts";
import { withheldOf } from "../../insights/withheld.ts";
import { defineTool } from "../tool.ts";

/** More does not fit into an answer; in bytes. */
const LARGEST = 1_000_000;

export const exportUserData = defineTool({
  name: "export_user_data",
  title: "Export a life",
  description:
    "The person's data as text: all as json or markdown, tasks as ics or csv. Up to 1 MB.",
  access: "read",
  input: z.object({ format: z.enum(EXPORT_FORMATS) }),
  output: z.object({
    format: z.string(),
    life_areas: z.int(),
    goals: z.int(),
    tasks: z.int(),
    memories: z.int(),
    content: z.string(),
    withheld: z.int().optional(),
  }),
  text: ({ content }) => content,

  async run({ format }, { db, life, actor }) {
    const { user } = await life.users.get(actor.user_id);
    const document = await collect(db, actor);
    const files = await writeAs(format, document, user.time_zone);
    const content = [...files]
      .map(([path, text]) => path === "" ? text : `<!-- file ${path} -->\n\n${text}\n`).join("");
    const size = new TextEncoder().encode(content).length;
    if (size > LARGEST) {
      throw new AppError(
        "invalid_input",
        `Cannot export as ${format} in an answer as it is ${size} bytes, more than ${LARGEST}`,
        `ask the operator for: selfos export --format ${format} --user ${actor.user_id} --out PATH`,
      );
    }
    const { life_areas, goals, tasks, memories } = document;
    return {
      ...{ format, life_areas: life_areas.length, goals: goals.length },
      ...{ tasks: tasks.length, memories: memories.length, content },
      ...await withheldOf(db, actor),
    };
  },
});
