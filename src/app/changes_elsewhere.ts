import type { Database } from "../db/db.ts";
import type { Change } from "../events/events.ts";
import { changesAfter, newestChange } from "../life/standing.ts";

interface Parts {
  readonly db: Database;
  /** Whether anyone is to be told of anything. */
  isFollowed(): boolean;
  tell(change: Change): Promise<void>;
  now(): Date;
}

/** Ids of changes may come in another order than the changes: so many before the newest are looked at again. */
const OVERLAP = 100;
/** At one look, no more changes are told; and of so many it is known that they were told. */
const MOST = 1000;
/** Who begins to follow is told of what was changed so shortly before; in milliseconds. */
const JUST_NOW_MS = 500;

/**
 * Tells of what other processes change in the store: two assistants on one machine, each of which
 * starts a server of its own, or whoever cannot be reached through what the instances share.
 */
export class ChangesElsewhere {
  readonly #parts: Parts;
  /** Ids that were seen in the journal; `undefined` before the first look. */
  #seen: ReadonlySet<number> | undefined;
  /** Whether nothing was new at the last look; once more is looked for ids that come late. */
  #isQuiet = false;
  /** Ids of what was told, or is told anyway; the latest. */
  readonly #told = new Set<number>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Notes what is told anyway, as it was published. */
  note({ change_id }: Change): void {
    this.#told.add(change_id);
    const [oldest] = this.#told;
    if (this.#told.size > MOST && oldest !== undefined) this.#told.delete(oldest);
  }

  /** Tells what was changed since the last look; what cannot be told now is told at the next one. */
  async look(): Promise<void> {
    const { db, isFollowed, tell } = this.#parts;
    if (!isFollowed()) {
      this.#seen = undefined;
      return;
    }
    const seen = this.#seen;
    const last = await newestChange(db);
    const known = seen === undefined ? last : Math.max(0, ...seen);
    // A store that was put back to an earlier state gives ids out again.
    if (last < known) {
      this.#seen = undefined;
      this.#told.clear();
      return;
    }
    if (seen !== undefined && last === known && this.#isQuiet) return;
    this.#isQuiet = seen !== undefined && last === known;
    const changes = await changesAfter(db, known - OVERLAP, OVERLAP + MOST);
    const since = new Date(this.#parts.now().getTime() - JUST_NOW_MS).toISOString();
    for (const change of changes) {
      const { change_id, at } = change;
      const isKnown = seen === undefined ? at < since : seen.has(change_id);
      if (isKnown || this.#told.has(change_id)) continue;
      await tell(change);
      this.note(change);
    }
    const newest = changes.at(-1)?.change_id ?? 0;
    const ids = changes.map(({ change_id }) => change_id);
    this.#seen = new Set(ids.filter((id) => id > newest - OVERLAP));
  }
}
