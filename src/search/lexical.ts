import type { RawBuilder } from "kysely";
import type { Database } from "../db/db.ts";
import { stemOf, termOf, wordsOf } from "../life/terms.ts";
import type { Lookalikes } from "./lookalikes.ts";
import { STOP_WORDS } from "./stop_words.ts";

/** A part of one life in which is searched. */
export interface Field {
  readonly owner: string;
  /** Which memories may be found; what is counted to weigh words is counted among these alone. */
  readonly within: RawBuilder<boolean>;
}

/** A memory that has words of the query. */
export interface WordHit {
  readonly id: number;
  /** The share of what the query says that it has, from 0 to 1; rare words say more. */
  readonly coverage: number;
}

/** A hit says less than half of what was asked, and is more likely chance. */
const LEAST = 0.5;

/** What a query says, word by word; more are not read. */
const MOST_WORDS = 24;

/** The words of a query that say something, once each; all of them where none does. */
export function saying(query: string): string[] {
  const words = [...new Set(wordsOf(query))].slice(0, MOST_WORDS);
  const telling = words.filter((word) => !STOP_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}

/**
 * The memories that say at least half of what the query says, best first; among equals the latest.
 * A word that none has stands for those that look like it, in so far as they do.
 */
export async function searchWords(
  db: Database,
  field: Field,
  query: string,
  lookalikes: Lookalikes,
): Promise<WordHit[]> {
  const { count: size } = await db.read.selectFrom("memories").where(field.within)
    .select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  const weightOf = (count: number) => Math.log(1 + (size - count + 0.5) / (count + 0.5));
  const found = new Map<number, number>();
  let asked = 0;
  for (const [term, words] of termsIn(query)) {
    const ids = await idsWith(db, field, term);
    asked += weightOf(ids.length);
    if (ids.length > 0) {
      for (const id of ids) found.set(id, (found.get(id) ?? 0) + weightOf(ids.length));
      continue;
    }
    for (const [id, weight] of await alike(db, field, words, lookalikes, weightOf)) {
      found.set(id, (found.get(id) ?? 0) + weight);
    }
  }
  return [...found].map(([id, weight]) => ({ id, coverage: Math.min(1, weight / asked) }))
    .filter(({ coverage }) => coverage >= LEAST)
    .sort((a, b) => b.coverage - a.coverage || b.id - a.id);
}

/** The terms of a query, and the words that stand for each. */
function termsIn(query: string): Map<string, string[]> {
  return Map.groupBy(saying(query), stemOf);
}

/** By memory, the weight of the word in it that looks most like one of these. */
async function alike(
  db: Database,
  field: Field,
  words: readonly string[],
  lookalikes: Lookalikes,
  weightOf: (count: number) => number,
): Promise<Map<number, number>> {
  const best = new Map<number, number>();
  for (const word of words) {
    for (const { word: other, likeness } of await lookalikes.of(field.owner, word)) {
      const ids = await idsWith(db, field, stemOf(other));
      const weight = likeness * weightOf(ids.length);
      for (const id of ids) best.set(id, Math.max(best.get(id) ?? 0, weight));
    }
  }
  return best;
}

async function idsWith(db: Database, field: Field, term: string): Promise<number[]> {
  const rows = await db.read.selectFrom("memories").select("id").where(field.within)
    .where(db.hasTerm("memories", termOf(field.owner, term))).execute();
  return rows.map(({ id }) => id);
}
