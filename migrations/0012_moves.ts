import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** Finds the changes of a day that moved tasks to another due date, among thousands that did not. */
export async function up(db: Kysely<unknown>, { integer }: ColumnTypes): Promise<void> {
  const statements = [
    `alter table changes add column moves_due ${integer} not null default 0`,
    `update changes set moves_due = 1 where exists (
      select 1 from change_items item
      where item.change_id = changes.id and item.entity = 'task' and item.before is not null
    )`,
    `create index changes_by_move on changes (user_id, at) where moves_due = 1`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
