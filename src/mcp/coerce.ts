import { isObject } from "../json.ts";
import type { JsonSchema } from "./schema.ts";

/**
 * Mends what language models often get wrong: numbers, booleans, lists and objects written as
 * text, and `null` for an argument that was left out, unless some argument of the same object takes
 * `null`: then it has a meaning. Anything else is left for the schema.
 */
export function coerce(value: unknown, schema: JsonSchema): unknown {
  const mended = typeof value === "string" ? unquote(value, typesOf(schema)) : value;
  if (Array.isArray(mended) && schema.items) {
    const { items } = schema;
    return mended.map((member) => coerce(member, items));
  }
  if (isObject(mended) && schema.properties) return coerceProperties(mended, schema);
  return mended;
}

function coerceProperties(value: Record<string, unknown>, schema: JsonSchema) {
  const entries: [name: string, member: unknown][] = [];
  for (const [name, member] of Object.entries(value)) {
    const property = schema.properties && Object.hasOwn(schema.properties, name)
      ? schema.properties[name]
      : undefined;
    const mended = property ? coerce(member, property) : member;
    const isLeftOut = property !== undefined && mended === null &&
      !schema.required?.includes(name) && !takesNull(schema);
    if (!isLeftOut) entries.push([name, mended]);
  }
  return Object.fromEntries(entries);
}

function takesNull({ properties }: JsonSchema): boolean {
  return Object.values(properties ?? {}).some((property) => typesOf(property).includes("null"));
}

function unquote(text: string, types: readonly string[]): unknown {
  if (types.includes("string")) return text;
  const trimmed = text.trim();
  const numeric = types.includes("number") || types.includes("integer");
  if (numeric && /^-?\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed);
  if (types.includes("boolean") && /^(true|false)$/i.test(trimmed)) {
    return trimmed.toLowerCase() === "true";
  }
  if (types.includes("null") && trimmed === "null") return null;
  if (!types.includes("array") && !types.includes("object")) return text;
  try {
    const parsed: unknown = JSON.parse(trimmed);
    return typeof parsed === "object" ? parsed : text;
  } catch {
    return text;
  }
}

function typesOf({ type, anyOf }: JsonSchema): readonly string[] {
  const own = type === undefined ? [] : [type].flat();
  return [...own, ...(anyOf ?? []).flatMap(typesOf)];
}
