import type { Resource } from "../mcp/define.ts";
import type { ToolContext } from "../tools/tool.ts";
import { memories } from "./memories.ts";
import { schema } from "./schema.ts";
import { tasks } from "./tasks.ts";

/** Every resource. */
export const resources: readonly Resource<ToolContext>[] = [...tasks, ...memories, ...schema];
