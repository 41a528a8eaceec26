import type { Resource } from "../mcp/define.ts";
import type { ToolContext } from "../tools/tool.ts";
import { memories } from "./memories.ts";
import { summaries } from "./summaries.ts";
import { tasks } from "./tasks.ts";

/** Every resource. */
export const resources: readonly Resource<ToolContext>[] = [...tasks, ...memories, ...summaries];
