import type { Database } from "../db/db.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { cutOff, type Fault, faultAtEnd, faultOf, type Place, unsealed } from "./fault.ts";
import { type Head, headOf, NOTHING, type Removed } from "./head.ts";
import { PRUNE, sealing } from "./retention.ts";
import { type Reading, type StoredRow, storedRows } from "./stored.ts";

/** What was found of the chain. */
export interface Verdict {
  readonly intact: boolean;
  readonly fault: Fault | null;
  /** Rows that were looked at. */
  readonly records: number;
  /** Rows that retention has removed, and the last of them; null where it never did. */
  readonly removed: Removed | null;
  /** The newest row that is as it was recorded; null where there is none. */
  readonly newest: Checkpoint | null;
  /** The checkpoint it was compared with: `removed` where retention has removed that row meanwhile. */
  readonly checkpoint: "none" | "passed" | "removed" | "failed";
}

/** Rows that are in memory at once. */
const PAGE = 1000;

/**
 * Walks the whole chain, oldest row first, in one state of the store.
 *
 * Found is all that was done to the table of the trail alone. The hashes need no secret: whoever can write
 * the whole store can make the trail and its head anew, or an earlier one of it, which is found with a
 * checkpoint alone that was kept elsewhere.
 */
export async function verifyChain(db: Database, checkpoint?: Checkpoint): Promise<Verdict> {
  return await db.snapshot(async (read) => {
    const head = await headOf(read);
    return await new Walk({ read, hexOf: db.hexOf }, head, checkpoint).run();
  });
}

class Walk {
  #records = 0;
  #removed: Removed;
  #last: Place;
  #reached = false;
  /** What the latest record of retention says. */
  #sealed: string | null = null;

  constructor(
    private readonly store: Reading,
    private readonly head?: Head,
    private readonly checkpoint?: Checkpoint,
  ) {
    this.#removed = head?.removed ?? NOTHING;
    const { id, hash } = this.#removed;
    this.#last = { id, hash };
  }

  async run(): Promise<Verdict> {
    const fault = await this.#walk() ?? cutOff(this.#last, this.head) ?? this.#missed() ??
      this.#unsealed();
    const { id, hash, at } = this.#last;
    return {
      intact: fault === undefined,
      fault: fault ?? null,
      records: this.#records,
      removed: this.#removed.count === 0 ? null : this.#removed,
      newest: at === undefined ? null : { id, hash, at, count: this.#count },
      checkpoint: this.#compared(fault),
    };
  }

  get #count(): number {
    return this.#removed.count + this.#records;
  }

  async #walk(): Promise<Fault | undefined> {
    // Whoever adds a row may have given it any id.
    let after: number | undefined;
    for (;;) {
      const rows = await storedRows(this.store, PAGE, after);
      for (const row of rows) {
        const fault = this.#next(row);
        if (fault !== undefined) return fault;
      }
      after = rows.at(-1)?.id;
      if (rows.length < PAGE) return undefined;
    }
  }

  #next(row: StoredRow): Fault | undefined {
    const { head } = this;
    const place = head !== undefined || this.#records > 0
      ? this.#last
      : { id: row.id - 1, hash: row.previous };
    const fault = faultOf(place, row) ?? (head && faultAtEnd(place, row, head));
    if (fault !== undefined) return fault;
    this.#records++;
    this.#last = row;
    if (row.action === PRUNE) this.#sealed = row.target;
    return this.#compare(row);
  }

  /** Whether the row of the checkpoint is what it was. */
  #compare({ id, hash, at }: StoredRow): Fault | undefined {
    const { checkpoint } = this;
    if (checkpoint === undefined || this.#reached || this.#isRemoved) return undefined;
    if (id < checkpoint.id) return undefined;
    this.#reached = true;
    const isSame = id === checkpoint.id && hash === checkpoint.hash &&
      this.#count === checkpoint.count;
    if (isSame) return undefined;
    return { kind: "rewritten", id, at, says: othersThan(checkpoint.id) };
  }

  /** What the checkpoint knows and the chain does not have. */
  #missed(): Fault | undefined {
    const { checkpoint } = this;
    if (checkpoint === undefined || this.#reached) return undefined;
    const { id } = checkpoint;
    if (this.#isRemoved) {
      const { id: last, hash, count } = this.#removed;
      if (id === last ? hash === checkpoint.hash : checkpoint.count < count) return undefined;
      return { kind: "rewritten", id, at: null, says: othersThan(id) };
    }
    const says = `the newest records are missing, up to ${id} of the checkpoint`;
    return { kind: "cut off", id: this.#last.id + 1, at: null, says };
  }

  /** A head that somebody has changed does not account for rows that are gone. */
  #unsealed(): Fault | undefined {
    if (this.#removed.count === 0 || this.#sealed === sealing(this.#removed)) return undefined;
    return unsealed(this.#removed);
  }

  get #isRemoved(): boolean {
    return this.checkpoint !== undefined && this.checkpoint.id <= this.#removed.id;
  }

  #compared(fault: Fault | undefined): Verdict["checkpoint"] {
    if (this.checkpoint === undefined) return "none";
    if (fault !== undefined) return "failed";
    return this.#isRemoved ? "removed" : "passed";
  }
}

function othersThan(id: number): string {
  return `the records up to ${id} are others than at the checkpoint`;
}
