import type { Tool as ListedTool } from "@modelcontextprotocol/server";
import { type Level, mayUse, type Principal } from "../permissions.ts";
import { annotationsOf, type Tool } from "./define.ts";
import { inputSchema, type RootSchema } from "./schema.ts";

/** The tools that a server offers; schemas are built once for each level. */
export class Registry<Context> {
  readonly #tools: ReadonlyMap<string, Tool<Context>>;
  readonly #schemas = new Map<string, RootSchema>();
  readonly #listed = new Map<string, ListedTool>();

  constructor(tools: readonly Tool<Context>[]) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    if (this.#tools.size < tools.length) throw new Error("two tools have the same name");
  }

  get names(): string[] {
    return [...this.#tools.keys()];
  }

  find(name: string): Tool<Context> | undefined {
    return this.#tools.get(name);
  }

  /** The tools that this principal may use. */
  list(principal: Principal): ListedTool[] {
    return [...this.#tools.values()]
      .filter(({ name }) => mayUse(principal, name).allowed)
      .map((tool) => this.#listing(tool, principal.level));
  }

  schemaOf(tool: Tool<Context>, level: Level): RootSchema {
    const key = `${level} ${tool.name}`;
    const known = this.#schemas.get(key);
    if (known) return known;
    const schema = inputSchema(tool, level);
    this.#schemas.set(key, schema);
    return schema;
  }

  #listing(tool: Tool<Context>, level: Level): ListedTool {
    const key = `${level} ${tool.name}`;
    const { name, title, description } = tool;
    const listed: ListedTool = this.#listed.get(key) ?? JSON.parse(JSON.stringify({
      name,
      title,
      description,
      inputSchema: this.schemaOf(tool, level),
      annotations: annotationsOf(tool.access),
    }));
    this.#listed.set(key, listed);
    return listed;
  }
}
