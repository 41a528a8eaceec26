import type { Toolset } from "../config.ts";
import type { Tool } from "../mcp/define.ts";
import { data } from "./data/data.ts";
import { goals } from "./goals.ts";
import { history } from "./history.ts";
import { insights } from "./insights/insights.ts";
import { memory } from "./memory.ts";
import { tasks } from "./tasks.ts";
import type { ToolContext } from "./tool.ts";

/** Every tool, by the toolset that offers it. */
export const toolsets: Readonly<Record<Toolset, readonly Tool<ToolContext>[]>> = {
  goals,
  tasks,
  memory,
  insights,
  history,
  data,
};
