import type { Database } from "../db/db.ts";
import { AppError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { append, TURN } from "./append.ts";
import type { AuditRow } from "./chain.ts";
import { type Fault, faultOf, HEADLESS, type Place } from "./fault.ts";
import { headOf, type Removed, setRemoved } from "./head.ts";
import { storedRows } from "./stored.ts";

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
    const oldest = await storedRows({ read: tx, hexOf: db.hexOf }, MOST_AT_ONCE + 1);
    const firstToStay = oldest.findIndex(({ at }) => at >= before);
    const rows = oldest.slice(0, firstToStay < 0 ? -1 : firstToStay);
    const last = rows.at(-1);
    if (last === undefined) return 0;
    const { removed: earlier } = await headOf(tx) ?? refuse(HEADLESS);
    let place: Place = earlier;
    for (const row of rows) {
      const fault = faultOf(place, row);
      if (fault) refuse(fault);
      place = row;
    }
    await tx.deleteFrom("audit").where("id", "<=", last.id).execute();
    const removed = { id: last.id, hash: last.hash, count: earlier.count + rows.length };
    await append(tx, [sealOf(removed, now)]);
    await setRemoved(tx, removed);
    return rows.length;
  });
}

function refuse({ says }: Pick<Fault, "says">): never {
  throw new AppError(
    "conflict",
    `Cannot remove old records of the audit trail as it is broken: ${says}`,
    "selfos audit verify",
  );
}

/** The action of the record that tells what retention has removed. */
export const PRUNE = "audit prune";

/** What that record says. */
export function sealing({ id, hash, count }: Removed): string {
  return `${count} up to ${id} ${hash}`;
}

function sealOf(removed: Removed, now: Date): AuditRow {
  return {
    ...{ at: now.toISOString(), user_id: null, principal: null, person: null },
    ...{ client: "selfos", address: null, action: PRUNE, outcome: "ok" },
    ...{ target: sealing(removed), reason: null, duration_ms: 0, request_id: null },
  };
}
