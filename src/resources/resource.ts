import { z } from "zod";
import { lastChangeOf } from "../life/standing.ts";
import type { Resource } from "../mcp/define.ts";
import type { ToolContext } from "../tools/tool.ts";

interface Spec<Shape extends z.ZodRawShape, Read>
  extends Omit<Resource<ToolContext>, "mimeType" | "size" | "prepare"> {
  /** What the variables of the address are made of; an address with others names nothing. */
  readonly variables: z.ZodObject<Shape>;
  read(variables: z.output<z.ZodObject<Shape>>, context: ToolContext): Promise<Read>;
}

interface ResourceSpec<Shape extends z.ZodRawShape, Output extends z.ZodObject>
  extends Spec<Shape, z.input<Output>> {
  readonly output: Output;
}

/** A resource in JSON as a literal; what its output does not declare never leaves. */
export function defineResource<Shape extends z.ZodRawShape, Output extends z.ZodObject>(
  { variables, output, read, ...resource }: ResourceSpec<Shape, Output>,
): Resource<ToolContext> {
  return {
    ...resource,
    mimeType: "application/json",
    prepare(given) {
      const { data, error } = variables.safeParse(given);
      if (error) return undefined;
      return {
        async read(context) {
          const shown = output.parse(await read(data, context));
          const lastModified = newestIn(shown);
          return { text: JSON.stringify(shown), ...(lastModified ? { lastModified } : {}) };
        },
      };
    },
  };
}

/** When the newest of all that is shown was written; what people keep with it says nothing of that. */
function newestIn(shown: object): string | undefined {
  let newest: string | undefined;
  for (const [name, value] of Object.entries(shown)) {
    const found = name === "updated_at" && typeof value === "string"
      ? value
      : typeof value === "object" && value !== null && name !== "metadata"
      ? newestIn(value)
      : undefined;
    if (found !== undefined && (newest === undefined || found > newest)) newest = found;
  }
  return newest;
}

/** A resource in Markdown as a literal. */
export function defineMarkdown<Shape extends z.ZodRawShape>(
  { variables, read, ...resource }: Spec<Shape, string>,
): Resource<ToolContext> {
  return {
    ...resource,
    mimeType: "text/markdown",
    prepare(given) {
      const { data, error } = variables.safeParse(given);
      if (error) return undefined;
      return { read: async (context) => ({ text: await read(data, context) }) };
    },
  };
}

/** An id in an address: the one way to write it. */
export const IdInAddress = z.string().regex(/^[1-9]\d{0,14}$/).transform(Number);

/** What is made of all of a life was changed when the life was. */
export async function lastModifiedWithLife(
  uris: readonly string[],
  { db, actor }: ToolContext,
): Promise<Map<string, string>> {
  const at = await lastChangeOf(db, actor.user_id);
  return new Map(at === undefined ? [] : uris.map((uri) => [uri, at]));
}

/** The ways in which people name themselves in an address. */
export function ownName(typed: string, { actor }: ToolContext): Promise<string[]> {
  return Promise.resolve(["me", actor.user_id].filter((name) => name.startsWith(typed)));
}
