import { sql } from "kysely";
import type { Database } from "../db/db.ts";
import { addDays, instantOf, momentOf, today, weekdayOf, type When } from "../life/dates.ts";
import { type Goal, GOAL_STATUSES } from "../life/goals/goal.ts";
import { pickGoals } from "../life/goals/picked.ts";
import { inPart, partsOf, type Scope, type Viewer } from "../life/scope.ts";
import { scopeOf } from "../life/shares.ts";
import { TASK_STATUSES } from "../life/tasks/task.ts";
import type { User } from "../life/users.ts";
import { areaNames } from "./area_names.ts";
import { countByStatus } from "./stats.ts";
import { withheldOf } from "./withheld.ts";

/** Who a person is, what they are after, and what they have done lately. */
export interface Profile {
  user: Pick<User, "id" | "name" | "created_at" | "updated_at">;
  preferences: Omit<Preferences, "name">;
  /** Nearest target date first; `counts.active_goals` tells how many there are. */
  active_goals: (Goal & { life_area: string | null })[];
  /** Of the last {@linkcode LATELY_DAYS} days, newest first. */
  recent_achievements: Achievement[];
  counts: Record<string, number>;
  /** Goals and tasks that are left out, as the caller is narrowed to some life areas. */
  withheld?: number;
}

/** How a person wants to be served. */
export type Preferences = Pick<
  User,
  "name" | "time_zone" | "week_start" | "work_hours" | "work_days"
>;

/** A goal or task that was completed, on a day in the person's time zone. */
export interface Achievement {
  kind: "goal" | "task";
  id: number;
  title: string;
  date: When;
  weekday: string;
  completed_at: string;
}

const SHOWN_GOALS = 50;
const SHOWN_ACHIEVEMENTS = 10;
const LATELY_DAYS = 30;

/** What of a person shows how they want to be served. */
export function preferencesOf(
  { name, time_zone, week_start, work_hours, work_days }: User,
): Preferences {
  return { name, time_zone, week_start, work_hours, work_days };
}

/** The person's own, and seen. It depends on what is stored, and on which day it is for them. */
export async function profileOf(
  db: Database,
  viewer: Viewer,
  user: User,
  now: Date,
): Promise<Profile> {
  const { user_id, areas } = await scopeOf(db, viewer);
  const own: Scope = { user_id, areas };
  const { id, name, time_zone, created_at, updated_at } = user;
  const { name: _, ...preferences } = preferencesOf(user);
  const { goals } = await pickGoals(db, own, {
    where: sql<boolean>`status = 'active'`,
    limit: SHOWN_GOALS,
  });
  const named = await areaNames(db, goals);
  return {
    user: { id, name, created_at, updated_at },
    preferences,
    active_goals: goals.map(named),
    recent_achievements: await achievements(db, own, time_zone, now),
    counts: await counts(db, own),
    ...await withheldOf(db, own, ["goals", "tasks"]),
  };
}

async function achievements(
  { read }: Database,
  own: Scope,
  zone: string,
  now: Date,
): Promise<Achievement[]> {
  const [part] = partsOf(own);
  const since = instantOf(addDays(today(now, zone), 1 - LATELY_DAYS), zone);
  const columns = ["id", "title", "completed_at"] as const;
  const goals = await read.selectFrom("goals").select(columns)
    .where(inPart("goals", part)).where("deleted_at", "is", null)
    .where("status", "in", ["completed", "archived"]).where("completed_at", ">=", since)
    .orderBy("completed_at", "desc").orderBy("id", "desc").limit(SHOWN_ACHIEVEMENTS).execute();
  const tasks = await read.selectFrom("tasks").select(columns)
    .where(inPart("tasks", part)).where("deleted_at", "is", null)
    .where("status", "=", "completed").where("completed_at", ">=", since)
    .orderBy("completed_at", "desc").orderBy("id", "desc").limit(SHOWN_ACHIEVEMENTS).execute();
  const dated =
    (kind: Achievement["kind"]) => ({ completed_at, ...item }: typeof goals[number]) => {
      if (completed_at === null) return [];
      const date = momentOf(completed_at, zone).slice(0, 10);
      return [{ kind, ...item, date, weekday: weekdayOf(date), completed_at }];
    };
  return [...goals.flatMap(dated("goal")), ...tasks.flatMap(dated("task"))]
    .sort((a, b) => a.completed_at < b.completed_at ? 1 : a.completed_at > b.completed_at ? -1 : 0)
    .slice(0, SHOWN_ACHIEVEMENTS);
}

async function counts(db: Database, own: Scope): Promise<Profile["counts"]> {
  const [part] = partsOf(own);
  const goals = await countByStatus(db, "goals", inPart("goals", part));
  const tasks = await countByStatus(db, "tasks", inPart("tasks", part));
  const named = (counted: ReadonlyMap<string, number>, statuses: readonly string[], what: string) =>
    statuses.map((status) => [`${status}_${what}`, counted.get(status) ?? 0]);
  return Object.fromEntries([
    ...named(goals, GOAL_STATUSES, "goals"),
    ...named(tasks, TASK_STATUSES, "tasks"),
  ]);
}
