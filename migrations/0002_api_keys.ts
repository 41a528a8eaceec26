import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** The keys with which clients prove who they act for. */
export async function up(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  const statements = [
    `create table api_keys (
      id ${text} primary key,
      user_id ${text} not null references users (id),
      name ${text} not null, level ${text} not null, secret_hash ${text} not null,
      created_at ${text} not null, expires_at ${text}, revoked_at ${text}, last_used_at ${text},
      rotated_to ${text} references api_keys (id)
    )`,
    `create index api_keys_by_user on api_keys (user_id, created_at)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
