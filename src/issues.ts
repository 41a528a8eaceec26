import type { z } from "zod";
import { quote } from "./errors.ts";

/** What is wrong with a part of some input: what it must be, and what it was. */
export function complaintOf(
  issue: z.core.$ZodIssue,
  input: unknown,
  name: string = pathText(issue.path) || "it",
): string {
  const value = valueAt(input, issue.path);
  const got = `: got ${quote(value)}`;
  switch (issue.code) {
    case "unrecognized_keys":
      return `there is no field ${
        issue.keys.map((key) => pathText([...issue.path, key])).join(", ")
      }`;
    case "invalid_value":
      return `${name} must be one of ${issue.values.join(", ")}${got}`;
    case "invalid_type":
      return value === undefined ? `${name} is missing` : `${name} must be ${issue.expected}${got}`;
    case "too_small":
      return `${name} must ${bound("at least", issue.minimum, issue.origin)}${got}`;
    case "too_big":
      return `${name} must ${bound("at most", issue.maximum, issue.origin)}${got}`;
    case "invalid_format":
      return `${name} must be ${formOf(issue)}${got}`;
    case "invalid_union":
      return `${name} has the wrong form${got}`;
    case "invalid_key": {
      const [inner] = issue.issues;
      return inner === undefined ? `${name} has a name that cannot be` : complaintOf(
        inner,
        issue.path.at(-1),
        `the name of a part of ${pathText(issue.path.slice(0, -1))}`,
      );
    }
    default:
      return `${name}: ${issue.message}${got}`;
  }
}

/** The path of a part as a person writes it: `tasks[3].title`. */
export function pathText(path: readonly PropertyKey[]): string {
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

function bound(edge: string, limit: number | bigint, origin: string): string {
  if (origin === "string") return `have ${edge} ${limit} characters`;
  if (origin === "array") return `have ${edge} ${limit} items`;
  return `be ${edge} ${limit}`;
}

function formOf({ format, pattern }: z.core.$ZodIssueInvalidStringFormat): string {
  if (format === "datetime") return "a time such as 2026-11-27T17:00:00Z";
  return format === "regex" ? `of the form ${pattern}` : `a valid ${format}`;
}
