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

/** One row: what the newest row of the trail is, and which ones retention has removed. */
export interface AuditHeadTable {
  /** Always 1. */
  one: number;
  /** Of the newest row; 0 before the first. */
  id: number;
  hash: string;
  /** Of the last row that was removed; 0 where none was. */
  removed_id: number;
  removed_hash: string;
  /** How many were removed in all. */
  removed_count: number;
}
