import type { Database, Tx } from "../db/db.ts";
import { AppError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { append, TURN } from "./append.ts";
import { type AuditRow, type Link, START } from "./chain.ts";
import { beheaded, type Fault, faultOf, type Place } from "./fault.ts";

/** What is no longer there of the chain: its last row, and how many they were in all. */
export interface Removed extends Link {
  readonly count: number;
}

/** Nothing was removed. */
export const NOTHING: Removed = { ...START, count: 0 };

/** Rows that are removed at once: calls wait no longer than that takes, some milliseconds. */
const MOST_AT_ONCE = 1000;

const DAY_MS = 86_400_000;
/** How often it is looked whether rows are too old. */
const LOOK_MS = 3_600_000;
/** A server that was just started has more urgent things to do. */
const FIRST_LOOK_MS = 5000;

/** What a retention is made of. */
export interface RetentionParts {
  readonly db: Database;
  readonly log: Log;
  /** How long rows are kept, in milliseconds. */
  readonly keepMs: number;
  now(): Date;
}

/** Removes the rows of the trail that are too old, for as long as it is not disposed of. */
export class Retention implements AsyncDisposable {
  readonly #parts: RetentionParts;
  #timer: ReturnType<typeof setTimeout>;
  #looking: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#timer = this.#in(FIRST_LOOK_MS);
  }

  /** Removes what is too old, once there is some of a day, or of a tenth of the time it is kept. */
  async look(): Promise<void> {
    const { db, keepMs, now } = this.#parts;
    const at = now();
    const before = (ms: number) => new Date(at.getTime() - ms).toISOString();
    const oldest = await db.read.selectFrom("audit").select("at").orderBy("id").limit(1)
      .executeTakeFirst();
    if (oldest === undefined || oldest.at >= before(keepMs + Math.min(DAY_MS, keepMs / 10))) return;
    while (await removeSome(db, before(keepMs), at) === MOST_AT_ONCE && !this.#ended) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #in(milliseconds: number): ReturnType<typeof setTimeout> {
    const timer = setTimeout(() => {
      this.#looking = this.look().catch((error) =>
        this.#parts.log.warning("{reason}", { reason: messageOf(error) })
      );
      this.#timer = this.#in(LOOK_MS);
    }, milliseconds);
    Deno.unrefTimer(timer);
    return timer;
  }
}

/**
 * Removes the oldest rows up to the first that is to stay, no more than so many, and seals what was
 * removed with a row at the end of the chain; the newest row always stays.
 *
 * @param before RFC 3339; what is from then on stays
 * @returns how many were removed
 * @throws AppError `conflict` where one of them is not as it was recorded: that must not go unseen
 */
async function removeSome(db: Database, before: string, now: Date): Promise<number> {
  return await db.write(TURN, async (tx) => {
    const oldest = await tx.selectFrom("audit").selectAll().orderBy("id").limit(MOST_AT_ONCE + 1)
      .execute();
    const firstToStay = oldest.findIndex(({ at }) => at >= before);
    const rows = oldest.slice(0, firstToStay < 0 ? -1 : firstToStay);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return 0;
    const earlier = await removedFrom(tx, first.previous) ?? refuse(beheaded(first));
    let place: Place = earlier;
    for (const row of rows) {
      const fault = faultOf(place, row);
      if (fault) refuse(fault);
      place = row;
    }
    await tx.deleteFrom("audit").where("id", "<=", last.id).execute();
    const { id, hash } = last;
    await append(tx, [sealOf({ id, hash, count: earlier.count + rows.length }, now)]);
    return rows.length;
  });
}

function refuse({ says }: Fault): never {
  throw new AppError(
    "conflict",
    `Cannot remove old records of the audit trail as it is broken: ${says}`,
    "selfos audit verify",
  );
}

/**
 * What the latest seal says was removed, where that is what the first row is chained to; `undefined`
 * where no retention accounts for what is not there.
 */
export async function removedFrom(
  read: Pick<Tx, "selectFrom">,
  previous: string,
): Promise<Removed | undefined> {
  if (previous === START.hash) return NOTHING;
  const seal = await read.selectFrom("audit").select("target").where("action", "=", PRUNE)
    .orderBy("id", "desc").limit(1).executeTakeFirst();
  const [, count, id, hash] = SEAL.exec(seal?.target ?? "") ?? [];
  if (hash === undefined || hash !== previous) return undefined;
  return { id: Number(id), hash, count: Number(count) };
}

const PRUNE = "audit prune";
const SEAL = /^(\d+) up to (\d+) ([0-9a-f]{64})$/;

function sealOf({ id, hash, count }: Removed, now: Date): AuditRow {
  return {
    ...{ at: now.toISOString(), user_id: null, principal: null, person: null },
    ...{ client: "selfos", address: null, action: PRUNE, outcome: "ok" },
    ...{ target: `${count} up to ${id} ${hash}`, reason: null, duration_ms: 0, request_id: null },
  };
}
