import type { Database } from "../../db/db.ts";
import { estimatesIn } from "../../insights/progress/estimates.ts";
import { tasksOf, type Timed, timedIn } from "../../insights/progress/work.ts";
import { addDays, type When } from "../../life/dates.ts";
import type { Scope } from "../../life/scope.ts";

/** How long tasks take a person, against what they think. */
export interface Pace {
  /** What an estimate is multiplied with; 1 where too few tasks tell. */
  readonly factor: number;
  /** Tasks of late that have both an estimate and the time that they took. */
  readonly from_tasks: number;
  /** How long a task without an estimate is taken to be. */
  readonly default_minutes: number;
}

/** So far back tasks tell, in days. */
const LATELY = 90;

/** Fewer tell nothing. */
const ENOUGH = 5;

/** Beyond these the tasks are not what they seem to be. */
const FACTORS = { least: 0.5, most: 3 };
const DEFAULTS = { least: 15, usual: 30, most: 120 };

/** What is planned is to be read, and kept, by the clock. */
const STEP = 5;

/** The pace of a person in the last months, from the tasks that the scope sees. */
export async function paceOf(
  db: Database,
  { user_id, areas }: Scope,
  day: When,
  zone: string,
): Promise<Pace> {
  const work = { db, zone, tasks: tasksOf({ user_id, areas }, undefined) };
  return paceIn(await timedIn(work, { from: addDays(day, -LATELY), to: day }));
}

/** The error of the task in the middle, so that a clock that was forgotten once has no weight. */
export function paceIn(timed: readonly Timed[]): Pace {
  const { tasks, median_ratio } = estimatesIn(timed);
  if (tasks < ENOUGH || median_ratio === null) {
    return { factor: 1, from_tasks: tasks, default_minutes: DEFAULTS.usual };
  }
  return {
    factor: Math.min(FACTORS.most, Math.max(FACTORS.least, median_ratio)),
    from_tasks: tasks,
    default_minutes: Math.min(DEFAULTS.most, Math.max(DEFAULTS.least, usualIn(timed, tasks))),
  };
}

/** How long a task is planned to take, in minutes. */
export function minutesFor(estimated: number | null, { factor, default_minutes }: Pace): number {
  if (estimated === null || estimated < 1) return default_minutes;
  return factor === 1 ? estimated : stepped(estimated * factor);
}

/** How long the task in the middle took. */
function usualIn(timed: readonly Timed[], tasks: number): number {
  let passed = 0;
  for (const { actual, tasks: alike } of timed.toSorted((a, b) => a.actual - b.actual)) {
    passed += alike;
    if (passed >= tasks / 2) return stepped(actual);
  }
  return DEFAULTS.usual;
}

function stepped(minutes: number): number {
  return Math.max(STEP, STEP * Math.ceil(minutes / STEP - 1e-9));
}
