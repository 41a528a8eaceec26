import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** Who asked for what, from where, and how it ended. */
export async function up(db: Kysely<unknown>, { id, text, real }: ColumnTypes): Promise<void> {
  const filters = ["at", "user_id", "principal", "client", "action", "target", "outcome"];
  const statements = [
    `create table audit (
      id ${id},
      at ${text} not null, user_id ${text}, principal ${text}, person ${text},
      client ${text}, address ${text}, action ${text} not null, target ${text},
      outcome ${text} not null, reason ${text}, duration_ms ${real} not null, request_id ${text}
    )`,
    // Nearly always the person who asks is whose life is meant: that is found by the other index.
    `create index audit_by_person on audit (person, id) where user_id is distinct from person`,
    ...filters.map((column) => `create index audit_by_${column} on audit (${column}, id)`),
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
