import type { Database } from "../db/db.ts";
import { eachDay, today } from "../life/dates.ts";
import type { DayBegun } from "../mcp/define.ts";

interface Parts {
  readonly db: Database;
  /** The people of whom anybody follows anything. */
  people(): readonly string[];
  tell(begun: DayBegun): Promise<void>;
  now(): Date;
}

/** Tells those who follow a person's day when another has begun, though nothing was written. */
export class NewDays {
  readonly #parts: Parts;
  /** The day that it was for each person when that was told last. */
  readonly #days = new Map<string, string>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Who comes to be followed has no day that begins; what cannot be told now is told at the next look. */
  async look(): Promise<void> {
    const { db, people, tell, now } = this.#parts;
    const followed = people();
    for (const user_id of this.#days.keys()) {
      if (!followed.includes(user_id)) this.#days.delete(user_id);
    }
    if (followed.length === 0) return;
    const rows = await db.read.selectFrom("users").select(["id", "time_zone"])
      .where("id", "in", followed).execute();
    const faults: unknown[] = [];
    for (const { id: user_id, time_zone } of rows) {
      try {
        const day = today(now(), time_zone);
        const last = this.#days.get(user_id) ?? day;
        if (last !== day) await tell({ user_id, days: daysFrom(last, day) });
        this.#days.set(user_id, day);
      } catch (error) {
        // What is wrong with one person is no reason to tell the others nothing.
        faults.push(error);
      }
    }
    if (faults.length > 0) throw faults[0];
  }
}

/** Both included, whichever is the later: who travels may have a day twice. */
function daysFrom(one: string, other: string): string[] {
  return eachDay(one < other ? { from: one, to: other } : { from: other, to: one });
}
