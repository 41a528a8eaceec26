import type { Approval } from "./proposals/proposal.ts";
import type { Viewer } from "./scope.ts";

/** On whose behalf, by whom and through what a verb is called; its `user_id` is the person meant. */
export interface Actor extends Viewer {
  /** The credential: `local`, or a key's id. */
  readonly principal: string;
  /** The client's name for itself. */
  readonly client: string;
  readonly tool: string;
  readonly repeat?: Repeat;
  /** True for the command line: only there can changes to the person itself be undone. */
  readonly operator?: boolean;
  /** The person who acts, where the life is that of another who shares areas of it. */
  readonly guest?: string;
  /** Whether the guest is narrowed to some areas, and does not see all of their own life. */
  readonly narrowed?: boolean;
  /** True where nothing is to be written: what would be is thrown as a {@linkcode Rehearsed}. */
  readonly proposes?: boolean;
  /** The proposal that is carried out; the actor is the one who proposed. */
  readonly approval?: Approval;
}

/** How a repeated identical call is recognised. */
export interface Repeat {
  /** The caller's idempotency key; absent, the arguments themselves are the key. */
  readonly key?: string;
  /** The canonical arguments, or their SHA-256 in hex when they are long. */
  readonly fingerprint: string;
}
