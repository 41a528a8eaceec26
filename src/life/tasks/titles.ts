import { sql } from "kysely";
import type { Tx } from "../../db/db.ts";
import { fold } from "../terms.ts";

/** More tasks that begin alike are not looked at; those that have the very title come first. */
const MOST = 1000;

/**
 * The tasks of a goal, outside the trash, that have one of these titles, without regard to case and
 * accents. Whoever sees a goal sees its tasks.
 */
export async function tasksTitled(
  read: Pick<Tx, "selectFrom">,
  goal_id: number,
  titles: readonly string[],
): Promise<{ id: number; title: string }[]> {
  const folded = new Set(titles.map(fold));
  if (folded.size === 0) return [];
  const rows = await read.selectFrom("tasks").select(["id", "title"])
    .where("goal_id", "=", goal_id).where("deleted_at", "is", null)
    .where(({ or }) => or([...folded].map(beginsWith)))
    .orderBy(({ fn }) => fn("length", ["title"])).orderBy("id").limit(MOST).execute();
  return rows.filter(({ title }) => folded.has(fold(title)));
}

/** The words of a task begin with its title, as `recordOf` has them. */
function beginsWith(folded: string) {
  const start = `${folded.trimEnd()} `;
  return sql<boolean>`substr(words, 1, ${sql.lit([...start].length)}) = ${start}`;
}
