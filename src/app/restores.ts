import type { Database } from "../db/db.ts";

interface Parts {
  readonly db: Database;
  /** Whether anyone is to be told of anything. */
  isFollowed(): boolean;
  tell(user_id: string): void;
}

/** Tells of lives that were put back to an earlier state, of which the journal tells nothing. */
export class Restores {
  readonly #parts: Parts;
  /** The last that is known; `undefined` before the first look. */
  #last: number | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Tells of those since the last look. */
  async look(): Promise<void> {
    const { db: { read }, isFollowed, tell } = this.#parts;
    if (!isFollowed()) {
      this.#last = undefined;
      return;
    }
    const rows = await read.selectFrom("restores").select(["id", "user_id"])
      .where("id", ">", this.#last ?? 0).orderBy("id", "desc").limit(1000).execute();
    if (this.#last !== undefined) {
      for (const user_id of new Set(rows.map(({ user_id }) => user_id))) tell(user_id);
    }
    this.#last = rows[0]?.id ?? this.#last ?? 0;
  }
}
