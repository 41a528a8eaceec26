import type { AppError } from "../errors.ts";
import type { Outcome } from "../outcome.ts";

/** What is recorded; lists and pings are not. */
export const ACTIONS = [
  ...["tools/call", "resources/read", "resources/subscribe", "subscriptions/listen"] as const,
  ...["prompts/get", "completion/complete", "authenticate"] as const,
  ...["keys create", "keys rotate", "keys revoke"] as const,
  ...["areas share", "areas unshare", "export", "import"] as const,
  ...["backup create", "backup verify", "backup restore", "backup prune"] as const,
  ...["proposals approve", "proposals reject"] as const,
  ...["users create", "users update", "users delete", "users link", "users unlink"] as const,
  ...["users purge", "audit prune"] as const,
] as const;
export type Action = typeof ACTIONS[number];

/** What may be said of how it ended. */
export const OUTCOMES = [
  ...["ok", "invalid_input", "unauthenticated", "not_found", "permission_denied"] as const,
  ...["conflict", "unavailable", "rate_limited", "unknown_tool"] as const,
  ...["cancelled", "input_required", "error"] as const,
] as const satisfies readonly AuditOutcome[];

/** How it ends where the asker is kept out. */
export const DENIALS: readonly AuditOutcome[] = [
  ...["permission_denied", "unauthenticated", "rate_limited"] as const,
];

/** How it ended; `input_required` is a round of a call that ended with a question to its client. */
export type AuditOutcome = Outcome | "input_required" | "rate_limited";

/** Who asks. */
export interface Asker {
  /** The credential. */
  readonly id: string;
  /** Whom it stands for; nobody, for the operator at the command line. */
  readonly user_id: string | null;
}

/** What was asked for, in words of ours: never arguments, answers, or a text of the client. */
export interface Subject {
  readonly action: Action;
  /** The tool, prompt, address or key; {@linkcode UNKNOWN} for a name that nothing has. */
  readonly target: string | null;
  /** Whose life is meant. */
  readonly user_id: string | null;
  /** Another whom the client named, and what then is the target: kept where there is such a person. */
  readonly named?: { readonly user_id: string; readonly target: string | null } | undefined;
}

/** Something that was attempted and has ended. */
export interface Attempt extends Subject {
  /** Null where no credential was good. */
  readonly asker: Asker | null;
  /** The client's name for itself. */
  readonly client: string | null;
  /** Null for stdio and the command line. */
  readonly address: string | null;
  readonly outcome: AuditOutcome;
  /** The rule of a denial, or the word for what is wrong with a credential. */
  readonly reason: string | null;
  readonly duration_ms: number;
  readonly request_id: string | null;
}

/** Stands for every name that no tool, prompt or resource has. */
export const UNKNOWN = "unknown";

/** Who asked for what, from where, and how it ended; kept behind the calls, which never wait for it. */
export interface Audit {
  /** Takes no longer than putting it aside; never throws. */
  record(attempt: Attempt): void;

  /**
   * Records a credential that was refused; of a flood, no more than the first ones of each minute.
   *
   * @param limited the address has shown too many
   */
  refused(error: AppError, address: string | null, limited: boolean): void;

  /** Records that calls were too many, once a minute for each credential. */
  limited(asker: Asker, address: string | null): void;

  /** How many records could not be kept. */
  readonly lost: number;
}
