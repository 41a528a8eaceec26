import { sql } from "kysely";
import type { Database } from "../db/db.ts";
import { AppError } from "../errors.ts";
import { Elsewhere } from "./guests.ts";
import type { Draft } from "./journal.ts";
import { areaOf, isInReach } from "./placing.ts";
import { type Entity, type Records, shelves } from "./records.ts";
import { type Scope, seen } from "./scope.ts";

const LISTS: Record<Entity, string> = {
  user: "selfos users list",
  life_area: "list_life_areas",
  goal: "list_goals",
  task: "list_tasks",
  memory: "list_memories",
};

/** What belongs to a life. */
type Placed = Exclude<Entity, "user">;

/**
 * The person's own record, outside the trash and not withheld.
 *
 * @throws AppError `not_found`, in the same words for an unknown id, for a stranger's and for what is
 *   withheld; `conflict` where a guest names an item of their own life
 */
export async function findOwn<E extends Placed>(
  draft: Draft,
  entity: E,
  id: Records[E]["id"],
  field?: string,
): Promise<Records[E]> {
  const { tx, actor } = draft;
  const record: Records[E] | undefined = await shelves[entity].find(tx, id);
  const refusal = () => notFound(entity, id, actor, field);
  if (record === undefined || record.deleted_at !== null) throw refusal();
  const isOwn = record.user_id === actor.user_id;
  if (isOwn && actor.areas === undefined) return record;
  if (record.user_id === actor.guest && !actor.narrowed) throw twoLives(entity, id, actor);
  const area = await areaOf(tx, record);
  if (!isOwn) throw new Elsewhere(refusal(), record.user_id, `${nameOf(entity)} ${id}`, area);
  if (isInReach(actor, area)) return record;
  throw refusal();
}

/** Throws `not_found` unless the item is seen and outside the trash. */
export async function requireSeen(
  { read }: Database,
  entity: "goal" | "life_area",
  id: number,
  scope: Scope,
): Promise<void> {
  const table = entity === "goal" ? "goals" : "life_areas";
  const row = await read.selectFrom(table).select("id")
    .where("id", "=", id).where(seen(table, scope)).where("deleted_at", "is", null)
    .executeTakeFirst();
  if (row === undefined) throw notFound(entity, id, scope);
}

/** The refusal for an item that is not there, as far as whoever asks may know. */
export function notFound(
  entity: Entity,
  id: string | number,
  { areas }: Pick<Scope, "areas">,
  field?: string,
): AppError {
  const item = `${nameOf(entity)} ${id}`;
  const withheld = areas === undefined
    ? ""
    : `, or it is withheld: only the life areas ${areas.join(", ") || "none"} are open`;
  return new AppError(
    "not_found",
    `${field ? `Cannot use ${field} as there is no ${item}` : `Cannot find ${item}`}${withheld}`,
    `${LISTS[entity]} shows the ids`,
  );
}

function twoLives(
  entity: Entity,
  id: string | number,
  { user_id, guest }: Pick<Draft["actor"], "user_id" | "guest">,
): AppError {
  return new AppError(
    "conflict",
    `Cannot connect ${nameOf(entity)} ${id} of ${guest} with an item of ${user_id}`,
    `create another one in the life of ${user_id}, by a goal or a life area that is shared`,
  );
}

function nameOf(entity: Entity): string {
  return entity.replace("_", " ");
}

/**
 * Refuses to put a goal or task below itself.
 *
 * @throws AppError `conflict`
 */
export async function refuseNestingCycle(
  draft: Draft,
  entity: "goal" | "task",
  id: number,
  parent: number | null,
): Promise<void> {
  const path = [id];
  for (let above = parent; above !== null;) {
    path.push(above);
    if (above === id) {
      throw new AppError(
        "conflict",
        draft.actor.areas === undefined
          ? `Cannot nest ${entity} ${id} below itself: that is the cycle ${path.join(" → ")}`
          : `Cannot nest ${entity} ${id} below itself`,
        "choose another parent",
      );
    }
    above = parentOf(await shelves[entity].find(draft.tx, above));
  }
}

/**
 * Refuses dependencies that lead back to the task.
 *
 * @throws AppError `conflict`
 */
export async function refuseDependencyCycle(
  draft: Draft,
  task_id: number,
  depends_on: readonly number[],
): Promise<void> {
  if (depends_on.length === 0) return;
  const { rows } = await sql<{ root: number }>`
    with recursive reach (root, id) as (
      select id, id from tasks where id in (${sql.join(depends_on)})
      union
      select reach.root, link.depends_on_id
      from task_dependencies link join reach on link.task_id = reach.id
    )
    select root from reach where id = ${task_id}`.execute(draft.tx);
  const [cycle] = rows;
  if (cycle === undefined) return;
  throw new AppError(
    "conflict",
    cycle.root === task_id
      ? `Cannot let task ${task_id} depend on itself: that is a cycle`
      : `Cannot let task ${task_id} depend on task ${cycle.root}: that is a cycle, as task ` +
        `${cycle.root} depends on task ${task_id} already`,
    "leave that dependency out, or remove the opposite one first",
  );
}

/**
 * What is wrong with a record as it now stands: references to the trash, cycles, or, for one in
 * the trash, live records that still refer to it.
 */
export async function brokenReferences<E extends Entity>(
  draft: Draft,
  entity: E,
  record: Records[E],
): Promise<string[]> {
  const label = `${nameOf(entity)} ${record.id}`;
  const problems: string[] = [];
  for (const [target, column] of REFERENCES[entity]) {
    const id: unknown = Reflect.get(record, column);
    if (record.deleted_at !== null || typeof id !== "number") continue;
    if (await isTrashed(draft, target, id)) {
      const owner = await nameOrNot(draft, target, id);
      problems.push(`${label} belongs to ${owner}, which is in the trash`);
    }
  }
  if (record.deleted_at !== null) {
    for (const { table, column, referrer } of REFERRERS[entity]) {
      const { rows } = await sql<{ id: number }>`
        select id from ${sql.table(table)}
        where ${sql.ref(column)} = ${record.id} and deleted_at is null limit 3`.execute(draft.tx);
      for (const { id } of rows) {
        problems.push(`${await nameOrNot(draft, referrer, id)} belongs to ${label}`);
      }
    }
  }
  return problems;
}

const REFERENCES: Record<Entity, readonly (readonly [Placed, string])[]> = {
  user: [],
  life_area: [],
  goal: [["life_area", "life_area_id"], ["goal", "parent_goal_id"]],
  task: [["goal", "goal_id"], ["task", "parent_task_id"]],
  // What it is about may go to the trash without it.
  memory: [],
};

interface Referrer {
  readonly table: string;
  readonly column: string;
  readonly referrer: "goal" | "task";
}

const REFERRERS: Record<Entity, readonly Referrer[]> = {
  user: [],
  life_area: [{ table: "goals", column: "life_area_id", referrer: "goal" }],
  goal: [
    { table: "goals", column: "parent_goal_id", referrer: "goal" },
    { table: "tasks", column: "goal_id", referrer: "task" },
  ],
  task: [{ table: "tasks", column: "parent_task_id", referrer: "task" }],
  memory: [],
};

async function isTrashed(draft: Draft, entity: Placed, id: number): Promise<boolean> {
  const table = entity === "goal" ? "goals" : entity === "task" ? "tasks" : "life_areas";
  const row = await draft.tx.selectFrom(table).select("deleted_at").where("id", "=", id)
    .executeTakeFirst();
  return row === undefined || row.deleted_at !== null;
}

/** What an item is called in a refusal, unless it is withheld. */
async function nameOrNot(
  { tx, actor }: Draft,
  entity: Placed,
  id: number,
): Promise<string> {
  const record = await shelves[entity].find(tx, id);
  const isSeen = record !== undefined && isInReach(actor, await areaOf(tx, record));
  return isSeen ? `${nameOf(entity)} ${id}` : "something that is withheld";
}

function parentOf(record: Records["goal"] | Records["task"] | undefined): number | null {
  if (record === undefined) return null;
  return "parent_goal_id" in record ? record.parent_goal_id : record.parent_task_id;
}
