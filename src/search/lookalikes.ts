import type { Database } from "../db/db.ts";
import { stemOf } from "../life/terms.ts";

/** The stem of words of somebody's memories that looks like another word, or its stem. */
export interface Lookalike {
  readonly stem: string;
  /** From 0 to 1, which is the same word. */
  readonly likeness: number;
}

/** What looks less like a word is another one. */
const LEAST = 0.6;
/** In a short word, a letter more or less makes another. */
const LEAST_OF_SHORT = 0.75;
const SHORT = 5;

/** Of people whose words are known. */
const MOST_KNOWN = 50;
/** Words that nobody has asked for so long are given back when somebody asks for others. */
const KEPT_MS = 10 * 60_000;

/** Which letters a stem has: most stems are told apart by these alone, in a tenth of the time. */
type Letters = number;

/** The words of somebody's memories. */
interface Words {
  /** Id of the last. */
  last: number;
  /** When they were last asked for, in milliseconds. */
  askedAt: number;
  /** Each once: of words with the same stem, those that may not be seen are told from no others. */
  readonly stems: Map<string, Letters>;
}

/** Finds the words of somebody's memories that a mistyped one may stand for. */
export class Lookalikes {
  readonly #db: Pick<Database, "read">;
  readonly #known = new Map<string, Words>();

  constructor(db: Pick<Database, "read">) {
    this.#db = db;
  }

  /** The nearest first. */
  async of(user_id: string, word: string): Promise<Lookalike[]> {
    if (word.length < 3 || /^\d+$/.test(word)) return [];
    const known = await this.#wordsOf(user_id);
    const found = new Map<string, number>();
    for (const form of new Set([word, stemOf(word)])) {
      for (const [stem, alike] of likeOf(form, known)) {
        found.set(stem, Math.max(found.get(stem) ?? 0, alike));
      }
    }
    return [...found].map(([stem, likeness]) => ({ stem, likeness }))
      .sort((a, b) => b.likeness - a.likeness);
  }

  /** Drops all words. */
  forget(): void {
    this.#known.clear();
  }

  /** Words are only ever added: what is new since the last look is read. */
  async #wordsOf(user_id: string): Promise<Words> {
    const now = performance.now();
    const known = this.#known.get(user_id) ?? {
      last: 0,
      askedAt: now,
      stems: new Map<string, Letters>(),
    };
    known.askedAt = now;
    this.#known.delete(user_id);
    this.#known.set(user_id, known);
    for (const [other, { askedAt }] of this.#known) {
      if (this.#known.size <= MOST_KNOWN && now - askedAt < KEPT_MS) break;
      this.#known.delete(other);
    }
    const rows = await this.#db.read.selectFrom("memory_words").select(["id", "word"])
      .where("user_id", "=", user_id).where("id", ">", known.last).orderBy("id").execute();
    for (const { id, word } of rows) {
      // Two that ask at once read the same.
      if (id <= known.last) continue;
      known.last = id;
      const stem = stemOf(word);
      if (!known.stems.has(stem)) known.stems.set(stem, lettersOf(stem));
    }
    return known;
  }
}

function* likeOf(
  word: string,
  { stems }: Words,
): Generator<[stem: string, likeness: number]> {
  const own = lettersOf(word);
  for (const [stem, theirs] of stems) {
    const least = Math.min(word.length, stem.length) < SHORT ? LEAST_OF_SHORT : LEAST;
    // Each edit takes away one letter and brings in one, at most.
    const most = Math.floor((1 - least) * Math.max(word.length, stem.length));
    if (Math.abs(word.length - stem.length) > most) continue;
    if (countOf(own & ~theirs) > most || countOf(theirs & ~own) > most) continue;
    const alike = likeness(word, stem, least);
    if (alike >= least) yield [stem, alike];
  }
}

/** Which letters a word has, each a bit; other characters share them. */
function lettersOf(word: string): Letters {
  let letters = 0;
  for (let index = 0; index < word.length; index++) letters |= 1 << (word.charCodeAt(index) % 32);
  return letters;
}

/** How many bits are set. */
function countOf(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** 1 less the share of letters that must be changed, added, left out or swapped; 0 where it is below the least. */
export function likeness(a: string, b: string, least: number): number {
  const longest = Math.max(a.length, b.length);
  const most = Math.floor((1 - least) * longest);
  if (Math.abs(a.length - b.length) > most) return 0;
  const distance = distanceWithin(a, b, most);
  return distance > most ? 0 : 1 - distance / longest;
}

/** The last three rows of a table of edits, written over and over: most words are looked at in vain. */
const ROWS: readonly [number[], number[], number[]] = [[], [], []];

/**
 * Edits between two words, where they are no more than so many: of letters next to each other, a swap is
 * one. Only where the places in both differ by no more than that are edits counted.
 */
function distanceWithin(a: string, b: string, most: number): number {
  const tooMany = most + 1;
  let [before, last, row] = ROWS;
  for (let j = 0; j <= tooMany; j++) last[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const from = Math.max(1, i - most);
    const to = Math.min(b.length, i + most);
    let least = row[from - 1] = from === 1 ? i : tooMany;
    for (let j = from; j <= to; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let edits = Math.min(
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (last[j - 1] ?? 0) + (same ? 0 : 1),
      );
      const isSwap = !same && i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (isSwap) edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      row[j] = edits;
      least = Math.min(least, edits);
    }
    if (least > most) return tooMany;
    row[to + 1] = tooMany;
    [before, last, row] = [last, row, before];
  }
  return last[b.length] ?? 0;
}
