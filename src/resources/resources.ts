import type { Resource } from "../mcp/define.ts";
import type { ToolContext } from "../tools/tool.ts";
import { goals } from "./goals.ts";
import { memories } from "./memories.ts";
import { tasks } from "./tasks.ts";
import { users } from "./users.ts";

/** Every resource. */
export const resources: readonly Resource<ToolContext>[] = [
  ...tasks,
  ...memories,
  ...users,
  ...goals,
];
