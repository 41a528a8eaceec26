import { type RawBuilder, sql } from "kysely";
import type { Database } from "../db/db.ts";
import { isJoined, stemOf, tellingWordsOf, termOf } from "../life/terms.ts";
import type { Lookalikes } from "./lookalikes.ts";

/** A part of one life in which is searched. */
export interface Field {
  readonly owner: string;
  /** Which memories may be found; what is counted to weigh words is counted among these alone. */
  readonly within: RawBuilder<boolean>;
  /** Whether these are all memories of the owner. */
  readonly whole: boolean;
}

/** A memory that has words of the query. */
export interface WordHit {
  readonly id: number;
  /** The share of what the query says that it has, from 0 to 1; rare words say more. */
  readonly coverage: number;
}

/** A hit that says a smaller share of what was asked is more likely chance. */
const LEAST = 0.5;
/** Where words are known by pieces alone, what is said besides is not left out as "where" and "does" are. */
const LEAST_OF_PIECES = 0.3;

/** What a query says, word by word; more are not read. */
const MOST_WORDS = 24;

/** A word that more memories have says little: only the latest of them are found by it. */
const COMMON = 2000;

/** Of more words that no memory has, what they may stand for is not looked for. */
const MOST_MISTYPED = 6;

/** So many words of what may be found may stand for one that is mistyped. */
const MOST_LOOKALIKES = 5;

/** So many of those that have rarer words are asked whether they have the common ones too. */
const MOST_ASKED = 400;

/** A term of the query, and the memories that have it or what looks like it, each by how far. */
interface Term {
  readonly term: string;
  readonly weight: number;
  readonly hits: ReadonlyMap<number, number>;
  readonly common: boolean;
}

/**
 * The memories that say much of what the query says, best first; among equals the latest.
 * A word that none has stands for those that look like it, in so far as they do.
 */
export async function searchWords(
  db: Database,
  field: Field,
  query: string,
  lookalikes: Lookalikes,
): Promise<WordHit[]> {
  const asking = [...Map.groupBy(tellingWordsOf(query).slice(0, MOST_WORDS), stemOf)];
  // Beside each other, as a store that is not in this process takes most of the time to answer at all.
  const [size, ...having] = await Promise.all(
    [
      sizeOf(db, field),
      ...asking.map(([term]) => idsWith(db, field, term)),
    ] as const,
  );
  const terms: Term[] = [];
  let mistyped = 0;
  for (const [index, [term, words]] of asking.entries()) {
    const known = knownTerm(term, having[index] ?? [], size);
    const isMistyped = known.hits.size === 0 && mistyped++ < MOST_MISTYPED;
    terms.push(isMistyped ? await findAlike(db, field, known, words, size, lookalikes) : known);
  }
  const found = new Map<number, number>();
  for (const { hits } of terms) {
    for (const [id, weight] of hits) found.set(id, (found.get(id) ?? 0) + weight);
  }
  await addCommon(db, field, terms.filter(({ common }) => common), found);
  const asked = terms.reduce((sum, { weight }) => sum + weight, 0);
  const least = isJoined(query) ? LEAST_OF_PIECES : LEAST;
  return [...found].map(([id, weight]) => ({ id, coverage: Math.min(1, weight / asked) }))
    .filter(({ coverage }) => coverage >= least)
    .sort((a, b) => b.coverage - a.coverage || b.id - a.id);
}

function knownTerm(term: string, ids: readonly number[], size: number): Term {
  const weight = weightOf(ids.length, size);
  return {
    term,
    weight,
    common: ids.length > COMMON,
    hits: new Map(ids.map((id) => [id, weight])),
  };
}

/** What words may stand for that nothing has. */
async function findAlike(
  db: Database,
  field: Field,
  unknown: Term,
  words: readonly string[],
  size: number,
  lookalikes: Lookalikes,
): Promise<Term> {
  const hits = new Map<number, number>();
  let most = 0;
  for (const word of words) {
    let found = 0;
    for (const { stem, likeness } of await lookalikes.of(field.owner, word)) {
      const ids = await idsWith(db, field, stem);
      // What nothing has, or nothing that may be found, takes no place from others.
      if (ids.length === 0) continue;
      const weight = weightOf(ids.length, size);
      most = Math.max(most, weight);
      for (const id of ids) hits.set(id, Math.max(hits.get(id) ?? 0, likeness * weight));
      if (++found === MOST_LOOKALIKES) break;
    }
  }
  // A word that is mistyped says as much as that for which it stands.
  return hits.size === 0 ? unknown : { ...unknown, weight: most, hits };
}

/** How much a word says that so many of all memories have. */
function weightOf(count: number, size: number): number {
  return Math.log(1 + (Math.max(size, count) - count + 0.5) / (count + 0.5));
}

/** Older memories than the latest that have a common term, as far as rarer ones have led to them. */
async function addCommon(
  db: Database,
  { owner }: Field,
  common: readonly Term[],
  found: Map<number, number>,
): Promise<void> {
  if (common.length === 0) return;
  const best = [...found].sort(([, a], [, b]) => b - a).slice(0, MOST_ASKED).map(([id]) => id);
  const rows = await db.read.selectFrom("memories").select(["id", "terms"])
    .where("id", "in", best).execute();
  for (const { id, terms } of rows) {
    const has = new Set(terms.split(" "));
    for (const { term, weight, hits } of common) {
      if (hits.has(id) || !has.has(termOf(owner, term))) continue;
      found.set(id, (found.get(id) ?? 0) + weight);
    }
  }
}

/** How many memories there are, counted no further than matters. */
async function sizeOf(db: Database, { within }: Field): Promise<number> {
  const some = db.read.selectFrom("memories").where(within).select(sql<number>`1`.as("one"))
    .limit(10 * COMMON).as("some");
  const { count } = await db.read.selectFrom(some)
    .select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  return count;
}

async function idsWith(db: Database, field: Field, term: string): Promise<number[]> {
  const mark = termOf(field.owner, term);
  if (field.whole) {
    // Those in the trash have no terms, and those of others have other ones.
    const latest = db.idsWithTerm("memories", mark, COMMON + 1);
    const rows = await db.read.selectFrom(latest.as("latest")).select("latest.id").execute();
    return rows.map(({ id }) => id);
  }
  const having = db.idsWithTerm("memories", mark);
  const rows = await db.read.selectFrom("memories").select("id").where(field.within)
    .where(sql<boolean>`memories.id in ${having}`).execute();
  return rows.map(({ id }) => id);
}
