import { type ChainedRow, hashOf, type Link } from "./chain.ts";

/**
 * What is wrong: a row says something else than its hash, or is not the one that the next row was chained
 * to; rows are missing; a row is another than at the time of the checkpoint; the newest rows are missing.
 */
export type FaultKind = "edited" | "replaced" | "missing" | "rewritten" | "cut off";

/** The first row that is not as it was recorded. */
export interface Fault {
  readonly kind: FaultKind;
  readonly id: number;
  /** What it says of when it was recorded; null where it is not there. */
  readonly at: string | null;
  /** In words. */
  readonly says: string;
}

/** A row that others are chained to, with when it was recorded, where it is there. */
export type Place = Link & { readonly at?: string };

/** What is wrong with a row that comes after another, or with what should be between them. */
export function faultOf(last: Place, row: ChainedRow): Fault | undefined {
  const { id, at } = row;
  if (hashOf(row) !== row.hash) {
    return { kind: "edited", id, at, says: `record ${id} says something else than was recorded` };
  }
  if (row.previous === last.hash) return undefined;
  if (id > last.id + 1) return missing(last.id + 1, id - 1);
  const says = `record ${last.id} is not the one that record ${id} was chained to`;
  return { kind: "replaced", id: last.id, at: last.at ?? null, says };
}

/** That these rows are not there. */
function missing(id: number, end: number): Fault {
  const which = id === end ? `record ${id} is` : `records ${id} to ${end} are`;
  return { kind: "missing", id, at: null, says: `${which} missing` };
}

/** What is wrong where the first row is chained to one that is not there, and retention did not remove. */
export function beheaded(first: ChainedRow): Fault {
  const { id, previous: hash } = first;
  const fault = faultOf({ id: id - 1, hash }, first);
  if (fault !== undefined) return fault;
  const says = `what was before record ${id} is missing, and retention did not remove it`;
  return { kind: "missing", id: id - 1, at: null, says };
}
