import { sql } from "kysely";
import type { Database } from "../db/db.ts";
import { keyOf, type Scope, seen, type Viewer } from "../life/scope.ts";
import { scopeOf } from "../life/shares.ts";

/** More goals are not listed at once: nobody looks through them. */
const MOST = 500;

/** The active goals that are seen, nearest target date first. */
export async function activeGoals(
  db: Database,
  viewer: Viewer,
): Promise<readonly { id: number; title: string }[]> {
  const key = JSON.stringify(["active goals", keyOf(viewer)]);
  return await db.whileUnchanged(key, async () => {
    const scope = await scopeOf(db, viewer);
    return await visible(db, scope).select(["id", "title"]).where("status", "=", "active")
      .orderBy("target_sort").orderBy("id").limit(MOST).execute();
  });
}

/** When these goals, and their tasks, were last changed, by id. */
export async function lastChanged(
  db: Database,
  viewer: Viewer,
  ids: readonly number[],
): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map();
  const scope = await scopeOf(db, viewer);
  const goals = await visible(db, scope).select(["id", "updated_at"]).where("id", "in", ids)
    .execute();
  const tasks = await db.read.selectFrom("tasks").select("goal_id")
    .select(({ fn }) => fn.max("updated_at").as("updated_at"))
    .where("goal_id", "in", ids).where("deleted_at", "is", null).groupBy("goal_id").execute();
  const latest = new Map(tasks.map(({ goal_id, updated_at }) => [goal_id, updated_at]));
  return new Map(goals.map(({ id, updated_at }) => {
    const task = latest.get(id);
    return [id, task !== undefined && task > updated_at ? task : updated_at];
  }));
}

/** Ids of goals that are seen and begin with what was typed, up to 101, open ones first. */
export async function goalIdsLike(db: Database, viewer: Viewer, typed: string): Promise<number[]> {
  if (!/^\d{0,15}$/.test(typed)) return [];
  const rows = await visible(db, await scopeOf(db, viewer)).select("id")
    .where(sql<string>`cast(id as text)`, "like", `${typed}%`)
    .orderBy("closed").orderBy("target_sort").orderBy("id").limit(101).execute();
  return rows.map(({ id }) => id);
}

/** With whom anything of a life is shared. */
export async function guestsOf({ read }: Database, user_id: string): Promise<string[]> {
  const rows = await read.selectFrom("area_shares")
    .innerJoin("life_areas", "life_areas.id", "area_shares.area_id")
    .select("area_shares.user_id").distinct().where("life_areas.user_id", "=", user_id).execute();
  return rows.map(({ user_id }) => user_id);
}

function visible({ read }: Database, scope: Scope) {
  return read.selectFrom("goals").where(seen("goals", scope)).where("deleted_at", "is", null);
}
