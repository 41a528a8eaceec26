import type { WordHit } from "./lexical.ts";

/** How a memory was found. */
export type Matched = "meaning" | "words" | "both";

export interface Fused {
  readonly id: number;
  /** From 0 to 1, where 1 is the first by words and by meaning. */
  readonly score: number;
  readonly matched: Matched;
}

/** A memory and its cosine with the query. */
export interface MeaningHit {
  readonly id: number;
  readonly likeness: number;
}

/** The constant of reciprocal rank fusion: the larger, the less the first places count for. */
const K = 60;

/** What is less like the query than this share of the likest was found by its words alone. */
const LIKE_THE_LIKEST = 0.75;

/**
 * Joins two lists, each best first, by reciprocal rank fusion. Likeness has no threshold that tells
 * what belongs to a query from what does not: it ranks, and never leaves anything out.
 */
export function fuse(words: readonly WordHit[], meaning: readonly MeaningHit[]): Fused[] {
  const ranks = new Map<number, { words?: number; meaning?: number; like: boolean }>();
  // Hits that say the same share of the query have one rank: likeness decides between them.
  let rank = 0;
  for (const [index, { id, coverage }] of words.entries()) {
    if (coverage !== words[index - 1]?.coverage) rank = index;
    ranks.set(id, { words: rank, like: false });
  }
  const likest = meaning[0]?.likeness ?? 0;
  for (const [rank, { id, likeness }] of meaning.entries()) {
    const like = likeness >= LIKE_THE_LIKEST * likest;
    ranks.set(id, { ...ranks.get(id), meaning: rank, like });
  }
  const best = 2 / (K + 1);
  return [...ranks].map(([id, { words, meaning, like }]) => ({
    id,
    score: (shareOf(words) + shareOf(meaning)) / best,
    matched: words === undefined ? "meaning" as const : like ? "both" as const : "words" as const,
  })).sort((a, b) =>
    // What has the words and is not embedded yet has the score of what is only the likest.
    b.score - a.score || Number(a.matched === "meaning") - Number(b.matched === "meaning") ||
    b.id - a.id
  );
}

function shareOf(rank: number | undefined): number {
  return rank === undefined ? 0 : 1 / (K + rank + 1);
}
