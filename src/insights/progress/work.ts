import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../db/db.ts";
import { addDays, instantsOf } from "../../life/dates.ts";
import { inPart, partsOf, type Scope, seen } from "../../life/scope.ts";
import { dayShift } from "./calendar.ts";
import type { Days } from "./period.ts";

/** Which tasks count; in the zone of whoever looks at them. */
export interface Work {
  readonly db: Database;
  readonly zone: string;
  readonly tasks: RawBuilder<boolean>;
}

/** What was completed on a local day. */
export interface Done {
  readonly tasks: number;
  /** Those of them that do not repeat. */
  readonly once: number;
  /** Those of which it is known how long they took, and how long that was. */
  readonly timed: number;
  readonly minutes: number;
}

/** The tasks of one's own that are seen; those of a goal with all its subgoals that are seen. */
export function tasksOf(scope: Scope, goal_id: number | undefined): RawBuilder<boolean> {
  const live = sql`tasks.deleted_at is null`;
  if (goal_id === undefined) {
    const [own] = partsOf(scope);
    return sql<boolean>`(${inPart("tasks", own)} and ${live})`;
  }
  // As a condition, whose goals they are would be looked up for each of them, in place of their parents.
  const shown = sql`case when ${seen("goals", scope)} then 1 else 0 end`;
  return sql<boolean>`(${live} and tasks.goal_id in (
    with recursive tree (id, shown) as (
      select goals.id, ${shown} from goals where goals.id = ${goal_id}
      union
      select goals.id, ${shown} from goals join tree on goals.parent_goal_id = tree.id
      where goals.deleted_at is null and tree.shown = 1
    )
    select id from tree where shown = 1))`;
}

/** What was completed, by local day; days without anything are not there. */
export async function doneByDay(work: Work, days: Days): Promise<Map<string, Done>> {
  const { rows } = await sql<Done & { day: string; shift: number }>`
    select substr(tasks.completed_at, 1, 10) as day,
      ${dayShift("tasks.completed_at", days, work.zone)} as shift, count(*) as tasks,
      count(case when tasks.recurrence is null then 1 end) as once,
      count(tasks.actual_duration) as timed,
      cast(coalesce(sum(tasks.actual_duration), 0) as bigint) as minutes
    from tasks where ${completedIn(work, days)} group by 1, 2`.execute(work.db.read);
  const found = new Map<string, Done>();
  for (const { day, shift, ...done } of rows) {
    const local = addDays(day, shift);
    const { tasks, once, timed, minutes } = found.get(local) ?? NOTHING;
    found.set(local, {
      tasks: tasks + done.tasks,
      once: once + done.once,
      timed: timed + done.timed,
      minutes: minutes + done.minutes,
    });
  }
  return found;
}

export const NOTHING: Done = { tasks: 0, once: 0, timed: 0, minutes: 0 };

/** How long tasks were to take, how long they took, and how many were alike in both. */
export interface Timed {
  readonly estimated: number;
  readonly actual: number;
  readonly tasks: number;
}

/** The completed tasks that have an estimate and an actual duration. */
export async function timedIn(work: Work, days: Days): Promise<Timed[]> {
  const { rows } = await sql<Timed>`
    select tasks.estimated_duration as estimated, tasks.actual_duration as actual, count(*) as tasks
    from tasks where ${completedIn(work, days)}
      and tasks.estimated_duration > 0 and tasks.actual_duration > 0
    group by 1, 2 order by 1, 2`.execute(work.db.read);
  return rows;
}

/** What there is beside what was completed. */
export interface Stock {
  /** Created on those days. */
  readonly created: number;
  /** Open, and not part of a series. */
  readonly open: number;
  /** Open, and part of a series, which does not end with it. */
  readonly repeating: number;
  /** When the first of all was created; an instant. */
  readonly first: string | null;
}

/** Counts the tasks of all times, each once. */
export async function stockOf({ db, zone, tasks }: Work, days: Days): Promise<Stock> {
  const { start, end } = instantsOf(days, zone);
  const { rows: [stock] } = await sql<Stock>`
    select
      count(case when tasks.created_at >= ${start} and tasks.created_at < ${end} then 1 end)
        as created,
      count(case when tasks.closed = 0 and tasks.recurrence is null then 1 end) as open,
      count(case when tasks.closed = 0 and tasks.recurrence is not null then 1 end) as repeating,
      min(tasks.created_at) as first
    from tasks where ${tasks}`.execute(db.read);
  return stock ?? { created: 0, open: 0, repeating: 0, first: null };
}

function completedIn({ zone, tasks }: Work, days: Days): RawBuilder<boolean> {
  const { start, end } = instantsOf(days, zone);
  return sql<boolean>`(${tasks} and tasks.status = 'completed'
    and tasks.completed_at >= ${start} and tasks.completed_at < ${end})`;
}
