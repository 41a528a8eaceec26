import { type Kysely, sql } from "kysely";
import { AppError } from "../errors.ts";
import type { Ids, Numbered, Tx } from "./db.ts";
import type { Schema } from "./schema.ts";

/** How long others wait behind whoever waits for a table, and how often that is tried. */
const WAIT_MS = 500;
const ATTEMPTS = 60;

type UpTo = Parameters<Ids["reserve"]>[2];

/** SQLSTATE of a lock that was not to be had in time. */
const LOCKED = "55P03";

export function idsOf(db: Kysely<Schema>): Ids {
  return {
    async reserve(_tx, table, upTo) {
      for (let attempt = 1;; attempt++) {
        try {
          return await db.transaction().execute((tx) => reserve(tx, table, upTo));
        } catch (error) {
          if (!isLocked(error)) throw error;
          if (attempt === ATTEMPTS) throw busy(table, error);
        }
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      }
    },
  };
}

/** In a transaction of its own, as short as can be: whoever is given an id keeps the table to its end. */
async function reserve(tx: Tx, table: Numbered, upTo: UpTo): Promise<void> {
  await sql`set local lock_timeout = ${sql.lit(WAIT_MS)}`.execute(tx);
  await sql`lock table ${sql.table(table)} in share row exclusive mode`.execute(tx);
  const { rows: [found] } = await sql<{ last: number }>`
    select greatest(
      coalesce(pg_sequence_last_value(pg_get_serial_sequence(${table}, 'id')::regclass), 0),
      coalesce((select max(id) from ${sql.table(table)}), 0)) as last`.execute(tx);
  const last = found?.last ?? 0;
  const most = Math.max(last, await upTo(tx, last));
  if (most === 0) return;
  await sql`select setval(pg_get_serial_sequence(${table}, 'id'), ${most})`.execute(tx);
}

function isLocked(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === LOCKED;
}

function busy(table: string, cause: unknown): AppError {
  return new AppError(
    "unavailable",
    `Cannot reserve ids of ${table} as others write to it all the time`,
    "try again when less is written, or stop the servers meanwhile",
    { cause },
  );
}
