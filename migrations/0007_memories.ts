import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** What memories are about and came from, the terms and the vectors by which they are found. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { id, text, integer, bytes, indexTerms } = types;
  const person = `user_id ${text} not null references users (id)`;
  const statements = [
    `alter table memories add column goal_id ${integer} references goals (id)`,
    `alter table memories add column task_id ${integer} references tasks (id)`,
    `alter table memories add column superseded_by ${integer} references memories (id)`,
    `alter table memories add column source ${text} not null default 'client'`,
    `alter table memories add column client ${text} not null default ''`,
    `alter table memories add column digest ${text} not null default ''`,
    `alter table memories add column terms ${text} not null default ''`,
    `create index memories_by_digest on memories (user_id, digest) where deleted_at is null`,
    `create index memories_by_type on memories (user_id, memory_type, id) where deleted_at is null`,
    `create index memories_by_goal on memories (goal_id) where goal_id is not null`,
    `create index memories_by_task on memories (task_id) where task_id is not null`,
    ...["memories", "goals", "tasks"].map((table) =>
      `alter table ${table} add column embedded ${text} not null default ''`
    ),
    `create index memories_by_embedded on memories (user_id, embedded, id desc)
      where deleted_at is null`,
    ...indexTerms("memories"),
    `create table memory_words (
      id ${id}, ${person}, word ${text} not null,
      unique (user_id, word)
    )`,
    `create table vectors (
      id ${id}, ${person}, entity ${text} not null, entity_id ${integer} not null,
      seq ${integer} not null, model ${text} not null, dims ${integer} not null,
      digest ${text} not null, vector ${bytes} not null,
      unique (entity, entity_id, seq)
    )`,
    `create index vectors_by_user on vectors (user_id, entity, model, id)`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
