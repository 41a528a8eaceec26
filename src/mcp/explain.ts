import type { z } from "zod";
import { AppError, nearest, quote } from "../errors.ts";
import type { JsonSchema } from "./schema.ts";

/** One `invalid_input` that names every bad argument, what it must be, and what it was. */
export function explain(
  tool: string,
  issues: readonly z.core.$ZodIssue[],
  input: unknown,
  schema: JsonSchema,
): AppError {
  const complaints = issues.slice(0, 5).flatMap((issue) => complaintsOf(issue, input, schema));
  const advice = issues.some((issue) => clearsNothing(issue, input))
    ? "leave out what is to stay as it is; null clears only what may be empty"
    : undefined;
  return new AppError("invalid_input", `Cannot ${tool} as ${complaints.join("; ")}`, advice);
}

function clearsNothing({ code, path }: z.core.$ZodIssue, input: unknown): boolean {
  return (code === "invalid_type" || code === "invalid_value") && valueAt(input, path) === null;
}

function complaintsOf(
  issue: z.core.$ZodIssue,
  input: unknown,
  schema: JsonSchema,
): string[] {
  const name = pathText(issue.path) || "the arguments";
  const value = valueAt(input, issue.path);
  const got = `: got ${quote(value)}`;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => {
        const near = nearest(key, namesAt(schema, issue.path));
        const place = pathText([...issue.path, key]);
        return `there is no argument ${place}` + (near ? `, did you mean ${near}?` : "");
      });
    case "invalid_value":
      return [`${name} must be one of ${issue.values.join(", ")}${got}`];
    case "invalid_type":
      return [
        value === undefined ? `${name} is missing` : `${name} must be ${issue.expected}${got}`,
      ];
    case "too_small":
      return [`${name} must ${bound("at least", issue.minimum, issue.origin)}${got}`];
    case "too_big":
      return [`${name} must ${bound("at most", issue.maximum, issue.origin)}${got}`];
    case "invalid_union":
      return [`${name} has the wrong form${got}`];
    default:
      return [`${name}: ${issue.message}${got}`];
  }
}

/** The arguments that the schema has at a path. */
function namesAt(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  const place = path.reduce<JsonSchema | undefined>(
    (part, step) => typeof step === "number" ? part?.items : part?.properties?.[String(step)],
    schema,
  );
  return Object.keys(place?.properties ?? {});
}

function bound(edge: string, limit: number | bigint, origin: string): string {
  if (origin === "string") return `have ${edge} ${limit} characters`;
  if (origin === "array") return `have ${edge} ${limit} items`;
  return `be ${edge} ${limit}`;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((part) => typeof part === "number" ? `[${part}]` : `.${String(part)}`).join("")
    .replace(/^\./, "");
}

/** What stands at a path of a value, or `undefined`. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined,
    input,
  );
}
