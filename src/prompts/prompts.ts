import type { Prompt } from "../mcp/define.ts";
import type { ToolContext } from "../tools/tool.ts";
import { catchUp } from "./catch_up.ts";
import { dailyPlanning } from "./daily_planning.ts";
import { decomposeGoal } from "./decompose_goal.ts";
import { eveningReflection } from "./evening_reflection.ts";
import { weeklyReview } from "./weekly_review.ts";

/** Every prompt. */
export const prompts: readonly Prompt<ToolContext>[] = [
  dailyPlanning,
  weeklyReview,
  decomposeGoal,
  eveningReflection,
  catchUp,
];
