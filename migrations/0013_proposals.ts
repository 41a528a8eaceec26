import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** What keys that only propose want written, who approved it, and which keys propose once they read from outside. */
export async function up(db: Kysely<unknown>, { id, text, integer }: ColumnTypes): Promise<void> {
  const statements = [
    `create table proposals (
      id ${id}, user_id ${text} not null references users (id),
      owner ${text} not null references users (id), status ${text} not null,
      principal ${text} not null, level ${text} not null, client ${text} not null,
      tool ${text} not null, arguments ${text} not null, areas ${text}, plan ${text},
      items ${text} not null, glimpse ${text} not null,
      repeat_key ${text}, fingerprint ${text} not null,
      at ${text} not null, expires_at ${text} not null,
      decided_at ${text}, reason ${text}, change_id ${integer}
    )`,
    `create index proposals_by_status on proposals (user_id, status, id)`,
    `create index proposals_by_owner on proposals (owner)`,
    `create index proposals_by_call on proposals (user_id, principal, tool, at)`,
    `alter table changes add column approved_by ${text}`,
    `alter table api_keys add column taint ${text}`,
    `alter table api_keys add column tainted_until ${text}`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
