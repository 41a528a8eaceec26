import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** Who asked for what, from where, and how it ended. */
export async function up(db: Kysely<unknown>, { id, text, real }: ColumnTypes): Promise<void> {
  const statements = [
    `create table audit (
      id ${id},
      at ${text} not null, user_id ${text}, principal ${text}, person ${text},
      client ${text}, address ${text}, action ${text} not null, target ${text},
      outcome ${text} not null, reason ${text}, duration_ms ${real} not null, request_id ${text}
    )`,
    // Every call adds a row and hardly anyone looks: what went well is found by reading through it.
    `create index audit_by_failure on audit (outcome, id) where outcome <> 'ok'`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
