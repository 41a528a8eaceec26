import type { ListPromptsResult, Tool as ListedTool } from "@modelcontextprotocol/server";
import { AppError, nearest, quote } from "../errors.ts";
import { decide, type Level, type Principal } from "../permissions.ts";
import { annotationsOf, type Prompt, type Resource, type Tool } from "./define.ts";
import { pageOf } from "./page.ts";
import { Resources } from "./resources.ts";
import { inputSchema, type RootSchema } from "./schema.ts";

/** What a server offers. */
export interface Primitives<Context> {
  readonly tools: readonly Tool<Context>[];
  readonly resources?: readonly Resource<Context>[];
  readonly prompts?: readonly Prompt<Context>[];
}

/** The tools, resources and prompts of a server; schemas are built once for each level. */
export class Registry<Context> {
  readonly resources: Resources<Context>;
  readonly #tools: ReadonlyMap<string, Tool<Context>>;
  readonly #prompts: ReadonlyMap<string, Prompt<Context>>;
  readonly #schemas = new Map<string, RootSchema>();
  readonly #listed = new Map<string, ListedTool>();

  constructor({ tools, resources = [], prompts = [] }: Primitives<Context>) {
    this.#tools = byName("tools", tools);
    this.#prompts = byName("prompts", prompts);
    this.resources = new Resources(resources);
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
      .filter(({ name }) => decide(principal, { use: name }).allowed)
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

  hasPrompt(name: string): boolean {
    return this.#prompts.has(name);
  }

  /** @throws AppError `not_found` */
  findPrompt(name: string): Prompt<Context> {
    const prompt = this.#prompts.get(name);
    if (prompt) return prompt;
    const near = nearest(name, this.#prompts.keys());
    throw new AppError("not_found", `There is no prompt ${quote(name)}`, near && `use ${near}`);
  }

  /** The prompts that this principal may use. */
  listPrompts(principal: Principal, cursor?: string): ListPromptsResult {
    const usable = [...this.#prompts.values()]
      .filter(({ name }) => decide(principal, { prompt: name }).allowed);
    const { items, next } = pageOf(usable, cursor);
    const prompts = items.map(({ name, title, description, arguments: args }) => ({
      name,
      title,
      description,
      arguments: args.map(({ name, description, required = false }) => ({
        name,
        description,
        required,
      })),
    }));
    return { prompts, ...next };
  }

  #listing(tool: Tool<Context>, level: Level): ListedTool {
    const key = `${level} ${tool.name}`;
    const { name, title, description } = tool;
    const listed: ListedTool = this.#listed.get(key) ?? JSON.parse(JSON.stringify({
      name,
      title,
      description,
      inputSchema: this.schemaOf(tool, level),
      annotations: annotationsOf(tool),
    }));
    this.#listed.set(key, listed);
    return listed;
  }
}

function byName<T extends { readonly name: string }>(
  kind: string,
  all: readonly T[],
): ReadonlyMap<string, T> {
  const map = new Map(all.map((one) => [one.name, one]));
  if (map.size < all.length) throw new Error(`two ${kind} have the same name`);
  return map;
}
