import { sql } from "kysely";
import { type Progress, progressOf } from "../../life/goals/goal.ts";
import { inPart, isWholeLife, partsOf, type Scope } from "../../life/scope.ts";
import { type Look, MOST_ROWS, type Section, sectionOf } from "./section.ts";
import { MINUTES, wasDone } from "./tasks.ts";

/** A goal that was completed. */
export interface ReachedGoal {
  readonly id: number;
  readonly title: string;
  /** UTC. */
  readonly completed_at: string;
}

/** A goal of which something was done; its tasks are those of its subgoals too. */
export interface AdvancedGoal extends Progress {
  readonly id: number;
  readonly title: string;
  /** How many of its tasks were done in the span; `completed` is how many ever were. */
  readonly done: number;
}

/** A life area, or what is in none, with what was done of it. */
export interface AreaShare {
  readonly id: number | null;
  readonly name: string | null;
  readonly weight: number | null;
  readonly done: number;
  /** Of the tasks done. */
  readonly minutes: number;
  /** 0 to 1, of all weights; null where there are none. */
  readonly weight_share: number | null;
  /** 0 to 1, of all minutes; null where there are none. */
  readonly time_share: number | null;
}

/** How the time of what was done lies in the life areas. */
export interface Balance {
  readonly life_areas: readonly AreaShare[];
  readonly minutes: number;
  /** How many tasks that were done say nothing of their time. */
  readonly without_minutes: number;
}

/** The goals that were completed in the span, in order. */
export async function reachedGoals(look: Look): Promise<Section<ReachedGoal>> {
  const { db, scope, start, end } = look;
  const [own] = partsOf(scope);
  return await sectionOf(
    look,
    db.read.selectFrom("goals").select(["id", "title"])
      .select(({ ref }) => ref("completed_at").$notNull().as("completed_at"))
      .where(inPart("goals", own)).where("deleted_at", "is", null)
      .where("completed_at", ">=", start).where("completed_at", "<", end)
      .orderBy("completed_at").orderBy("id"),
  );
}

/** The goals that have tasks of their own which were done in the span, those with the most first. */
export async function advancedGoals(look: Look): Promise<Section<AdvancedGoal>> {
  const { db, scope: { user_id, areas } } = look;
  const scope: Scope = { user_id, areas };
  const [own] = partsOf(scope);
  const visible = isWholeLife(scope) ? sql`` : sql`and ${inPart("goals", own)}`;
  const { rows } = await sql<{ id: number; title: string; done: number; count: number }>`
    with recursive
      finished (goal_id, done) as (
        select goal_id, count(*) from tasks
        where ${inPart("tasks", own)} and ${wasDone(look)} and goal_id is not null
        group by goal_id
      ),
      tree (root, id) as (
        select goal_id, goal_id from finished
        union
        select tree.root, goals.id from goals join tree on goals.parent_goal_id = tree.id
        where goals.deleted_at is null ${visible}
      )
    select goals.id, goals.title, cast(sum(finished.done) as bigint) as done,
      count(*) over () as count
    from tree cross join finished cross join goals
    where finished.goal_id = tree.id and goals.id = tree.root
    group by goals.id, goals.title order by 3 desc, goals.id limit ${MOST_ROWS}`.execute(db.read);
  const progress = await progressOf(db.read, rows.map(({ id }) => id), scope);
  return {
    count: rows[0]?.count ?? 0,
    rows: rows.flatMap(({ id, title, done }) => {
      const known = progress.get(id);
      return known === undefined ? [] : [{ id, title, done, ...known }];
    }),
  };
}

/** How what was done lies in the life areas; the areas with the most time first, what is in none last. */
export async function balanceOf({ db, ...look }: Look): Promise<Balance> {
  const [own] = partsOf(look.scope);
  const finished = await db.read.selectFrom("tasks")
    .leftJoin("goals", "goals.id", "tasks.goal_id")
    .select(({ fn }) => [
      "goals.life_area_id as area",
      fn.countAll<number>().as("done"),
      fn.count<number>(MINUTES).as("timed"),
      sql<number>`cast(coalesce(sum(${MINUTES}), 0) as bigint)`.as("minutes"),
    ])
    .where(inPart("tasks", own)).where(wasDone({ db, ...look })).groupBy("goals.life_area_id")
    .execute();
  const areas = await db.read.selectFrom("life_areas").select(["id", "name", "weight"])
    .where(inPart("life_areas", own)).where("deleted_at", "is", null).orderBy("id").execute();
  const minutes = finished.reduce((sum, area) => sum + area.minutes, 0);
  const weights = areas.reduce((sum, { weight }) => sum + weight, 0);
  const of = new Map(finished.map((area) => [area.area, area]));
  const none = of.has(null) ? [{ id: null, name: null, weight: null }] : [];
  const life_areas = [...areas, ...none].map((area): AreaShare => {
    const { done = 0, minutes: time = 0 } = of.get(area.id) ?? {};
    return {
      ...area,
      ...{ done, minutes: time },
      weight_share: area.weight === null || weights === 0 ? null : area.weight / weights,
      time_share: minutes === 0 ? null : time / minutes,
    };
  });
  const isNone = ({ id }: AreaShare) => Number(id === null);
  life_areas.sort((a, b) => isNone(a) - isNone(b) || b.minutes - a.minutes || b.done - a.done);
  return {
    ...{ life_areas, minutes },
    without_minutes: finished.reduce((sum, { done, timed }) => sum + done - timed, 0),
  };
}
