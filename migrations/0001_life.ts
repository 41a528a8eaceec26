import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** People, life areas, goals, tasks, memories, and the journal of every change to them. */
export async function up(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  for (const statement of statements(types)) await sql.raw(statement).execute(db);
}

function statements({ id, text, integer, real }: ColumnTypes): string[] {
  const timestamps = `created_at ${text} not null, updated_at ${text} not null, deleted_at ${text}`;
  const person = `user_id ${text} not null references users (id)`;
  return [
    `create table users (
      id ${text} primary key,
      name ${text}, email ${text},
      time_zone ${text} not null, week_start ${integer} not null,
      work_start ${text} not null, work_end ${text} not null, work_days ${text} not null,
      ${timestamps}
    )`,
    `create table life_areas (
      id ${id}, ${person},
      name ${text} not null, weight ${real} not null, color ${text}, description ${text},
      private ${integer} not null,
      ${timestamps}
    )`,
    `create index life_areas_by_user on life_areas (user_id)`,
    `create table goals (
      id ${id}, ${person},
      title ${text} not null, description ${text}, status ${text} not null, target_date ${text},
      life_area_id ${integer} references life_areas (id),
      parent_goal_id ${integer} references goals (id),
      completed_at ${text},
      closed ${integer} not null, target_sort ${text} not null, words ${text} not null,
      ${timestamps}
    )`,
    `create index goals_in_order on goals (user_id, closed, target_sort, id) where deleted_at is null`,
    `create index goals_by_status on goals (user_id, status, target_sort, id) where deleted_at is null`,
    `create index goals_by_parent on goals (parent_goal_id) where parent_goal_id is not null`,
    `create table tasks (
      id ${id}, ${person},
      goal_id ${integer} references goals (id),
      parent_task_id ${integer} references tasks (id),
      title ${text} not null, description ${text}, status ${text} not null,
      priority ${integer} not null, due_date ${text},
      estimated_duration ${integer}, actual_duration ${integer}, completed_at ${text},
      recurrence ${text}, recurrence_start ${text}, occurrence_date ${text},
      next_task_id ${integer} references tasks (id),
      closed ${integer} not null, due_sort ${text} not null, words ${text} not null,
      ${timestamps}
    )`,
    `create index tasks_in_order on tasks (user_id, closed, due_sort, priority, id) where deleted_at is null`,
    `create index tasks_by_status on tasks (user_id, status, due_sort, priority, id) where deleted_at is null`,
    `create index tasks_by_goal on tasks (goal_id, closed, due_sort, priority, id) where goal_id is not null`,
    `create index tasks_by_parent on tasks (parent_task_id) where parent_task_id is not null`,
    `create table task_tags (
      task_id ${integer} not null references tasks (id), ${person}, tag ${text} not null,
      primary key (task_id, tag)
    )`,
    `create index task_tags_by_tag on task_tags (user_id, tag, task_id)`,
    `create table task_dependencies (
      task_id ${integer} not null references tasks (id),
      depends_on_id ${integer} not null references tasks (id),
      primary key (task_id, depends_on_id)
    )`,
    `create index task_dependencies_reverse on task_dependencies (depends_on_id)`,
    `create table memories (
      id ${id}, ${person},
      content ${text} not null, memory_type ${text} not null, metadata ${text}, occurred_at ${text},
      ${timestamps}
    )`,
    `create index memories_by_user on memories (user_id, id) where deleted_at is null`,
    `create table changes (
      id ${id}, ${person},
      at ${text} not null, principal ${text} not null, client ${text} not null, tool ${text} not null,
      undone_by ${integer} references changes (id), stands ${integer} not null
    )`,
    `create index changes_by_user on changes (user_id, id)`,
    `create table change_items (
      change_id ${integer} not null references changes (id), seq ${integer} not null,
      entity ${text} not null, entity_id ${text} not null,
      "before" ${text}, "after" ${text},
      primary key (change_id, seq)
    )`,
    `create index change_items_by_entity on change_items (entity, entity_id, change_id)`,
    `create table replays (
      ${person}, principal ${text} not null, tool ${text} not null, "key" ${text} not null,
      arguments ${text} not null, change_id ${integer}, result ${text} not null, at ${text} not null,
      primary key (user_id, principal, tool, "key")
    )`,
    `create index replays_by_age on replays (at)`,
  ];
}
