import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../db/db.ts";
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
  { read }: Database,
  scope: Scope,
  { where, limit }: GoalPicking,
): Promise<PickedGoals> {
  const found = read.selectFrom("goals").where(seen("goals", scope))
    .where("deleted_at", "is", null).where(where);
  const rows = await found.selectAll().orderBy(sql`closed, target_sort, id`).limit(limit)
    .execute();
  const { count } = await found.select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const progress = await progressOf(read, rows.map(({ id }) => id), scope);
  const hide = await hidingParents(read, rows, scope);
  const goals = rows.map((row) =>
    hide(view({ ...row, description: brief(row.description) }, scope, progress.get(row.id)))
  );
  return { goals, total: count };
}
