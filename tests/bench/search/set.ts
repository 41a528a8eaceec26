/** The queries by which search is judged, each with the memory that answers it. */
import set from "./set.json" with { type: "json" };

export interface Asked {
  readonly query: string;
  /** Id of the memory, as the set numbers them. */
  readonly answer: number;
}

/** What queries are like. */
export const PARTS = ["paraphrases", "questions", "names"] as const;
export type PartName = typeof PARTS[number];

export const MEMORIES: readonly { readonly id: number; readonly text: string }[] = set.memories;

export const QUERIES: Readonly<Record<PartName, readonly Asked[]>> = set;
