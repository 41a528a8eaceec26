import type { Tx } from "../../db/db.ts";

/** What the tasks of a goal outside the trash are called. Whoever sees a goal sees its tasks. */
export async function taskTitlesOf(
  read: Pick<Tx, "selectFrom">,
  goal_id: number,
): Promise<{ id: number; title: string }[]> {
  return await read.selectFrom("tasks").select(["id", "title"])
    .where("goal_id", "=", goal_id).where("deleted_at", "is", null).orderBy("id").execute();
}
