import type { Tx } from "../db/db.ts";
import type { Goal } from "./goals/goal.ts";
import { isWholeLife, type Scope, seen } from "./scope.ts";
import type { Task } from "./tasks/task.ts";

type Reading = Pick<Tx, "selectFrom">;
type Id = number | null | undefined;

/** Tells which of these ids may be shown; where a whole life is seen, all. */
export async function shownAmong(
  read: Reading,
  table: "goals" | "tasks" | "memories",
  ids: readonly Id[],
  scope: Scope,
): Promise<(id: Id) => boolean> {
  if (isWholeLife(scope)) return () => true;
  const asked = [...new Set(ids.filter((id) => typeof id === "number"))];
  if (asked.length === 0) return () => true;
  const rows = await read.selectFrom(table).select("id")
    .where("id", "in", asked).where(seen(table, scope)).execute();
  const known = new Set<Id>(rows.map(({ id }) => id));
  return (id) => known.has(id);
}

/** Leaves out of goals, of which these are some, the ids of parents that are not seen. */
export async function hidingParents(
  read: Reading,
  goals: readonly Pick<Goal, "parent_goal_id">[],
  scope: Scope,
): Promise<<T extends Goal>(goal: T) => T> {
  const isShown = await shownAmong(read, "goals", goals.map((goal) => goal.parent_goal_id), scope);
  return (goal) => isShown(goal.parent_goal_id) ? goal : { ...goal, parent_goal_id: null };
}

/**
 * Leaves out of tasks, of which these are some, the ids of others that are not seen; that something
 * unseen is waited for stays in `ready`.
 */
export async function hidingTasks(
  read: Reading,
  tasks: readonly Pick<Task, "parent_task_id" | "next_task_id" | "depends_on">[],
  scope: Scope,
): Promise<<T extends Task>(task: T) => T> {
  const named = tasks.flatMap(({ parent_task_id, next_task_id, depends_on }) => [
    ...[parent_task_id, next_task_id],
    ...depends_on,
  ]);
  const isShown = await shownAmong(read, "tasks", named, scope);
  return (task) => ({
    ...task,
    parent_task_id: isShown(task.parent_task_id) ? task.parent_task_id : null,
    next_task_id: isShown(task.next_task_id) ? task.next_task_id : null,
    depends_on: task.depends_on.filter(isShown),
  });
}
