import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** Plans that were suggested, until they are applied or too old. */
export async function up(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  const statements = [
    `create table plans (
      digest ${text} primary key, user_id ${text} not null references users (id),
      owner ${text} not null references users (id),
      principal ${text} not null, content ${text} not null,
      at ${text} not null, expires_at ${text} not null,
      choice ${text}, change_id ${integer}, result ${text}
    )`,
    `create index plans_by_end on plans (expires_at)`,
    `create index plans_by_user on plans (user_id)`,
    `create index plans_by_owner on plans (owner)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
