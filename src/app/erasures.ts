import type { Database } from "../db/db.ts";

interface Parts {
  readonly db: Database;
  /** Drops what is kept in memory of anybody's life. */
  forget(): Promise<void>;
}

/** Hears of people who were erased, by whatever process: it is in the audit trail, which all share. */
export class Erasures {
  readonly #parts: Parts;
  /** The newest record that was looked at; `undefined` before the first look. */
  #seen: number | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Forgets where anybody was erased since the last look. */
  async look(): Promise<void> {
    const { db: { read }, forget } = this.#parts;
    const newest = await read.selectFrom("audit").select("id").orderBy("id", "desc").limit(1)
      .executeTakeFirst();
    const last = newest?.id ?? 0;
    const seen = this.#seen ?? last;
    if (last > seen) {
      const erasure = await read.selectFrom("audit").select("id").where("id", ">", seen)
        .where("id", "<=", last).where("action", "=", "users purge").where("outcome", "=", "ok")
        .limit(1).executeTakeFirst();
      if (erasure !== undefined) await forget();
    }
    this.#seen = last;
  }
}
