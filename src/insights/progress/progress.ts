import type { Database } from "../../db/db.ts";
import { addDays, eachDay, momentOf, type Resolved, today } from "../../life/dates.ts";
import { requireSeen } from "../../life/references.ts";
import type { Viewer } from "../../life/scope.ts";
import { scopeOf } from "../../life/shares.ts";
import { withheldOf } from "../withheld.ts";
import { type Estimates, estimatesIn, rounded } from "./estimates.ts";
import { type Forecast, forecastOf, type Sample } from "./forecast.ts";
import { type Days, daysOf } from "./period.ts";
import { type Streak, streakOf } from "./streak.ts";
import { type Done, doneByDay, NOTHING, type Stock, stockOf, tasksOf, timedIn } from "./work.ts";

/** What is asked for: a period in the person's words, and a goal with its subgoals, or else everything. */
export interface Question {
  readonly period: string;
  readonly goal_id?: number | undefined;
}

/** What was completed in a period; each task counts once. */
export interface Progress extends Resolved {
  totals: {
    tasks_completed: number;
    tasks_created: number;
    /** On which something was completed. */
    active_days: number;
    /** How long completed tasks took, as far as it is known. */
    minutes: number;
  };
  streak: Streak;
  estimates: Estimates;
  forecast: Forecast;
  /** The newest day first; the average is in minutes, of the tasks of which it is known. */
  progress_data: { date: string; tasks_completed: number; avg_duration: number | null }[];
  /** Tasks that are not counted, as the caller is narrowed to some life areas. */
  withheld?: number;
}

/**
 * What the person completed, by their local days, how well they estimate, and when what is open may be done.
 *
 * @throws AppError `invalid_input` for a period that cannot be read, `not_found` for a goal that is not seen
 */
export async function analyzeProgress(
  db: Database,
  viewer: Viewer,
  { period, goal_id }: Question,
  now: Date,
): Promise<Progress> {
  const scope = await scopeOf(db, viewer);
  const { time_zone: zone, week_start: weekStart } = await db.read.selectFrom("users")
    .select(["time_zone", "week_start"]).where("id", "=", scope.user_id).executeTakeFirstOrThrow();
  const days = await daysOf(period, { zone, now, weekStart });
  if (goal_id !== undefined) await requireSeen(db, "goal", goal_id, scope);
  const work = { db, zone, tasks: tasksOf(scope, goal_id) };
  const day = today(now, zone);
  const done = await doneByDay(work, days);
  const stock = await stockOf(work, days);
  const streak = await streakOf(days, done, day, (days) => doneByDay(work, days));
  return {
    totals: totalsOf(done, stock),
    streak,
    estimates: estimatesIn(await timedIn(work, days)),
    forecast: forecastOf(
      stock,
      sampleOf(days, day, done, stock.first && momentOf(stock.first, zone)),
    ),
    progress_data: eachDay(days).reverse().map((date) => dayOf(date, done.get(date) ?? NOTHING)),
    resolved: { period: `${days.from} to ${days.to}` },
    ...await withheldOf(db, scope, ["tasks"]),
  };
}

function totalsOf(done: ReadonlyMap<string, Done>, { created }: Stock): Progress["totals"] {
  const all = [...done.values()];
  return {
    tasks_completed: all.reduce((sum, { tasks }) => sum + tasks, 0),
    tasks_created: created,
    active_days: all.length,
    minutes: all.reduce((sum, { minutes }) => sum + minutes, 0),
  };
}

function dayOf(date: string, { tasks, timed, minutes }: Done): Progress["progress_data"][number] {
  const avg_duration = timed === 0 ? null : rounded(minutes / timed, 1);
  return { date, tasks_completed: tasks, avg_duration };
}

/**
 * The days from which a pace is told: those since the first task was created or completed, as before that
 * there was nothing to do, and today only once something is done.
 */
function sampleOf(
  days: Days,
  today: string,
  done: ReadonlyMap<string, Done>,
  firstCreated: string | null,
): Sample {
  const begun = [...done.keys(), ...(firstCreated ? [firstCreated.slice(0, 10)] : [])].sort()[0];
  const from = begun !== undefined && begun > days.from ? begun : days.from;
  const onceOn = (day: string) => done.get(day)?.once ?? 0;
  const to = days.to === today && onceOn(today) === 0 ? addDays(today, -1) : days.to;
  const start = to === today ? addDays(today, 1) : today;
  const gap = Math.round((Date.parse(start) - Date.parse(to)) / 86_400_000);
  return { counts: eachDay({ from, to }).map(onceOn), start, gap };
}
