import type { Context } from "hono";

type Status = 400 | 401 | 403 | 404 | 408 | 413 | 415 | 421 | 429 | 503;

/** A refusal before any protocol: what was wrong, and what to do. */
export function refuse(
  context: Context,
  status: Status,
  message: string,
  headers: Record<string, string> = {},
  { advice }: { advice?: string | undefined } = {},
): Response {
  return context.json({ error: { message, ...(advice ? { advice } : {}) } }, status, headers);
}

/** The caller has used up what it may. */
export function tooMany(context: Context, seconds: number, message: string): Response {
  return refuse(context, 429, message, { "retry-after": String(seconds) }, {
    advice: `try again in ${seconds} s`,
  });
}

/** The path takes another method. */
export function wrongMethod(context: Context, allow: string): Response {
  return context.json({ error: { message: `the method must be ${allow}` } }, 405, { allow });
}

/** There is no place for one more connection. */
export function full(context: Context): Response {
  return refuse(context, 503, "the server has as many connections as it takes", {
    "retry-after": "30",
  });
}
