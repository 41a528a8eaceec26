import { z } from "zod";
import { scorecard } from "../../insights/scorecard.ts";
import { userStats } from "../../insights/stats.ts";
import { defineTool } from "../tool.ts";

export const queryUserStats = defineTool({
  name: "query_user_stats",
  title: "Count what there is",
  description:
    "How many goals, tasks and memories there are by status, and how many tasks are overdue. " +
    'by "client" adds how the writes of each client fared: kept, undone, proposed, denied.',
  access: "read",
  input: z.object({ by: z.literal("client").optional() }),
  output: z.object({
    active_goals: z.int(),
    completed_goals: z.int(),
    paused_goals: z.int(),
    archived_goals: z.int(),
    pending_tasks: z.int(),
    in_progress_tasks: z.int(),
    completed_tasks: z.int(),
    cancelled_tasks: z.int(),
    overdue_tasks: z.int(),
    due_today_tasks: z.int(),
    memory_items: z.int(),
    withheld: z.int().optional(),
    clients: z.array(z.object({
      client: z.string(),
      kept: z.int(),
      undone: z.int(),
      proposed: z.int(),
      approved: z.int(),
      rejected: z.int(),
      denied: z.int(),
    })).optional(),
  }),

  async run({ by }, { db, actor, now }) {
    const stats = await userStats(db, actor, now);
    return by === undefined ? stats : { ...stats, clients: await scorecard(db, actor) };
  },
});
