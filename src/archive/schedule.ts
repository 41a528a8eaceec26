import type { Cron } from "croner";
import type { Backup } from "./entry.ts";
import type { Catalog } from "./catalog.ts";
import { newId } from "./new_id.ts";

/** What a scheduled backup needs, and who is told of it. */
export interface ScheduleParts {
  /** A cron expression of five fields. */
  readonly when: string;
  /** IANA name; absent, the system's. */
  readonly zone: string | undefined;
  readonly catalog: Pick<Catalog, "claim" | "unclaim">;
  /** Makes and proves, or does what is missing of that, and prunes. */
  run(order: { id: string; made_at: string; reason: "scheduled" }): Promise<Backup>;
  now(): Date;
  readonly made: (backup: Backup) => void;
  readonly failed: (error: unknown) => void;
}

/** How long a backup may take before another instance makes it. */
const LOST_MS = 60 * 60_000;
/** After a failure it is not tried again before. */
const PAUSE_MS = 10 * 60_000;

/**
 * Makes each backup that is due: one of all instances does. What was due while none of them ran is made
 * once, as soon as one does.
 */
export class Schedule {
  readonly #parts: ScheduleParts;
  #cron: Cron | undefined;
  #pausedUntil = 0;

  constructor(parts: ScheduleParts) {
    this.#parts = parts;
  }

  /** Makes what is due, where nobody has made it. */
  async look(): Promise<void> {
    const { catalog, run, now, made, failed } = this.#parts;
    if (performance.now() < this.#pausedUntil) return;
    const time = now();
    const due = (await this.#dueBefore(time))?.toISOString();
    if (due === undefined) return;
    const lost = new Date(time.getTime() - LOST_MS).toISOString();
    const id = await catalog.claim(newId(due, "store"), due, time.toISOString(), lost);
    if (id === undefined) return;
    try {
      made(await run({ id, made_at: due, reason: "scheduled" }));
    } catch (error) {
      this.#pausedUntil = performance.now() + PAUSE_MS;
      failed(error);
      await catalog.unclaim(id);
    }
  }

  async #dueBefore(time: Date): Promise<Date | undefined> {
    const { when, zone } = this.#parts;
    if (this.#cron === undefined) {
      const { Cron } = await import("croner");
      this.#cron = new Cron(when, { paused: true, ...(zone ? { timezone: zone } : {}) });
    }
    return this.#cron.previousRuns(1, time)[0];
  }
}
