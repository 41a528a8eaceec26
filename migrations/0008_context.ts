import { type Kysely, sql } from "kysely";

/** Finds by time what was done, reached, changed and remembered, and what was undone or superseded by what. */
export async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create index tasks_by_completion on tasks (user_id, completed_at)
      where completed_at is not null`,
    `create index goals_by_completion on goals (user_id, completed_at)
      where completed_at is not null`,
    `create index changes_by_time on changes (user_id, at)`,
    `create index changes_by_undoing on changes (undone_by) where undone_by is not null`,
    `create index memories_by_time on memories (user_id, occurred_at, created_at)
      where deleted_at is null`,
    `create index memories_by_successor on memories (superseded_by)
      where superseded_by is not null`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
