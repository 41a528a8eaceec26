import type { Tx } from "../db/db.ts";
import { type Link, START } from "./chain.ts";

/** What is no longer there of the chain: its last row, and how many they were in all. */
export interface Removed extends Link {
  readonly count: number;
}

/** Nothing was removed. */
export const NOTHING: Removed = { ...START, count: 0 };

/**
 * The newest row, and what retention has removed: in a place of its own, so that whoever takes rows off
 * either end of the trail leaves a trace.
 */
export interface Head extends Link {
  readonly removed: Removed;
}

/** The head of the chain; `undefined` where somebody has deleted it. */
export async function headOf(read: Pick<Tx, "selectFrom">): Promise<Head | undefined> {
  const row = await read.selectFrom("audit_head").selectAll().executeTakeFirst();
  if (row === undefined) return undefined;
  const { id, hash, removed_id, removed_hash, removed_count } = row;
  return { id, hash, removed: { id: removed_id, hash: removed_hash, count: removed_count } };
}

/** Keeps what the newest row is. A head that is gone is not made again: that would hide what went with it. */
export async function setEnd(tx: Tx, { id, hash }: Link): Promise<void> {
  await tx.updateTable("audit_head").set({ id, hash }).execute();
}

/** Keeps what retention has removed. */
export async function setRemoved(tx: Tx, { id, hash, count }: Removed): Promise<void> {
  const removed = { removed_id: id, removed_hash: hash, removed_count: count };
  await tx.updateTable("audit_head").set(removed).execute();
}
