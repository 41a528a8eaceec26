/** Rows are added in the order of their ids, each chained to the one before, and never changed. */
export interface AuditTable {
  id: number;
  /** When it had ended. */
  at: string;
  /** Whose life was meant. */
  user_id: string | null;
  /** The credential. */
  principal: string | null;
  /** Whom the credential stands for. */
  person: string | null;
  client: string | null;
  address: string | null;
  action: string;
  target: string | null;
  outcome: string;
  /** The rule of a denial, or the word for what is wrong with a credential. */
  reason: string | null;
  duration_ms: number;
  request_id: string | null;
  /** The hash of the row before. */
  previous: string;
  /** SHA-256 over all of the above, in hex. */
  hash: string;
}
