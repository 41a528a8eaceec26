import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** Who the people are to those who sign their tokens. */
export async function up(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  const statements = [
    `create table identities (
      id ${text} primary key,
      issuer ${text} not null, subject ${text} not null,
      user_id ${text} not null references users (id),
      created_at ${text} not null, last_seen_at ${text},
      unique (issuer, subject)
    )`,
    `create index identities_by_user on identities (user_id, created_at)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
