import type { z } from "zod";
import type { Principal } from "../permissions.ts";

/** What a tool does to a life. Sets its annotations, so that the two cannot disagree. */
export type Access = "read" | "create" | "update" | "delete" | "undo";

/** One tool, as the pipeline knows it; `Context` is what its `run` is given beside the input. */
export interface Tool<Context> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly access: Access;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Checks the arguments against the input. */
  prepare(args: unknown): Prepared<Context> | { readonly issues: readonly z.core.$ZodIssue[] };
}

/** A tool with the input it will run on. */
export interface Prepared<Context> {
  readonly input: object;
  run(context: Context): Promise<object>;
}

/** One call on its way to a tool. */
export interface Call {
  readonly principal: Principal;
  /** The person whose life is meant. */
  readonly user_id: string;
  readonly tool: string;
  readonly access: Access;
  /** The client's name for itself. */
  readonly client: string;
  /** How a repetition is recognised; absent where repeating is harmless. */
  readonly repeat?: { readonly key?: string; readonly fingerprint: string };
  readonly signal: AbortSignal;
  /** Tells the client how far a long call is. */
  progress(done: number, total?: number, message?: string): Promise<void>;
}

export interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

const HINTS: Record<Access, { destructive: boolean; idempotent: boolean }> = {
  read: { destructive: false, idempotent: true },
  create: { destructive: false, idempotent: false },
  update: { destructive: true, idempotent: true },
  delete: { destructive: true, idempotent: true },
  undo: { destructive: true, idempotent: false },
};

/** What clients are told about the effect of a tool; no tool reaches beyond the store. */
export function annotationsOf(access: Access): Annotations {
  const { destructive, idempotent } = HINTS[access];
  return {
    readOnlyHint: access === "read",
    destructiveHint: destructive,
    idempotentHint: idempotent,
    openWorldHint: false,
  };
}
