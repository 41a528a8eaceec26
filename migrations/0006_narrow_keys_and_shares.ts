import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** What keys are narrowed to, who shares which life area with whom, and where a change took place. */
export async function up(db: Kysely<unknown>, { text, integer }: ColumnTypes): Promise<void> {
  const statements = [
    `alter table api_keys add column tools ${text}`,
    `alter table api_keys add column resources ${text}`,
    `alter table api_keys add column areas ${text}`,
    `create table area_shares (
      area_id ${integer} not null references life_areas (id),
      user_id ${text} not null references users (id),
      role ${text} not null, created_at ${text} not null,
      primary key (area_id, user_id)
    )`,
    `create index area_shares_by_user on area_shares (user_id, area_id)`,
    `alter table changes add column guest ${text}`,
    `alter table change_items add column area_before ${integer}`,
    `alter table change_items add column area_after ${integer}`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
