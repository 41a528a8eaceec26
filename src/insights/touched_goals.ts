import { type RawBuilder, sql } from "kysely";
import { chunksOf } from "../db/chunks.ts";
import type { Database } from "../db/db.ts";
import type { Change } from "./change.ts";

/** The record of an item before and after a change; empty where there was none. */
type Image = Readonly<Record<string, unknown>>;

interface Item {
  readonly entity: string;
  readonly id: string;
  readonly before: Image;
  readonly after: Image;
}

/** So many ids fit in one statement, on every store. */
const PART = 1000;

/**
 * The goals whose context a change may have changed: those it wrote; those that its tasks are and
 * were in; those above, where progress counts below; those that name something whose place or state
 * is another now.
 */
export async function goalsTouchedBy(db: Database, change: Change): Promise<number[]> {
  const placed = change.items.some(({ entity }) => entity !== "memory");
  if (!placed) return [];
  const items = await itemsOf(db, change.change_id);
  const goals = items.filter(({ entity }) => entity === "goal");
  const tasks = items.filter(({ entity }) => entity === "task");
  const moved = goals.filter((goal) =>
    differs(goal, "parent_goal_id", "deleted_at", "life_area_id")
  );
  const counted = tasks.filter((task) => differs(task, "goal_id", "deleted_at", "status"));
  const touched = new Set([
    ...idsIn(goals, "id"),
    ...idsIn(goals, "parent_goal_id"),
    ...idsIn(tasks, "goal_id"),
  ]);
  const below = [...idsIn(moved, "parent_goal_id"), ...idsIn(counted, "goal_id")];
  add(touched, await above(db, below));
  add(touched, await subgoalsOf(db, idsIn(moved, "id")));
  const rehoused = goals.filter((goal) => differs(goal, "life_area_id"));
  const elsewhere = [
    ...idsIn(tasks.filter((task) => differs(task, "goal_id")), "id"),
    ...await tasksIn(db, idsIn(rehoused, "id")),
  ];
  add(touched, await goalsNaming(db, [...idsIn(counted, "id"), ...elsewhere]));
  add(touched, await goalsBefore(db, change.user_id, elsewhere));
  for (const item of items) {
    if (item.entity === "life_area") add(touched, await goalsWhere(db, "life_area_id", item.id));
    const clock = item.entity === "user" && differs(item, "time_zone", "deleted_at");
    if (clock) add(touched, await goalsWhere(db, "user_id", item.id));
  }
  return [...touched];
}

async function itemsOf({ read }: Database, change_id: number): Promise<Item[]> {
  const rows = await read.selectFrom("change_items").select(["entity", "entity_id as id"])
    .select(["before", "after"]).where("change_id", "=", change_id).execute();
  return rows.map(({ before, after, ...item }) => ({
    ...item,
    before: JSON.parse(before ?? "{}"),
    after: JSON.parse(after ?? "{}"),
  }));
}

function differs({ before, after }: Item, ...fields: readonly string[]): boolean {
  return fields.some((field) => before[field] !== after[field]);
}

/** The ids that a field of these items has, or had. */
function idsIn(items: readonly Item[], field: string): number[] {
  return items.flatMap(({ before, after }) => [before[field], after[field]])
    .filter((id) => typeof id === "number");
}

function add(touched: Set<number>, ids: readonly number[]): void {
  for (const id of ids) touched.add(id);
}

/** The goals themselves, and those above them. */
async function above({ read }: Database, ids: readonly number[]): Promise<number[]> {
  return await inParts(ids, async (part) => {
    const { rows } = await sql<{ id: number }>`
      with recursive path (id, parent) as (
        select id, parent_goal_id from goals where id in (${part})
        union
        select goals.id, goals.parent_goal_id from goals join path on goals.id = path.parent
      )
      select id from path`.execute(read);
    return rows;
  });
}

async function subgoalsOf({ read }: Database, ids: readonly number[]): Promise<number[]> {
  return await inParts(ids, async (part) => {
    const { rows } = await sql<{ id: number }>`
      select id from goals where parent_goal_id in (${part})`.execute(read);
    return rows;
  });
}

async function tasksIn({ read }: Database, goals: readonly number[]): Promise<number[]> {
  return await inParts(goals, async (part) => {
    const { rows } = await sql<{ id: number }>`
      select id from tasks where goal_id in (${part})`.execute(read);
    return rows;
  });
}

/** The goals of tasks that wait for these, or are below them. */
async function goalsNaming({ read }: Database, tasks: readonly number[]): Promise<number[]> {
  return await inParts(tasks, async (part) => {
    const { rows } = await sql<{ id: number }>`
      select goal_id as id from tasks where goal_id is not null and parent_task_id in (${part})
      union
      select goal_id as id from tasks where goal_id is not null and id in (
        select task_id from task_dependencies where depends_on_id in (${part}))`.execute(read);
    return rows;
  });
}

/** The goals of tasks that one of these comes after in a series. */
async function goalsBefore(
  { read }: Database,
  user_id: string,
  tasks: readonly number[],
): Promise<number[]> {
  return await inParts(tasks, async (part) => {
    const { rows } = await sql<{ id: number }>`
      select goal_id as id from tasks where user_id = ${user_id} and deleted_at is null
        and goal_id is not null and next_task_id in (${part})`.execute(read);
    return rows;
  });
}

async function goalsWhere(
  { read }: Database,
  column: "life_area_id" | "user_id",
  value: string,
): Promise<number[]> {
  const rows = await read.selectFrom("goals").select("id").where("deleted_at", "is", null)
    .where(column, "=", column === "user_id" ? value : Number(value)).execute();
  return rows.map(({ id }) => id);
}

async function inParts(
  ids: readonly number[],
  query: (part: RawBuilder<unknown>) => Promise<readonly { readonly id: number }[]>,
): Promise<number[]> {
  const all = [...new Set(ids)];
  const found: number[] = [];
  for (const part of chunksOf(all, PART)) {
    const rows = await query(sql.join(part));
    found.push(...rows.map(({ id }) => id));
  }
  return found;
}
