import type { Database } from "../db/db.ts";
import { messageOf } from "../errors.ts";
import type { Change } from "../events/events.ts";
import type { Log } from "../log.ts";

interface Parts {
  readonly db: Database;
  readonly log: Log;
  tell(change: Change): void;
}

/** How often the journal is looked at. */
const LOOK_MS = 400;
/** Ids of changes may come in another order than the changes: so many before the newest are looked at again. */
const OVERLAP = 100;
/** Of more changes at once, the oldest are told. */
const MOST = 1000;

/**
 * Tells of what other processes change in a store that they share with this one and nothing else: two
 * assistants on one machine each start their own.
 */
export class ChangesElsewhere implements Disposable {
  readonly #parts: Parts;
  readonly #timer: ReturnType<typeof setInterval>;
  /** Ids that were seen in the journal; `undefined` before the first look. */
  #seen: ReadonlySet<number> | undefined;
  readonly #own = new Set<number>();
  #looking = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lookAgain();
    this.#timer = setInterval(() => this.#lookAgain(), LOOK_MS);
    Deno.unrefTimer(this.#timer);
  }

  /** Notes what was made here, and is told anyway. */
  note({ change_id }: Change): void {
    this.#own.add(change_id);
  }

  /** Tells what was changed since the last look. */
  async look(): Promise<void> {
    const { read } = this.#parts.db;
    const seen = this.#seen;
    const newest = seen === undefined ? await this.#newest() : Math.max(0, ...seen);
    const changes = await read.selectFrom("changes").select(["id", "user_id"])
      .where("id", ">", newest - OVERLAP).orderBy("id").limit(OVERLAP + MOST).execute();
    const last = changes.at(-1)?.id ?? newest;
    this.#seen = new Set(changes.map(({ id }) => id).filter((id) => id > last - OVERLAP));
    const fresh = seen === undefined
      ? []
      : changes.filter(({ id }) => !seen.has(id) && !this.#own.has(id));
    for (const id of this.#own) if (id <= last - OVERLAP) this.#own.delete(id);
    if (fresh.length > 0) await this.#tell(fresh);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #newest(): Promise<number> {
    const row = await this.#parts.db.read.selectFrom("changes").select("id")
      .orderBy("id", "desc").limit(1).executeTakeFirst();
    return row?.id ?? 0;
  }

  async #tell(changes: readonly { readonly id: number; readonly user_id: string }[]) {
    const { db, tell } = this.#parts;
    const rows = await db.read.selectFrom("change_items")
      .select(["change_id", "entity", "entity_id"])
      .where("change_id", "in", changes.map(({ id }) => id)).execute();
    const items = Map.groupBy(rows, ({ change_id }) => change_id);
    for (const { id: change_id, user_id } of changes) {
      const touched = items.get(change_id) ?? [];
      tell({
        ...{ user_id, change_id },
        items: touched.map(({ entity, entity_id }) => ({
          entity,
          id: entity === "user" ? entity_id : Number(entity_id),
        })),
      });
    }
  }

  /** Never twice at a time; where the store is away, what was changed meanwhile is told when it is back. */
  #lookAgain(): void {
    if (this.#looking) return;
    this.#looking = true;
    this.look().catch((error) =>
      this.#parts.log.debug("Cannot look at the journal: {reason}", { reason: messageOf(error) })
    ).finally(() => this.#looking = false);
  }
}
