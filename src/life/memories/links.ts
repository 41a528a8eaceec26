import { sql } from "kysely";
import { chunksOf } from "../../db/chunks.ts";
import type { Database } from "../../db/db.ts";
import { hasMoved } from "../moved.ts";

/** So many ids fit in one statement, on every store. */
const PART = 1000;

/**
 * The memories with a link to what a change moved to the trash, brought back, or moved to another life
 * area: the link, or the memory, is shown no more, or again, though nothing was written of them. Some may
 * show the same as before.
 */
export async function memoriesLinkedTo(
  { read }: Pick<Database, "read">,
  user_id: string,
  change_id: number,
): Promise<number[]> {
  const { rows: moved } = await sql<{ entity: string; entity_id: string }>`
    select entity, entity_id from change_items
    where change_id = ${change_id} and ${hasMoved()}`.execute(read);
  const living = read.selectFrom("memories").select("id").where("deleted_at", "is", null);
  const linked = new Set<number>();
  for (const [entity, column] of [["goal", "goal_id"], ["task", "task_id"]] as const) {
    const ids = moved.filter((item) => item.entity === entity).map((item) =>
      Number(item.entity_id)
    );
    for (const part of chunksOf(ids, PART)) {
      const rows = await living.where((eb) =>
        eb.or([
          eb(column, "in", part),
          ...(entity === "goal" ? [eb("task_id", "in", tasksOf(read, part))] : []),
        ])
      ).execute();
      for (const { id } of rows) linked.add(id);
    }
  }
  // What stands behind another may come to the front of whatever was replaced.
  if (moved.some(({ entity }) => entity === "memory")) {
    const rows = await living.where("user_id", "=", user_id).where("superseded_by", "is not", null)
      .execute();
    for (const { id } of rows) linked.add(id);
  }
  return [...linked];
}

function tasksOf(read: Database["read"], goals: readonly number[]) {
  return read.selectFrom("tasks").select("id").where("goal_id", "in", goals);
}
