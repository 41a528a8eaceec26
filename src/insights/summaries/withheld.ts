import { withheld } from "../../life/scope.ts";
import { countWithheldMemories } from "./memories.ts";
import type { UnseenMove } from "./moved.ts";
import type { Look } from "./section.ts";
import { dueDaysOf, isOpenAndDue, wasDone } from "./tasks.ts";

/**
 * How many items the summary would have beside those it has, were all of the person's life seen; each
 * counts once.
 *
 * @param moved the tasks that were moved and are not shown as such
 */
export async function countWithheld(look: Look, moved: readonly UnseenMove[]): Promise<number> {
  const { db, scope, start, end } = look;
  const days = Object.values(dueDaysOf(look));
  let tasks = 0;
  for (const isListed of [wasDone(look), ...days.map(isOpenAndDue)]) {
    const { count } = await db.read.selectFrom("tasks")
      .select(({ fn }) => fn.countAll<number>().as("count"))
      .where(withheld("tasks", scope)).where(isListed).executeTakeFirstOrThrow();
    tasks += count;
  }
  const goals = await db.read.selectFrom("goals")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where(withheld("goals", scope)).where("deleted_at", "is", null)
    .where("completed_at", ">=", start).where("completed_at", "<", end).executeTakeFirstOrThrow();
  const isListed = ({ closed, due_sort, completed_at }: UnseenMove) =>
    closed === 0
      ? days.some(([from, before]) => due_sort >= from && due_sort < before)
      : completed_at !== null && completed_at >= start && completed_at < end;
  const onlyMoved = moved.filter((task) => !isListed(task)).length;
  return tasks + goals.count + onlyMoved + await countWithheldMemories(look);
}
