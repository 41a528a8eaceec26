import type { Tool } from "../../mcp/define.ts";
import type { ToolContext } from "../tool.ts";
import { planDayTool } from "./plan_day.ts";

/** Plans that the person decides on. */
export const planning: readonly Tool<ToolContext>[] = [planDayTool];
