import type { Database } from "../../db/db.ts";
import { lastBackupOf } from "../../life/backups.ts";
import { instantsOf, today } from "../../life/dates.ts";
import type { Viewer } from "../../life/scope.ts";
import { scopeOf } from "../../life/shares.ts";
import { withheldOf } from "../withheld.ts";
import {
  type AdvancedGoal,
  advancedGoals,
  type Balance,
  balanceOf,
  type ReachedGoal,
  reachedGoals,
} from "./goals.ts";
import { type Remembered, remembered } from "./memories.ts";
import { type MovedTask, movedTasks } from "./moved.ts";
import type { Look, Section } from "./section.ts";
import { type Calendar, dayNamed, type Span, weekNamed } from "./span.ts";
import { type DoneTask, doneTasks, dueDaysOf, type OpenTask, openTasks } from "./tasks.ts";

/**
 * What a day or a week was and is about, from what is stored alone. It depends on the rows of the person
 * and on which day it is, and on nothing else: not on the time of day.
 */
export interface Summary extends Balance {
  readonly span: Span;
  readonly calendar: Calendar;
  /** The day that it is for the person. */
  readonly today: string;
  readonly done: Section<DoneTask>;
  readonly reached: Section<ReachedGoal>;
  readonly moved: Section<MovedTask>;
  /** Open, and due on a day of the span that is over; where today is in the span, on any that is over. */
  readonly not_done: Section<OpenTask>;
  /** Open, and due on a day of the span from today on. */
  readonly due: Section<OpenTask>;
  /** Open, and due on one of the seven days after the span. */
  readonly coming: Section<OpenTask>;
  readonly memories: Section<Remembered>;
  readonly goals: Section<AdvancedGoal>;
  /** The day on which the newest proven backup of the life was made; null without one. */
  readonly last_backup: string | null;
  /** Goals, tasks and memories that are left out, as the caller is narrowed to some life areas. */
  readonly withheld?: number;
}

/** What a summary is of: a date or an ISO week that exists. */
export type Named = { readonly date: string } | { readonly week: string };

/**
 * Sums up a day or a week of the person's own life, as far as it is seen.
 *
 * @throws AppError `not_found` when the person does not exist or is in the trash
 */
export async function summarize(
  db: Database,
  viewer: Viewer,
  named: Named,
  now: Date,
): Promise<Summary> {
  const look = await lookAt(db, viewer, named, now);
  const { span, calendar, scope } = look;
  const days = dueDaysOf(look);
  // Beside each other, as a store that is not in this process takes most of the time to answer at all.
  const [done, moved, reached, not_done, due, coming, memories, withheld, last_backup] =
    await Promise.all([
      doneTasks(look),
      movedTasks(look),
      reachedGoals(look),
      openTasks(look, days.not_done),
      openTasks(look, days.due),
      openTasks(look, days.coming),
      remembered(look),
      withheldOf(db, scope),
      backupDay(look),
    ]);
  const [goals, balance] = done.count === 0
    ? [{ count: 0, rows: [] }, { life_areas: [], minutes: 0, without_minutes: 0 }]
    : await Promise.all([advancedGoals(look), balanceOf(look)]);
  return {
    ...{ span, calendar, today: look.today, done, moved, reached },
    ...{ not_done, due, coming, memories, goals, last_backup },
    ...balance,
    ...withheld,
  };
}

/** The days and weeks of a person. */
export async function calendarOf({ read }: Database, user_id: string): Promise<Calendar> {
  const { time_zone: zone, week_start: weekStart } = await read.selectFrom("users")
    .select(["time_zone", "week_start"]).where("id", "=", user_id).executeTakeFirstOrThrow();
  return { zone, weekStart };
}

async function backupDay({ db, scope, calendar }: Look): Promise<string | null> {
  const at = await lastBackupOf(db, scope.user_id);
  return at === null ? null : today(new Date(at), calendar.zone);
}

async function lookAt(db: Database, viewer: Viewer, named: Named, now: Date): Promise<Look> {
  const scope = await scopeOf(db, viewer);
  const calendar = await calendarOf(db, scope.user_id);
  const span = "date" in named ? dayNamed(named.date) : weekNamed(named.week, calendar);
  return {
    ...{ db, scope, span, calendar },
    ...instantsOf(span, calendar.zone),
    today: today(now, calendar.zone),
  };
}
