import { sql } from "kysely";
import type { Database } from "../../db/db.ts";
import { hasMoved } from "../moved.ts";

/**
 * The tasks of goals that a change moved to another life area, to the trash or back: they may be seen by
 * others than before, though nothing was written of them.
 */
export async function tasksMovedWithGoals(
  { read }: Pick<Database, "read">,
  change_id: number,
): Promise<number[]> {
  const rows = await read.selectFrom("tasks").select("id")
    .where(
      "goal_id",
      "in",
      (eb) =>
        eb.selectFrom("change_items").select(sql<number>`cast(entity_id as integer)`.as("goal_id"))
          .where("change_id", "=", change_id).where("entity", "=", "goal").where(hasMoved()),
    )
    .execute();
  return rows.map(({ id }) => id);
}
