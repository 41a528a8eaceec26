import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/**
 * Where imported items came from, and what was imported of them; and a name of the store that no other
 * has, from which the lasting names of its items are made.
 */
export async function up(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  const statements = [
    `create table origins (
      user_id ${text} not null references users (id), entity ${text} not null,
      entity_id ${integer} not null, source ${text} not null, external_id ${text} not null,
      imported ${text}, change_id ${integer} references changes (id), at ${text} not null,
      primary key (user_id, entity, source, external_id)
    )`,
    `create index origins_by_item on origins (entity, entity_id)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
  await sql`insert into secrets (name, value) values ('store_name', ${crypto.randomUUID()})`
    .execute(db);
}
