import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** Keeps in which store items were made that came with an archive, as their lasting names say it. */
export async function up(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  await sql.raw(`create table births (
    user_id ${text} not null references users (id), entity ${text} not null,
    entity_id ${integer} not null, store ${text} not null, born_id ${integer} not null,
    primary key (user_id, entity, entity_id)
  )`).execute(db);
}
