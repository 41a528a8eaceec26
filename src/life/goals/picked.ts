import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { Database } from "../../db/db.ts";
import type { Schema } from "../../db/schema.ts";
import { brief } from "../fields.ts";
import { type Scope, seen } from "../scope.ts";
import { hidingParents } from "../unseen.ts";
import { type Goal, progressOf, view } from "./goal.ts";

/** The first of some goals, as lists show them, and how many there are in all. */
export interface PickedGoals {
  goals: Goal[];
  total: number;
}

/** Which goals are meant, and how many of them are shown: those with the nearest target dates. */
export interface GoalPicking {
  readonly where: RawBuilder<boolean>;
  readonly limit: number;
}

/** Goals that are seen and outside the trash. */
export async function pickGoals(
  db: Database,
  scope: Scope,
  { where, limit }: GoalPicking,
): Promise<PickedGoals> {
  return await pick(
    db,
    scope,
    db.read.selectFrom("goals").where(where),
    sql`goals.target_sort, goals.id`,
    limit,
  );
}

/** The goals right below another, open ones first. */
export async function pickSubgoals(
  db: Database,
  scope: Scope,
  goal_id: number,
  limit: number,
): Promise<PickedGoals> {
  // Else a store that knows nothing of its rows looks through all goals of the person.
  const found = db.read
    .with(
      (cte) => cte("subgoals").materialized(),
      (read) => read.selectFrom("goals").selectAll().where("parent_goal_id", "=", goal_id),
    )
    .selectFrom("subgoals as goals");
  return await pick(db, scope, found, sql`goals.closed, goals.target_sort, goals.id`, limit);
}

async function pick(
  { read }: Database,
  scope: Scope,
  matching: SelectQueryBuilder<Schema, "goals", object>,
  order: RawBuilder<unknown>,
  limit: number,
): Promise<PickedGoals> {
  const found = matching.where(seen("goals", scope)).where("deleted_at", "is", null);
  const rows = await found.selectAll().orderBy(order).limit(limit).execute();
  const { count } = await found.select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const progress = await progressOf(read, rows.map(({ id }) => id), scope);
  const hide = await hidingParents(read, rows, scope);
  const goals = rows.map((row) =>
    hide(view({ ...row, description: brief(row.description) }, scope, progress.get(row.id)))
  );
  return { goals, total: count };
}
