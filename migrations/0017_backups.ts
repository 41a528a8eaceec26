import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** Which backups were made, which of them were proven, and which lives were put back. */
export async function up(db: Kysely<unknown>, { id, text, integer }: ColumnTypes): Promise<void> {
  const statements = [
    `create table backups (
      number ${id}, id ${text} not null unique, user_id ${text}, reason ${text} not null,
      made_at ${text} not null, schema_step ${text}, file ${text}, name ${text},
      encrypted ${integer} not null,
      size ${integer}, row_count ${integer}, sha256 ${text},
      newest_change ${integer}, newest_restore ${integer},
      verified_at ${text}, failure ${text}, claimed_at ${text}
    )`,
    `create index backups_by_person on backups (user_id, number) where verified_at is not null`,
    `create table restores (id ${id}, user_id ${text} not null, at ${text} not null)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
