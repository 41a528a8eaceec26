import { z } from "zod";
import { userStats } from "../../insights/stats.ts";
import { defineTool } from "../tool.ts";

export const queryUserStats = defineTool({
  name: "query_user_stats",
  title: "Count what there is",
  description:
    "How many goals, tasks and memories there are by status, and how many tasks are overdue.",
  access: "read",
  input: z.object({}),
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
  }),

  async run(_, { db, actor, now }) {
    return await userStats(db, actor, now);
  },
});
