import type { Resource } from "../mcp/define.ts";
import type { ToolContext } from "../tools/tool.ts";
import { goals } from "./goals.ts";
import { memories } from "./memories.ts";
import { schema } from "./schema.ts";
import { summaries } from "./summaries.ts";
import { tasks } from "./tasks.ts";
import { users } from "./users.ts";

/** Every resource. */
export const resources: readonly Resource<ToolContext>[] = [
  ...users,
  ...summaries,
  ...goals,
  ...tasks,
  ...memories,
  ...schema,
];
