import type { Annotations, PromptMessage } from "@modelcontextprotocol/server";
import type { z } from "zod";
import type { Approval } from "../life/proposals/proposal.ts";
import type { Principal } from "../permissions.ts";
import { type Exchange, refusalIn } from "./exchange.ts";
import { textOf } from "./text.ts";

export { type Exchange, refusalIn, textOf };

/** What a tool does to a life. Sets its annotations, so that the two cannot disagree. */
export type Access = "read" | "create" | "update" | "delete" | "undo" | "copy";

/** One tool, as the pipeline knows it; `Context` is what its `run` is given beside the input. */
export interface Tool<Context> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly access: Access;
  /** Whether it asks what is beyond the store, such as a model. */
  readonly asksOutside?: true;
  /** Whether it answers nothing but what it is told. */
  readonly echoes?: true;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** The readable twin of what the tool answers, where it says that in words of its own. */
  text?(output: Record<string, unknown>): string;
  /** Checks the arguments against the input. */
  prepare(args: unknown): Prepared<Context> | { readonly issues: readonly z.core.$ZodIssue[] };
}

/** A tool with the input it will run on. */
export interface Prepared<Context> {
  readonly input: object;
  run(context: Context): Promise<object>;
}

/** One call on its way to a tool, a resource or a prompt. */
export interface Call extends Exchange {
  readonly principal: Principal;
  /** The person whose life is meant. */
  readonly user_id: string;
  /** The name of what is called. */
  readonly tool: string;
  /** How a repetition is recognised; absent where repeating is harmless. */
  readonly repeat?: { readonly key?: string; readonly fingerprint: string };
  /** True where it writes nothing, and what it would write is proposed. */
  readonly proposes?: true;
  /** The proposal that it carries out. */
  readonly approval?: Approval;
}

/** What clients are told about the effect of a tool. */
export interface ToolAnnotations {
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
  // Nothing of the life changes, but every call leaves something behind.
  copy: { destructive: false, idempotent: false },
};

/** Whether a tool of this access writes into a life. */
export function writesIn(access: Access): boolean {
  return access !== "read" && access !== "copy";
}

/** What clients are told about the effect of a tool. */
export function annotationsOf(
  { access, asksOutside }: Pick<Tool<never>, "access" | "asksOutside">,
): ToolAnnotations {
  const { destructive, idempotent } = HINTS[access];
  return {
    readOnlyHint: access === "read",
    destructiveHint: destructive,
    idempotentHint: idempotent,
    openWorldHint: asksOutside === true,
  };
}

/** Another day that it is for a person, though nothing was written. */
export interface DayBegun {
  readonly user_id: string;
  /** From the day that it was up to the one that it is, by the person's calendar. */
  readonly days: readonly string[];
}

/**
 * A change of a life: whose, and which items of it. That is what a resource needs of an event; what
 * is offered knows nothing of events, so it says so itself.
 */
export interface Touched {
  readonly user_id: string;
  readonly change_id: number;
  readonly items: readonly { readonly entity: string; readonly id: number | string }[];
}

/** Answers values that begin with what was typed, the likeliest first. */
export type Complete<Context> = (typed: string, context: Context) => Promise<readonly string[]>;

/** What a resource holds: text, or bytes as Base64. */
export type Content = ({ readonly text: string } | { readonly blob: string }) & {
  /** When the newest of it was written, in RFC 3339, where that is known. */
  readonly lastModified?: string;
};

/** One address that is listed, as the person will want it. */
export interface Listing {
  readonly uri: string;
  /** What is there, where that is more than its form says. */
  readonly title?: string;
  /** The form of the address, where it is another's; nothing is listed of a form that is not there. */
  readonly form?: string;
}

/** One resource, or all that share the form of an address. */
export interface Resource<Context> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** `selfos://tasks/{task_id}`. A variable named `user_id` is the person meant, or `me`. */
  readonly uri: string;
  readonly mimeType: string;
  /** Bytes, where they are known beforehand. */
  readonly size?: number;
  readonly annotations?: Annotations;
  /**
   * Seconds for which its content may be kept, unless a change touches it; absent, it is never. Such
   * content must depend on nothing but the items of lives, on what its reader sees of them, on the day in
   * their time zone, and on what {@linkcode Resource.beside} tells.
   */
  readonly ttl?: number;
  /** What its content depends on beside; equal, it is the same. */
  beside?(context: Context): Promise<string>;
  /** Who can complete which variable of the address. */
  readonly complete?: Readonly<Record<string, Complete<Context>>>;
  /**
   * The addresses whose content a change may have changed, all below one where its last part is `*`;
   * absent, nobody is told of changes. Further changes may have been made since; each is asked about.
   */
  touchedBy?(change: Touched, context: Context): Promise<readonly string[]>;
  /** The addresses whose content is another once a day of the person has begun. */
  touchedByDay?(begun: DayBegun, context: Context): Promise<readonly string[]>;
  /** Addresses that the person will want, the likeliest first; absent, only the form is listed. */
  list?(context: Context): Promise<readonly Listing[]>;
  /** When what is at these addresses was last changed, where that is known. */
  lastModified?(uris: readonly string[], context: Context): Promise<ReadonlyMap<string, string>>;
  /** The people whose list a change may have changed. */
  listTouchedBy?(change: Touched, context: Context): Promise<readonly string[]>;
  /** Checks the variables of an address; `undefined` when they can name nothing. */
  prepare(variables: Readonly<Record<string, string>>): Reading<Context> | undefined;
}

/** A resource at the address that is read. */
export interface Reading<Context> {
  read(context: Context): Promise<Content>;
}

/** One prompt: messages for the client's model, made from arguments that the person fills in. */
export interface Prompt<Context> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument<Context>[];
  write(
    args: Readonly<Record<string, string>>,
    context: Context,
  ): Promise<readonly PromptPart[]>;
}

/** A message of a prompt. */
export interface PromptPart {
  readonly message: PromptMessage;
  /** What shows the same; the message is left out where the caller may not do that. */
  readonly needs?: { readonly read: string } | { readonly use: string };
}

/** What a person fills in before a prompt is used. */
export interface PromptArgument<Context> {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly complete?: Complete<Context>;
}
