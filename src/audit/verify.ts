import type { Database } from "../db/db.ts";
import { AppError } from "../errors.ts";
import { type ChainedRow, START } from "./chain.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { beheaded, type Fault, faultOf, type Place } from "./fault.ts";
import { NOTHING, type Removed, removedFrom } from "./retention.ts";

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

/** Retention may remove rows meanwhile, once a day. */
const MOST_WALKS = 5;

/**
 * Walks the whole chain, oldest row first.
 *
 * Nobody who can write to the store needs to leave a trace at the end of the chain: that the newest rows
 * were taken away, or all rows made anew, is found with a checkpoint alone, which was kept elsewhere.
 *
 * @throws AppError `unavailable` where the beginning of the chain does not hold still
 */
export async function verifyChain(db: Database, checkpoint?: Checkpoint): Promise<Verdict> {
  for (let walk = 0; walk < MOST_WALKS; walk++) {
    const before = await oldestOf(db);
    const verdict = await new Walk(db, checkpoint).run(before);
    if ((await oldestOf(db))?.id === before?.id) return verdict;
  }
  throw new AppError("unavailable", "Cannot verify the audit trail while rows of it are removed");
}

type Oldest = ChainedRow | undefined;

async function oldestOf({ read }: Database): Promise<Oldest> {
  return await read.selectFrom("audit").selectAll().orderBy("id").limit(1).executeTakeFirst();
}

class Walk {
  #records = 0;
  #removed = NOTHING;
  #last: Place = START;
  #reached = false;

  constructor(private readonly db: Database, private readonly checkpoint?: Checkpoint) {}

  async run(oldest: Oldest): Promise<Verdict> {
    const fault = await this.#begin(oldest) ?? await this.#walk(oldest) ?? this.#missed();
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

  /** Finds what the first row is chained to. */
  async #begin(oldest: Oldest): Promise<Fault | undefined> {
    if (oldest === undefined) return undefined;
    const removed = await removedFrom(this.db.read, oldest.previous);
    if (removed === undefined) return beheaded(oldest);
    this.#removed = removed;
    this.#last = { id: removed.id, hash: removed.hash };
    return undefined;
  }

  async #walk(oldest: Oldest): Promise<Fault | undefined> {
    // Whoever adds a row may have given it any id.
    for (let after = (oldest?.id ?? 1) - 1;; after = this.#last.id) {
      const rows = await this.db.read.selectFrom("audit").selectAll()
        .where("id", ">", after).orderBy("id").limit(PAGE).execute();
      for (const row of rows) {
        const fault = faultOf(this.#last, row);
        if (fault !== undefined) return fault;
        this.#records++;
        this.#last = row;
        const other = this.#compare(row);
        if (other !== undefined) return other;
      }
      if (rows.length < PAGE) return undefined;
    }
  }

  /** Whether the row of the checkpoint is what it was. */
  #compare({ id, hash, at }: ChainedRow): Fault | undefined {
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
