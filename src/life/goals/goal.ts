import { sql } from "kysely";
import type { Tx } from "../../db/db.ts";
import { weekdayOf } from "../dates.ts";
import type { GoalRecord } from "../records.ts";
import { isWholeLife, type Scope, seen, type Viewer } from "../scope.ts";

export const GOAL_STATUSES = ["active", "completed", "paused", "archived"] as const;
export type GoalStatus = typeof GOAL_STATUSES[number];

export interface Goal {
  id: number;
  title: string;
  description: string | null;
  status: string;
  target_date: string | null;
  target_weekday: string | null;
  life_area_id: number | null;
  parent_goal_id: number | null;
  progress: Progress;
  completed_at: string | null;
  created_at: string;
  updated_at: string;
  /** Whose goal it is, where it is another's. */
  owner?: string;
}

/** How far a goal is, from its tasks and those of its subgoals; cancelled tasks do not count. */
export interface Progress {
  tasks: number;
  completed: number;
  /** 0 to 100. Without tasks: 100 for a completed goal, else 0. */
  percent: number;
}

export interface GoalDetail extends Goal {
  subgoals: { id: number; title: string; status: string }[];
  /** The first 50 in list order; `list_tasks` with this goal_id has all. */
  tasks: { id: number; title: string; status: string; due_date: string | null }[];
  /** Where it was imported from. */
  source?: string;
}

/** A goal as it is shown. */
export function view(record: GoalRecord, { user_id }: Viewer, progress?: Progress): Goal {
  const percent = record.status === "completed" ? 100 : 0;
  return {
    id: record.id,
    title: record.title,
    description: record.description,
    status: record.status,
    target_date: record.target_date,
    target_weekday: record.target_date && weekdayOf(record.target_date),
    life_area_id: record.life_area_id,
    parent_goal_id: record.parent_goal_id,
    progress: progress ?? { tasks: 0, completed: 0, percent },
    completed_at: record.completed_at,
    created_at: record.created_at,
    updated_at: record.updated_at,
    ...(record.user_id === user_id ? {} : { owner: record.user_id }),
  };
}

/**
 * How far goals are, by their ids; none of those without tasks. SQLite keeps to the order of a cross
 * join: else it would look through all tasks for those of a few goals.
 *
 * @param scope subgoals that are not seen are not counted
 */
export async function progressOf(
  db: Pick<Tx, "getExecutor">,
  ids: number[],
  scope: Scope,
): Promise<Map<number, Progress>> {
  if (ids.length === 0) return new Map();
  const visible = isWholeLife(scope) ? sql`` : sql`and ${seen("goals", scope)}`;
  const { rows } = await sql<{ root: number; tasks: number; completed: number }>`
    with recursive tree (root, id) as (
      select id, id from goals where id in (${sql.join(ids)})
      union
      select tree.root, goals.id from goals join tree on goals.parent_goal_id = tree.id
      where goals.deleted_at is null ${visible}
    )
    select tree.root, count(*) as tasks,
      count(case when tasks.status = 'completed' then 1 end) as completed
    from tree cross join tasks
    where tasks.goal_id = tree.id and tasks.deleted_at is null and tasks.status <> 'cancelled'
    group by tree.root`.execute(db);
  return new Map(rows.map(({ root, tasks, completed }) => [
    root,
    { tasks, completed, percent: percentOf(completed, tasks) },
  ]));
}

/** Rounded, but 100 only once everything is done. */
function percentOf(completed: number, tasks: number): number {
  return completed === tasks ? 100 : Math.min(99, Math.round(100 * completed / tasks));
}
