import { sql } from "kysely";
import type { Database } from "../db/db.ts";
import { type Goal, progressOf, view } from "../life/goals/goal.ts";
import { type PickedGoals, pickSubgoals } from "../life/goals/picked.ts";
import { notFound } from "../life/references.ts";
import { seen, type Viewer } from "../life/scope.ts";
import { scopeOf } from "../life/shares.ts";
import { type PickedTasks, pickTasks } from "../life/tasks/picked.ts";
import { TASK_STATUSES } from "../life/tasks/task.ts";
import { hidingParents } from "../life/unseen.ts";
import { areaNames } from "./area_names.ts";
import { type Timeline, timelineOf } from "./timeline.ts";
import { countByStatus } from "./stats.ts";

/** A goal with all that is needed to go on with it. */
export interface GoalContext extends Timeline {
  goal: Goal & { life_area: string | null };
  /** Its own tasks, open ones first, with how many there are, also by status. */
  tasks: PickedTasks & { by_status: Record<string, number> };
  subgoals: PickedGoals;
}

const SHOWN_TASKS = 50;
const SHOWN_SUBGOALS = 20;

/** @throws AppError `not_found`, in the words of `get_goal` */
export async function goalContext(
  db: Database,
  viewer: Viewer,
  goal_id: number,
): Promise<GoalContext> {
  const { read } = db;
  const scope = await scopeOf(db, viewer);
  const row = await read.selectFrom("goals").selectAll().where("id", "=", goal_id)
    .where(seen("goals", scope)).where("deleted_at", "is", null).executeTakeFirst();
  if (row === undefined) throw notFound("goal", goal_id, scope);
  const progress = await progressOf(read, [goal_id], scope);
  const hide = await hidingParents(read, [row], scope);
  const goal = hide(view(row, scope, progress.get(goal_id)));
  const named = await areaNames(db, [goal]);
  const ofGoal = sql<boolean>`tasks.goal_id = ${goal_id}`;
  const counted = await countByStatus(db, "tasks", ofGoal);
  return {
    goal: named(goal),
    tasks: {
      ...await pickTasks(db, scope, {
        where: ofGoal,
        order: sql`tasks.closed, tasks.due_sort, tasks.priority, tasks.id`,
        limit: SHOWN_TASKS,
      }),
      by_status: Object.fromEntries(
        TASK_STATUSES.map((status) => [status, counted.get(status) ?? 0]),
      ),
    },
    subgoals: await pickSubgoals(db, scope, goal_id, SHOWN_SUBGOALS),
    ...await timelineOf(db, row, scope),
  };
}
