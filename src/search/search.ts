import type { Database } from "../db/db.ts";
import type { Resolved } from "../life/dates.ts";
import { brief } from "../life/fields.ts";
import type { Goal } from "../life/goals/goal.ts";
import type { GoalFilter } from "../life/goals/list.ts";
import type { Life } from "../life/life.ts";
import { type Memory, shownTo } from "../life/memories/memory.ts";
import {
  isBounded,
  type MemoryBounds,
  memoryWithin,
  type ReadBounds,
  readBounds,
} from "../life/memories/within.ts";
import { countSome, type PageInfo } from "../life/paging.ts";
import { type Owned, ownersOf, partsOf, type Scope, type Viewer, withheld } from "../life/scope.ts";
import { scopeOf } from "../life/shares.ts";
import type { TaskFilter } from "../life/tasks/list.ts";
import type { Task } from "../life/tasks/task.ts";
import { fuse, type Fused, type Matched } from "./fusion.ts";
import { type ByMeaning, findItems, type ItemList, type ItemsFound } from "./items.ts";
import { type Field, searchWords, type WordHit } from "./lexical.ts";
import { Lookalikes } from "./lookalikes.ts";
import type { Meaning, Searched } from "./meaning.ts";

/** A memory that was found, and how. */
export interface FoundMemory extends Memory {
  /** From 0 to 1. */
  score: number;
  matched: Matched;
}

export interface MemoriesFound extends Resolved {
  memories: FoundMemory[];
  /** Why only words were compared. */
  words_only?: string;
  /** How many memories are not compared by meaning yet, up to 1,000; they are found by their words. */
  not_embedded?: number;
  /** How many of one's own are not searched, as the caller is narrowed to some life areas. */
  withheld?: number;
}

export type GoalsFound = { goals: Goal[] } & PageInfo & ByMeaning;
export type TasksFound = { tasks: Task[] } & PageInfo & ByMeaning;

export interface MemoryQuery extends MemoryBounds {
  readonly query: string;
  readonly limit: number;
}

/** The nearest take part in the ranking of memories: the likeness of others says nothing. */
const MOST_NEAR = 100;

/** Characters of a memory that an answer shows. */
const SHOWN = 4000;

export interface SearchParts {
  readonly db: Database;
  readonly life: Life;
  readonly meaning: Meaning;
  now(): Date;
}

/** Finds what was meant, by meaning and by words. */
export class Search {
  readonly #parts: SearchParts;
  readonly #lookalikes: Lookalikes;

  constructor(parts: SearchParts) {
    this.#parts = parts;
    this.#lookalikes = new Lookalikes(parts.db);
  }

  /** The memories that fit a query best, what was superseded last. */
  async memories(
    viewer: Viewer,
    { query, limit, ...given }: MemoryQuery,
    signal?: AbortSignal,
  ): Promise<MemoriesFound> {
    const { db, meaning, now } = this.#parts;
    const reading = readBounds(db, viewer.user_id, given, now());
    // Who does not exist is told so by the other one.
    reading.catch(() => {});
    const scope = await scopeOf(db, viewer);
    const bounds = await reading;
    const owners = ownersOf(scope);
    // By meaning first: while a model works on the query, there is time for words.
    const [meant, words] = await Promise.all([
      meaning.nearest(
        { query, entity: "memory", most: MOST_NEAR, searched: owners.map(searchedIn(bounds)) },
        signal,
      ),
      this.#byWords(owners, bounds, query),
    ]);
    let memories = await this.#shown(fuse(words, meant.hits), scope, bounds, limit);
    if (memories.length < limit && meant.hits.length >= MOST_NEAR) {
      // What lies in the trash has taken places from others.
      const hits = await meant.again(owners.map((part) => fieldOf(part, bounds)));
      memories = await this.#shown(fuse(words, hits), scope, bounds, limit);
    }
    const { words_only, not_embedded } = meant;
    return {
      memories,
      ...(words_only === undefined ? {} : { words_only }),
      ...(not_embedded === 0 ? {} : { not_embedded }),
      ...(bounds.resolved ? { resolved: bounds.resolved } : {}),
      ...(scope.areas === undefined ? {} : { withheld: await this.#withheld(scope) }),
    };
  }

  /** As the list of goals; where none has the words of a query, those that mean the like. */
  async goals(viewer: Viewer, filter: GoalFilter, signal?: AbortSignal): Promise<GoalsFound> {
    const { goals } = this.#parts.life;
    const { items, info } = await this.#items(viewer, filter, {
      entity: "goal",
      listed: (filter) => goals.listed(viewer, filter),
      async read(filter) {
        const { goals: items, ...info } = await goals.list(viewer, filter);
        return { items, info };
      },
    }, signal);
    return { goals: items, ...info };
  }

  /** As the list of tasks; where none has the words of a query, those that mean the like. */
  async tasks(viewer: Viewer, filter: TaskFilter, signal?: AbortSignal): Promise<TasksFound> {
    const { tasks } = this.#parts.life;
    const { items, info } = await this.#items(viewer, filter, {
      entity: "task",
      listed: (filter) => tasks.listed(viewer, filter),
      async read(filter) {
        const { tasks: items, ...info } = await tasks.list(viewer, filter);
        return { items, info };
      },
    }, signal);
    return { tasks: items, ...info };
  }

  async #items<T extends { readonly id: number }, Filter extends GoalFilter | TaskFilter>(
    viewer: Viewer,
    filter: Filter,
    list: ItemList<T, Filter>,
    signal: AbortSignal | undefined,
  ): Promise<ItemsFound<T>> {
    const { db, meaning } = this.#parts;
    return await findItems(meaning, await scopeOf(db, viewer), filter, list, signal);
  }

  /** Drops what is kept in memory of anybody's items. */
  forget(): void {
    this.#parts.meaning.forget();
    this.#lookalikes.forget();
  }

  async #byWords(parts: readonly Owned[], bounds: ReadBounds, query: string): Promise<WordHit[]> {
    const found: WordHit[] = [];
    for (const part of parts) {
      found.push(
        ...await searchWords(this.#parts.db, fieldOf(part, bounds), query, this.#lookalikes),
      );
    }
    return found.sort((a, b) => b.coverage - a.coverage || b.id - a.id);
  }

  /** What may be seen decides once more, whatever was ranked. */
  async #shown(
    fused: readonly Fused[],
    scope: Scope,
    bounds: ReadBounds,
    limit: number,
  ): Promise<FoundMemory[]> {
    const { db } = this.#parts;
    const found: { memory: Memory; hit: Fused }[] = [];
    const past: typeof found = [];
    // Most that are ranked are shown, so that it takes few more to have enough.
    const some = limit + 10;
    for (let start = 0; start < fused.length && found.length < limit; start += some) {
      const hits = fused.slice(start, start + some);
      const rows = await db.read.selectFrom("memories").selectAll()
        .where("id", "in", hits.map(({ id }) => id))
        .where((eb) => eb.or(partsOf(scope).map((part) => memoryWithin(part, bounds)))).execute();
      const memories = new Map(
        (await shownTo(db.read, rows, scope)).map((memory) => [memory.id, memory]),
      );
      for (const hit of hits) {
        const memory = memories.get(hit.id);
        // By one that is forgotten, or not seen, it is not superseded.
        if (memory) (memory.superseded_by === null ? found : past).push({ memory, hit });
      }
    }
    return [...found, ...past].slice(0, limit).map(({ memory, hit: { score, matched } }) => ({
      ...memory,
      content: brief(memory.content, SHOWN),
      score: Math.round(1000 * score) / 1000,
      matched,
    }));
  }

  async #withheld(scope: Scope): Promise<number> {
    const { db } = this.#parts;
    return await countSome(
      db,
      db.read.selectFrom("memories").where(withheld("memories", scope))
        .where("deleted_at", "is", null),
    );
  }
}

/** All of a life is ranked as it is, with what lies in the trash. */
function searchedIn(bounds: ReadBounds): (part: Owned) => Searched {
  return (part) => {
    const { owner, within, whole } = fieldOf(part, bounds);
    return whole ? { owner } : { owner, within };
  };
}

function fieldOf(part: Owned, bounds: ReadBounds): Field {
  return {
    owner: part.owner,
    within: memoryWithin(part, bounds),
    whole: part.areas === undefined && !isBounded(bounds),
  };
}
