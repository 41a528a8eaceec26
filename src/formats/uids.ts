import { createHash } from "node:crypto";
import type { Tx } from "../db/db.ts";
import { birthsOf } from "../life/births.ts";
import type { Kind } from "./document.ts";

/** What the name of an item is made of. */
export interface Born {
  readonly id: number;
  readonly created_at: string;
}

/**
 * Names for the items of a person that no others have, and that they keep when an archive brings them
 * into another store: made from what of an item never changes.
 */
export async function namesOf(
  read: Pick<Tx, "selectFrom">,
  user_id: string,
): Promise<(kind: Kind, item: Born) => string> {
  const birthOf = await birthsOf(read, user_id);
  return (kind, { id, created_at }) => {
    const born = birthOf(kind, id);
    return uuidOf(JSON.stringify([born.store, user_id, kind, born.id, created_at]));
  };
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
