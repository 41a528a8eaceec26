import { setTimeout as sleep } from "node:timers/promises";
import type { Database } from "../../db/db.ts";
import type { Shelf, VectorRanking } from "../../db/vector_ranking.ts";
import { AppError, messageOf } from "../../errors.ts";
import type { Log } from "../../log.ts";
import type { Nearest } from "./space.ts";

/**
 * Of more vectors than this, a store that can rank them does: they take 200 MB, and seconds to read.
 * Ranking fewer here is faster.
 */
export const MOST_HELD = 100_000;

/** How many vectors the store takes in at once; the person's writes wait meanwhile. */
const BATCH = 200;
/** How long it is remembered that a person has few vectors, or that the store failed. */
const REMEMBERED_MS = 10 * 60_000;

interface Parts {
  readonly db: Database;
  readonly log: Log;
  readonly mostHeld: number;
  readonly batch?: number;
}

/** Has a store that knows how rank the vectors of people who have many. */
export class StoreRanking implements AsyncDisposable {
  readonly #db: Database;
  readonly #log: Log;
  readonly #mostHeld: number;
  readonly #batch: number;
  /** Those with many vectors have no end. */
  readonly #few = new Map<string, number>();
  readonly #many = new Set<string>();
  /** What the store takes in at present. */
  readonly #filling = new Map<string, Promise<void>>();
  readonly #end = new AbortController();
  #again = 0;

  constructor({ db, log, mostHeld, batch = BATCH }: Parts) {
    this.#db = db;
    this.#log = log;
    this.#mostHeld = mostHeld;
    this.#batch = batch;
  }

  /** As the store ranks them; `undefined` where they are few, or where it cannot, or cannot yet. */
  async nearest(
    shelf: Shelf,
    query: Float32Array,
    most: number,
    among?: readonly number[],
  ): Promise<Nearest | undefined> {
    const { ranking } = this.#db;
    if (ranking === undefined || performance.now() < this.#again) return undefined;
    if (!await this.#hasMany(shelf)) return undefined;
    try {
      if (!await ranking.usable() || await this.#isBehind(ranking, shelf)) return undefined;
      const found = await ranking.nearest(shelf, query, most, among);
      return { ids: found.map(({ id }) => id), scores: found.map(({ score }) => score) };
    } catch (error) {
      // When the store is gone, nobody can rank.
      if (error instanceof AppError) throw error;
      this.#failed(error);
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.all(this.#filling.values());
  }

  async #hasMany(shelf: Shelf): Promise<boolean> {
    const name = nameOf(shelf);
    if (this.#many.has(name)) return true;
    if (performance.now() < (this.#few.get(name) ?? 0)) return false;
    const { user_id, entity, model, dims } = shelf;
    const beyond = await this.#db.read.selectFrom("vectors").select("id")
      .where("user_id", "=", user_id).where("entity", "=", entity).where("model", "=", model)
      .where("dims", "=", dims).orderBy("id").offset(this.#mostHeld).limit(1).executeTakeFirst();
    if (beyond) this.#many.add(name);
    else this.#few.set(name, performance.now() + REMEMBERED_MS);
    return beyond !== undefined;
  }

  /** A few vectors are taken in at once, many behind the search. */
  async #isBehind(ranking: VectorRanking, shelf: Shelf): Promise<boolean> {
    const name = nameOf(shelf);
    if (this.#filling.has(name)) return true;
    if (!await ranking.takeIn(shelf, this.#batch)) return false;
    if (this.#end.signal.aborted || this.#filling.has(name)) return true;
    this.#filling.set(name, this.#fill(ranking, shelf).finally(() => this.#filling.delete(name)));
    return true;
  }

  /** Half of the time belongs to others. */
  async #fill(ranking: VectorRanking, shelf: Shelf): Promise<void> {
    const { signal } = this.#end;
    try {
      for (let more = true; more && !signal.aborted;) {
        const start = performance.now();
        more = await ranking.takeIn(shelf, this.#batch);
        await sleep(performance.now() - start, undefined, { signal, ref: false }).catch(() => {});
      }
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.#again = performance.now() + REMEMBERED_MS;
    this.#log.warning("Cannot rank vectors in the store: {reason}; they are ranked here instead", {
      reason: messageOf(error),
    });
  }
}

function nameOf({ user_id, entity, dims }: Shelf): string {
  return `${user_id}/${entity}/${dims}`;
}
