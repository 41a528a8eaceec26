import type { Database } from "../db/db.ts";
import { AppError, messageOf } from "../errors.ts";
import type { Log } from "../log.ts";
import { append, TURN } from "./append.ts";
import type { Asker, Attempt, Audit } from "./audit.ts";
import { Floods } from "./floods.ts";
import { type Entry, rowsOf } from "./rows.ts";

/** How long records wait for more: each commit makes SQLite forget the answers it keeps. */
const GATHER_MS = 1000;
/** So many do not wait, unless others were written within {@linkcode GATHER_MS}. */
const AT_ONCE = 200;
/** So many may wait for a store that is busy or gone; further ones are dropped. */
const MOST_WAITING = 10_000;

/** So many are written at once: calls wait no longer than that takes, some milliseconds. */
const MOST_AT_ONCE = 500;

/** What a trail is made of. */
export interface TrailParts {
  readonly db: Database;
  readonly log: Log;
  now(): Date;
}

/** The audit trail, written to the store behind the calls that it tells of. */
export class Trail implements Audit, AsyncDisposable {
  readonly #db: Database;
  readonly #log: Log;
  readonly #now: () => Date;
  readonly #floods = new Floods();
  /** Oldest first; what is being written stays until it is written. */
  readonly #waiting: Entry[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  #written = -Infinity;
  #closed = false;
  /** The fault that the log was told of, until it is over. */
  #told: "store" | "lost" | undefined;
  #lost = 0;

  constructor({ db, log, now }: TrailParts) {
    this.#db = db;
    this.#log = log;
    this.#now = now;
  }

  get lost(): number {
    return this.#lost;
  }

  readonly record = (attempt: Attempt): void => {
    if (this.#closed) return this.#lose(1, "they came after the end");
    if (this.#waiting.length >= MOST_WAITING) return this.#lose(1, "too many wait to be kept");
    this.#waiting.push({ at: this.#now(), attempt });
    if (this.#writing !== undefined) return;
    const idle = performance.now() - this.#written >= GATHER_MS;
    if (this.#waiting.length === AT_ONCE && idle) this.#schedule(0);
    else if (this.#timer === undefined) this.#schedule(GATHER_MS);
  };

  refused(error: AppError, address: string | null, limited: boolean): void {
    const attempt = this.#floods.refused(error, address, limited);
    if (attempt !== undefined) this.record(attempt);
  }

  limited(asker: Asker, address: string | null): void {
    const attempt = this.#floods.limited(asker, address);
    if (attempt !== undefined) this.record(attempt);
  }

  /** Writes what waits still; what cannot be written then is lost. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#writing;
    await this.#write();
    if (this.#waiting.length > 0) {
      this.#lose(this.#waiting.splice(0).length, "the server ends before they are kept");
    }
  }

  #schedule(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#write().then(() => {
        this.#writing = undefined;
        if (this.#waiting.length > 0 && !this.#closed) this.#schedule(GATHER_MS);
      });
    }, milliseconds);
  }

  /** Writes all that waits now; a store that is gone for now leaves it waiting. */
  async #write(): Promise<void> {
    for (let left = this.#waiting.length; left > 0; left -= MOST_AT_ONCE) {
      if (!await this.#writeSome(this.#waiting.slice(0, Math.min(left, MOST_AT_ONCE)))) break;
      // Calls are answered in between.
      if (left > MOST_AT_ONCE) await new Promise((resolve) => setTimeout(resolve, 0));
    }
    this.#written = performance.now();
  }

  /** Writes the oldest in one transaction; `false` where they are to wait. */
  async #writeSome(entries: readonly Entry[]): Promise<boolean> {
    try {
      await this.#db.write(TURN, async (tx) => append(tx, await rowsOf(tx, entries)));
      this.#waiting.splice(0, entries.length);
      this.#recovered();
      return true;
    } catch (error) {
      const fault = messageOf(error);
      if (error instanceof AppError) {
        this.#fail(fault);
        return false;
      }
      // Trying again would fail again.
      this.#lose(this.#waiting.splice(0, entries.length).length, fault);
      return true;
    }
  }

  #fail(fault: string): void {
    if (this.#told !== undefined) return;
    this.#told = "store";
    this.#log.warning("Cannot keep the audit trail for now; calls go on: {fault}", { fault });
  }

  #lose(count: number, why: string): void {
    this.#lost += count;
    if (this.#told === "lost") return;
    this.#told = "lost";
    this.#log.error("Records of the audit trail are lost: {why}", { why });
  }

  #recovered(): void {
    if (this.#told === undefined) return;
    this.#told = undefined;
    this.#log.info("The audit trail is kept again; {lost} records were lost since the start", {
      lost: this.#lost,
    });
  }
}
