import type { Database } from "../db/db.ts";
import { messageOf } from "../errors.ts";
import { today } from "../life/dates.ts";
import type { Log } from "../log.ts";
import type { Engine } from "../mcp/call.ts";
import { tellOfDay } from "../mcp/subscriptions.ts";

interface Parts<Context> {
  readonly db: Database;
  readonly engine: Engine<Context>;
  readonly log: Log;
  now(): Date;
}

/** How often it is looked whether a day has begun for anyone. */
const LOOK_MS = 20_000;

/** Tells those who follow a person's day when another has begun, though nothing was written. */
export class NewDays<Context> implements Disposable {
  readonly #parts: Parts<Context>;
  /** The day that it was for each person at the last look. */
  #days: ReadonlyMap<string, string> = new Map();
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(parts: Parts<Context>) {
    this.#parts = parts;
    const { log } = parts;
    this.#timer = setInterval(() => {
      this.look().catch((error) =>
        log.debug("Cannot see which day it is: {reason}", { reason: messageOf(error) })
      );
    }, LOOK_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** Of whom nobody follows anything, nothing is known: who comes to be followed has no day that begins. */
  async look(): Promise<void> {
    const { db, engine, now } = this.#parts;
    const { people } = engine.subscriptions;
    const before = this.#days;
    const rows = people.length === 0
      ? []
      : await db.read.selectFrom("users").select(["id", "time_zone"]).where("id", "in", people)
        .execute();
    this.#days = new Map(rows.map(({ id, time_zone }) => [id, today(now(), time_zone)]));
    for (const [user_id, day] of this.#days) {
      const last = before.get(user_id) ?? day;
      if (last !== day) await tellOfDay(engine, { user_id, before: last, day });
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
