import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../db/db.ts";
import type { When } from "../dates.ts";

/**
 * Whether an open task is overdue: by its day, or by its time of today.
 *
 * Times are compared as instants: by the clock alone, an hour that comes twice as the clocks go back is
 * never sure to be over.
 *
 * @param among which tasks may be meant
 * @param day today
 */
export async function overdueAt(
  { read }: Database,
  among: RawBuilder<boolean>,
  day: When,
  now: Date,
): Promise<RawBuilder<boolean>> {
  const moments = await read.selectFrom("tasks").select("due_sort").distinct()
    .where(among).where("deleted_at", "is", null).where("closed", "=", 0)
    .where("due_sort", ">", day).where("due_sort", "<", `${day}~`).execute();
  const passed = moments.map(({ due_sort }) => due_sort)
    .filter((moment) => Date.parse(moment) < now.getTime());
  return passed.length === 0
    ? sql<boolean>`tasks.due_sort < ${day}`
    : sql<boolean>`(tasks.due_sort < ${day} or tasks.due_sort in (${sql.join(passed)}))`;
}
