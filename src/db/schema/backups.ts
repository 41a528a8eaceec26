import type { Generated } from "kysely";

/** An archive, or one that is being made. */
export interface BackupTable {
  /** In the order in which they were made, whatever the clock said. */
  number: Generated<number>;
  id: string;
  /** Whose life is in it; null for the lives of all. */
  user_id: string | null;
  /** `asked`, `scheduled`, `assistant`, `before restore`; `found` where the store did not make it. */
  reason: string;
  /** When it was begun; of a scheduled one, when it was due. */
  made_at: string;
  /** From here on: null while it is being made. The newest step of the schema that its rows have. */
  schema_step: string | null;
  /** Where it was written, on the machine that did. */
  file: string | null;
  /** In the folder of backups, wherever that is moved; null where it was written elsewhere. */
  name: string | null;
  /** 0 or 1. */
  encrypted: number;
  /** Bytes. */
  size: number | null;
  row_count: number | null;
  /** Of the file, in hex. */
  sha256: string | null;
  /** Of one person's life, the highest id of its changes in it; 0 without any. */
  newest_change: number | null;
  /** Likewise, of the times that it was put back. */
  newest_restore: number | null;
  /** When it was last restored into a scratch store and found to be the same. */
  verified_at: string | null;
  /** Why that failed the last time. */
  failure: string | null;
  /** Of a scheduled one, when an instance began to make it; null once that was given up. */
  claimed_at: string | null;
}

/** Whose life was put in the place of another; for servers that run meanwhile. */
export interface RestoreTable {
  id: Generated<number>;
  user_id: string;
  at: string;
}
