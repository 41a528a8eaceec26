import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** What calendars say of a person's time. */
export async function up(db: Kysely<unknown>, { id, text, integer }: ColumnTypes): Promise<void> {
  const statements = [
    `create table calendar_events (
      id ${id}, user_id ${text} not null references users (id),
      calendar ${text} not null, uid ${text} not null, title ${text} not null,
      starts ${text} not null, ends ${text} not null, busy ${integer} not null,
      created_at ${text} not null, updated_at ${text} not null, deleted_at ${text}
    )`,
    `create index calendar_events_by_time on calendar_events (user_id, starts)
      where deleted_at is null`,
    `create unique index calendar_events_by_uid on calendar_events (user_id, calendar, uid, starts)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
