import type { Tx } from "../db/db.ts";
import { preparedRows } from "../db/prepared.ts";
import { type AuditRow, chained, type ChainedRow, type Link, START } from "./chain.ts";
import { setEnd } from "./head.ts";

/**
 * Whoever writes to the trail takes this turn at the store: of all processes one at a time, so that it is
 * one chain. No person's name has a space in it, so nobody else waits for it on PostgreSQL.
 */
export const TURN = "audit trail";

/** Rows of one statement, where there are as many: building one for each number would cost more. */
const STATEMENT_ROWS = 100;

/** Adds rows to the end of the chain, in a transaction of the {@linkcode TURN}. */
export async function append(tx: Tx, rows: readonly AuditRow[]): Promise<void> {
  const links = chained(await endOf(tx), rows);
  for (let at = 0; at < links.length;) {
    const many = links.length - at >= STATEMENT_ROWS;
    const some = links.slice(at, many ? at + STATEMENT_ROWS : at + 1);
    await (many ? insertMany : insertOne)(tx, some);
    at += some.length;
  }
  const last = links.at(-1);
  if (last !== undefined) await setEnd(tx, last);
}

/** Where the chain goes on: after the row that the head tells of, whether that is there or not. */
async function endOf(tx: Tx): Promise<Link> {
  const head = await tx.selectFrom("audit_head").select((eb) => [
    ...["id", "hash"] as const,
    eb.selectFrom("audit").select((eb) => eb.fn.max("id").as("id")).as("newest"),
  ]).executeTakeFirst();
  // A row that somebody else has added must not keep ours out.
  if (head !== undefined) return { id: Math.max(head.id, head.newest ?? 0), hash: head.hash };
  const newest = await tx.selectFrom("audit").select(["id", "hash"]).orderBy("id", "desc").limit(1)
    .executeTakeFirst();
  return newest ?? START;
}

const COLUMNS: { readonly [Name in keyof ChainedRow]-?: true } = {
  ...{ id: true, at: true, user_id: true, principal: true, person: true, client: true },
  ...{ address: true, action: true, target: true, outcome: true, reason: true },
  ...{ duration_ms: true, request_id: true, previous: true, hash: true },
};

const insertMany = preparedRows(
  COLUMNS,
  STATEMENT_ROWS,
  (db, rows: readonly ChainedRow[]) => db.insertInto("audit").values(rows),
);

const insertOne = preparedRows(
  COLUMNS,
  1,
  (db, rows: readonly ChainedRow[]) => db.insertInto("audit").values(rows),
);
