import { type RawBuilder, sql } from "kysely";
import type { Draft } from "./journal.ts";
import { refuseWithheld } from "./placing.ts";
import { shelves } from "./records.ts";

/** Moves a goal or a task with all that belongs to it to the trash; answers how many of each. */
export async function trash(
  draft: Draft,
  root: { goal: number } | { task: number },
): Promise<{ goals: number; tasks: number }> {
  const goals = "goal" in root
    ? await subtree(draft, "goals", "parent_goal_id", sql`id = ${root.goal}`)
    : [];
  const owned = "task" in root ? sql`id = ${root.task}` : sql`goal_id in (${sql.join(goals)})`;
  const tasks = await subtree(draft, "tasks", "parent_task_id", owned);
  const item = "goal" in root ? `goal ${root.goal}` : `task ${root.task}`;
  for (const id of tasks) await discard(draft, "task", id, item);
  for (const id of goals) await discard(draft, "goal", id, item);
  return { goals: goals.length, tasks: tasks.length };
}

/** @param item what is deleted, to which this one belongs */
async function discard(
  draft: Draft,
  entity: "goal" | "task",
  id: number,
  item: string,
): Promise<void> {
  const record = await shelves[entity].find(draft.tx, id);
  if (record === undefined) return;
  await refuseWithheld(draft, item, record);
  await draft.update(entity, record, { deleted_at: draft.at });
}

async function subtree(
  draft: Draft,
  table: "goals" | "tasks",
  parent: "parent_goal_id" | "parent_task_id",
  roots: RawBuilder<unknown>,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with recursive tree (id) as (
      select id from ${sql.table(table)} where ${roots} and deleted_at is null
      union
      select child.id from ${sql.table(table)} child join tree on child.${sql.ref(parent)} = tree.id
      where child.deleted_at is null
    )
    select id from tree order by id`.execute(draft.tx);
  return rows.map(({ id }) => id);
}
