import type { Tool } from "../../mcp/define.ts";
import type { ToolContext } from "../tool.ts";
import { applyPlan } from "./apply_plan.ts";
import { decomposeGoal } from "./decompose_goal.ts";
import { planDayTool } from "./plan_day.ts";

/** Plans that the person decides on. */
export const planning: readonly Tool<ToolContext>[] = [decomposeGoal, planDayTool, applyPlan];
