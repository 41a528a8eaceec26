import { withoutCredentials } from "./credential_text.ts";

/** Codes that a client may branch on; they begin the text of every refused call. */
export type ErrorCode =
  | "invalid_input"
  | "unauthenticated"
  | "not_found"
  | "permission_denied"
  | "conflict"
  | "unavailable";

/** A failure that the caller can act on. */
export class AppError extends Error {
  override readonly name = "AppError";
  /** What to try next, in the imperative. */
  readonly advice: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    advice?: string,
    options?: ErrorOptions,
  ) {
    super(withoutCredentials(message), options);
    this.advice = advice && withoutCredentials(advice);
  }
}

/** What the caller may not do. `rule` is what stands in the way, in the operator's words. */
export class Denied extends AppError {
  constructor(readonly rule: string, attempt: string, advice: string) {
    super("permission_denied", `Cannot ${attempt} as ${rule}`, advice);
  }
}

/** A credential that opens nothing. */
export class BadCredential extends AppError {
  constructor(
    /** What is wrong with it, in a word. */
    readonly why: "missing" | "unknown" | "exposed" | "expired" | "revoked" | "suspended" | "unfit",
    message: string,
    advice: string,
    /** Which key it is, or pretends to be, where there is one of this id. */
    readonly key?: { readonly id: string; readonly user_id: string },
  ) {
    super("unauthenticated", message, advice);
  }
}

/** A good token that gives no level; its issuer may give out one that does. */
export class NoLevel extends AppError {
  constructor(readonly issuer: string, message: string, advice: string) {
    super("permission_denied", message, advice);
  }
}

/** A command line that cannot be understood: exit status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly advice: string;

  constructor(message: string, advice: string) {
    super(withoutCredentials(message));
    this.advice = withoutCredentials(advice);
  }
}

/** The name of a tool that does not exist: a fault of the protocol, not of the arguments. */
export class UnknownTool extends Error {
  override readonly name = "UnknownTool";
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The value as a short JSON text for an error message, at most 80 characters. */
export function quote(value: unknown): string {
  return shorten(withoutCredentials(writtenOut(value)), 80);
}

function writtenOut(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (error) {
    if (error instanceof RangeError) return "what is nested too deeply";
    throw error;
  }
}

/** At most `length` characters of a text, none of them cut in half, with `…` where it was cut. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}

/**
 * The candidate nearest to a mistyped word, or `undefined` when none is near.
 *
 * Near: at most a third of the letters differ, or one of the two begins with the other.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > 64) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of candidates) {
    const extends_ = word.length > 2 && (candidate.startsWith(word) || word.startsWith(candidate));
    const distance = extends_ ? 1 : editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
