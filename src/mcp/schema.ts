import { z } from "zod";
import type { Level } from "../permissions.ts";
import { type Tool, writesIn } from "./define.ts";

/** The parts of JSON Schema that tool inputs use. */
export interface JsonSchema {
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  description?: string;
  [keyword: string]: unknown;
}

/** An object schema at the root of a tool's input or output. */
export interface RootSchema extends JsonSchema {
  type: "object";
  properties: Record<string, JsonSchema>;
}

const USER_ID: JsonSchema = { type: "string", description: "Another person, for admins" };
const IDEMPOTENCY_KEY: JsonSchema = { type: "string", maxLength: 200 };

/** The input of a tool as clients see it: `user_id` for admins, `idempotency_key` for writes. */
export function inputSchema({ input, access }: Tool<never>, level: Level): RootSchema {
  const printed: JsonSchema = JSON.parse(JSON.stringify(z.toJSONSchema(input, { io: "input" })));
  const { properties, required } = compact(printed);
  return {
    type: "object",
    properties: {
      ...properties,
      ...(writesIn(access) ? { idempotency_key: IDEMPOTENCY_KEY } : {}),
      ...(level === "admin" ? { user_id: USER_ID } : {}),
    },
    ...(required?.length ? { required } : {}),
  };
}

const REDUNDANT = ["$schema", "additionalProperties"];

/** Drops what only makes the list of tools longer; `null` beside one type becomes a pair of types. */
function compact(schema: JsonSchema): JsonSchema {
  const kept = Object.entries(schema).filter(([keyword, value]) =>
    !REDUNDANT.includes(keyword) &&
    !(keyword === "pattern" && "format" in schema) &&
    !(keyword === "maximum" && value === Number.MAX_SAFE_INTEGER) &&
    !(keyword === "minimum" && value === Number.MIN_SAFE_INTEGER)
  );
  const result: JsonSchema = Object.fromEntries(kept);
  if (result.items) result.items = compact(result.items);
  if (result.properties) {
    result.properties = Object.fromEntries(
      Object.entries(result.properties).map(([name, property]) => [name, compact(property)]),
    );
  }
  if (!result.anyOf) return result;
  const anyOf = result.anyOf.map(compact);
  const [first, second, ...others] = anyOf;
  if (first && typeof first.type === "string" && second?.type === "null" && others.length === 0) {
    const { anyOf: _, ...rest } = result;
    const values = first.enum ? { enum: [...first.enum, null] } : {};
    return { ...first, ...rest, ...values, type: [first.type, "null"] };
  }
  return { ...result, anyOf };
}
