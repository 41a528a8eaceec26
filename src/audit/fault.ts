import { hashOf, type Link } from "./chain.ts";
import type { Removed } from "./head.ts";
import type { StoredRow } from "./stored.ts";

/**
 * What is wrong: a row says something else than its hash, or is not the one that the next row was chained
 * to; rows are missing; a row is another than at the time of the checkpoint; the newest rows are missing;
 * a row comes after the newest that was recorded.
 */
export type FaultKind = "edited" | "replaced" | "missing" | "rewritten" | "cut off" | "added";

/** The first row that is not as it was recorded. */
export interface Fault {
  readonly kind: FaultKind;
  readonly id: number;
  /** What it says of when it was recorded; null where it is not there. */
  readonly at: string | null;
  /** In words. */
  readonly says: string;
}

/** What is said where there is no head. */
export const HEADLESS = {
  says:
    "the head of the trail is missing, which tells whether its oldest and newest records are there",
};

/** A row that others are chained to, with when it was recorded, where it is there. */
export type Place = Link & { readonly at?: string };

/** What is wrong with a row that comes after another, or with what should be between them. */
export function faultOf(last: Place, row: StoredRow): Fault | undefined {
  const { id, at } = row;
  if (!row.whole || hashOf(row) !== row.hash) {
    return { kind: "edited", id, at, says: `record ${id} says something else than was recorded` };
  }
  if (row.previous === last.hash) return undefined;
  if (id > last.id + 1) return missing(last.id + 1, id - 1);
  if (last.at === undefined) {
    const says = `record ${id} is not the one that the trail goes on with`;
    return { kind: "replaced", id, at, says };
  }
  const says = `record ${last.id} is not the one that record ${id} was chained to`;
  return { kind: "replaced", id: last.id, at: last.at, says };
}

/** That these rows are not there. */
function missing(id: number, end: number): Fault {
  return { kind: "missing", id, at: null, says: areMissing(id, end) };
}

/** What is wrong with a row that is chained to the last one, by what the newest is. */
export function faultAtEnd(
  last: Place,
  { id, at, hash }: StoredRow,
  head: Link,
): Fault | undefined {
  if (id < head.id) return undefined;
  if (id > head.id) {
    const says = `record ${id} comes after ${head.id}, the newest that was recorded`;
    return cutOff(last, head) ?? { kind: "added", id, at, says };
  }
  if (hash === head.hash) return undefined;
  const says = `record ${id}, the newest, or one before it is not the one that was recorded`;
  return { kind: "replaced", id, at, says };
}

/** What is wrong where the chain ends, by what the newest row is; where nobody can tell, that. */
export function cutOff(last: Link, head: Link | undefined): Fault | undefined {
  const id = last.id + 1;
  if (head === undefined) return { kind: "missing", id, at: null, ...HEADLESS };
  if (last.id >= head.id) return undefined;
  return { kind: "cut off", id, at: null, says: `${areMissing(id, head.id)}, the newest` };
}

function areMissing(id: number, end: number): string {
  return id === end ? `record ${id} is missing` : `records ${id} to ${end} are missing`;
}

/** What is wrong where rows are gone, and no record says that retention removed them. */
export function unsealed({ id }: Removed): Fault {
  const says = `the records up to ${id} are missing, and none says that retention removed them`;
  return { kind: "missing", id, at: null, says };
}
