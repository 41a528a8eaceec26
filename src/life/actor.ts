/** On whose behalf, by whom and through what a verb is called. */
export interface Actor {
  /** The person whose life is touched. */
  readonly user_id: string;
  /** The credential: `local`, or a key's id. */
  readonly principal: string;
  /** The client's name for itself. */
  readonly client: string;
  readonly tool: string;
  readonly repeat?: Repeat;
  /** True for the command line: only there can changes to the person itself be undone. */
  readonly operator?: boolean;
}

/** How a repeated identical call is recognised. */
export interface Repeat {
  /** The caller's idempotency key; absent, the arguments themselves are the key. */
  readonly key?: string;
  /** The canonical arguments, or their SHA-256 in hex when they are long. */
  readonly fingerprint: string;
}
