import type { LifeTable } from "./tables.ts";

/** What the worker that holds a copy is asked, one after the other. */
export type Question =
  | { readonly kind: "open"; readonly time_zone: string; readonly week_start: number }
  | { readonly kind: "load"; readonly rows: readonly Rows[] }
  | { readonly kind: "run"; readonly sql: string; readonly limit: number; readonly today: string };

/** Rows of a table as the store packs them, and which rows are not as they were, or not there any more. */
export interface Rows {
  readonly table: LifeTable["name"];
  /** A JSON list of lists, in the order of {@linkcode packedColumns} and then of the lists. */
  readonly packed: string;
  /** A JSON list of lists of an id each. */
  readonly stale?: string;
}

/** A value as JSON can hold it. */
export type Cell = string | number | null;

/** What a statement answers. */
export interface Answered {
  readonly columns: string[];
  readonly rows: Cell[][];
  /** What was left out, and how to see it. */
  readonly truncated?: string;
}

/** A statement that is not run, or not to its end. */
export interface Refused {
  readonly refused: string;
  readonly advice: string;
}

/** `done` where there is nothing to tell; `failed` where nothing that this worker says can be used any more. */
export type Reply =
  | { readonly kind: "done" }
  | { readonly kind: "answered"; readonly answer: Answered | Refused }
  | { readonly kind: "failed"; readonly why: string; readonly advice?: string };

/** How long a statement may run, in milliseconds. */
export const PATIENCE_MS = 2000;
/** How a statement is refused that takes longer. */
export const TOO_LATE = `it was stopped after ${PATIENCE_MS / 1000} s`;
/** What to do about one that is too much. */
export const SMALLER = "narrow it with where or limit, or ask for less at once";
