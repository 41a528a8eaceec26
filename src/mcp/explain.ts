import type { z } from "zod";
import { AppError, nearest } from "../errors.ts";
import { complaintOf, pathText, valueAt } from "../issues.ts";
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
  if (issue.code !== "unrecognized_keys") {
    return [complaintOf(issue, input, pathText(issue.path) || "the arguments")];
  }
  return issue.keys.map((key) => {
    const near = nearest(key, namesAt(schema, issue.path));
    const place = pathText([...issue.path, key]);
    return `there is no argument ${place}` + (near ? `, did you mean ${near}?` : "");
  });
}

/** The arguments that the schema has at a path. */
function namesAt(schema: JsonSchema, path: readonly PropertyKey[]): string[] {
  const place = path.reduce<JsonSchema | undefined>(
    (part, step) => typeof step === "number" ? part?.items : part?.properties?.[String(step)],
    schema,
  );
  return Object.keys(place?.properties ?? {});
}
