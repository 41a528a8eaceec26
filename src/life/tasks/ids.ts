import { sql } from "kysely";
import { chunksOf } from "../../db/chunks.ts";
import type { Database } from "../../db/db.ts";
import { seen, type Viewer } from "../scope.ts";
import { scopeOf } from "../shares.ts";

/** More than are ever shown at once, so that it can be told whether there are more. */
const MOST = 101;

/** So many ids fit in one statement, on every store. */
const PART = 1000;

/** Ids of the tasks that are seen and begin with what was typed, open ones first, soonest due first. */
export async function taskIdsLike(
  db: Database,
  viewer: Viewer,
  typed: string,
): Promise<number[]> {
  if (!/^\d{0,15}$/.test(typed)) return [];
  const scope = await scopeOf(db, viewer);
  const rows = await db.read.selectFrom("tasks").select("id")
    .where(seen("tasks", scope)).where("deleted_at", "is", null)
    .where(sql<string>`cast(id as text)`, "like", `${typed}%`)
    .orderBy("closed").orderBy("due_sort").orderBy("priority").orderBy("id")
    .limit(MOST).execute();
  return rows.map(({ id }) => id);
}

/** The tasks that depend on any of these. */
export async function tasksWaitingFor(
  { read }: Database,
  task_ids: readonly number[],
): Promise<number[]> {
  const waiting = new Set<number>();
  for (const part of chunksOf(task_ids, PART)) {
    const rows = await read.selectFrom("task_dependencies").select("task_id").distinct()
      .where("depends_on_id", "in", part).execute();
    for (const { task_id } of rows) waiting.add(task_id);
  }
  return [...waiting];
}
