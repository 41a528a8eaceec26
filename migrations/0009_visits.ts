import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** Up to where in the journal each client was told what changed. */
export async function up(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  const statement = `create table visits (
    user_id ${text} not null references users (id),
    principal ${text} not null, client ${text} not null,
    at ${text} not null, change_id ${integer} not null,
    since_at ${text}, since_change_id ${integer},
    primary key (user_id, principal, client)
  )`;
  await sql.raw(statement).execute(db);
}
