import { createHash } from "node:crypto";
import type { Tx } from "../db/db.ts";
import type { Kind } from "./document.ts";

/** What the name of an item is made of. */
export interface Born {
  readonly id: number;
  readonly user_id: string;
  readonly created_at: string;
}

/**
 * Names for the items of a store that no other store gives, and this one gives again: made from what of
 * an item never changes.
 */
export async function namesOf(
  read: Pick<Tx, "selectFrom">,
): Promise<(kind: Kind, item: Born) => string> {
  const { value: store } = await read.selectFrom("secrets").select("value")
    .where("name", "=", "store_name").executeTakeFirstOrThrow();
  return (kind, { id, user_id, created_at }) =>
    uuidOf(JSON.stringify([store, user_id, kind, id, created_at]));
}

/** A UUID of version 8, as what says the same gives the same. */
export function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = "89ab"[Number.parseInt(hex.slice(16, 17), 16) % 4];
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
