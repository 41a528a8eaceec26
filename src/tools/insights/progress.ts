import { Buffer } from "node:buffer";
import { z } from "zod";
import { drawProgress } from "../../insights/progress/chart.ts";
import { analyzeProgress } from "../../insights/progress/progress.ts";
import { defineTool, Id, resolved } from "../tool.ts";

export const analyzeProgressTool = defineTool({
  name: "analyze_progress",
  title: "Analyze progress",
  description: "Tasks completed by day, streak, estimates against actual time, and when what is " +
    "open may be done at this pace; with a chart.",
  access: "read",
  input: z.object({
    period: z.string().trim().min(1).max(100).default("30d")
      .describe("Such as 7d, 12w, 6m, 1y or words"),
    goal_id: Id.optional().describe("With its subgoals"),
  }),
  output: z.object({
    totals: z.object({
      tasks_completed: z.int(),
      tasks_created: z.int(),
      active_days: z.int(),
      minutes: z.int(),
    }),
    streak: z.object({ current: z.int(), longest: z.int() }),
    estimates: z.object({
      tasks: z.int(),
      estimated_minutes: z.int(),
      actual_minutes: z.int(),
      ratio: z.number().nullable(),
      median_ratio: z.number().nullable(),
      typical_error_percent: z.number().nullable(),
    }),
    forecast: z.object({
      remaining: z.int(),
      repeating: z.int(),
      per_day: z.number(),
      p10: z.string().nullable(),
      p50: z.string().nullable(),
      p90: z.string().nullable(),
      reason: z.string().optional(),
    }),
    progress_data: z.array(z.object({
      date: z.string(),
      tasks_completed: z.int(),
      avg_duration: z.number().nullable(),
    })),
    resolved,
    withheld: z.int().optional(),
  }),

  async run(question, { db, actor, now, attach }) {
    const progress = await analyzeProgress(db, actor, question, now);
    if (progress.totals.tasks_completed > 0) {
      const data = Buffer.from(drawProgress(progress)).toString("base64");
      attach({ type: "image", data, mimeType: "image/png" });
    }
    return progress;
  },
});
