import { createHash } from "node:crypto";
import type { Selectable } from "kysely";
import type { Schema } from "../db/schema.ts";

/** A row of the trail, as it is kept. */
export type ChainedRow = Selectable<Schema["audit"]>;

/** A row of the trail before it is chained. */
export type AuditRow = Omit<ChainedRow, "id" | "previous" | "hash">;

/** What the next row is chained to. */
export type Link = Pick<ChainedRow, "id" | "hash">;

/** What the first row of all is chained to. */
export const START: Link = { id: 0, hash: "0".repeat(64) };

/** The rows in their order, each chained to the one before, the first one to the link. */
export function chained(link: Link, rows: readonly AuditRow[]): ChainedRow[] {
  let { id, hash } = link;
  return rows.map((row) => {
    const next = { ...row, id: ++id, previous: hash };
    hash = hashOf(next);
    return { ...next, hash };
  });
}

/** SHA-256, in hex, over all else that a row has. What is hashed must never change: old rows are checked by it. */
export function hashOf(row: Omit<ChainedRow, "hash">): string {
  const content = [
    ...["selfos audit 1", row.previous, row.id, row.at, row.user_id, row.principal, row.person],
    ...[row.client, row.address, row.action, row.target, row.outcome, row.reason],
    ...[row.duration_ms, row.request_id],
  ];
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}
