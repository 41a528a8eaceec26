/** A life and its numbers, slowly and plainly, from nothing but the images in its journal. */
import type { GoalRecord, TaskRecord } from "../../src/life/records.ts";
import type { TestApp } from "../harness.ts";

export interface Life {
  readonly goals: readonly GoalRecord[];
  readonly tasks: readonly TaskRecord[];
  readonly memories: readonly { readonly deleted_at: string | null }[];
}

/** What is not in the trash, as the last image of each item has it. */
export async function lifeOf({ app }: TestApp, user_id: string): Promise<Life> {
  const items = await app.db.read.selectFrom("change_items")
    .innerJoin("changes", "changes.id", "change_items.change_id")
    .select(["entity", "entity_id", "after"]).where("user_id", "=", user_id)
    .orderBy("change_id").orderBy("seq").execute();
  const last = new Map(items.map(({ entity, entity_id, after }) => [
    `${entity} ${entity_id}`,
    { entity, image: after === null ? null : JSON.parse(after) },
  ]));
  const live = (wanted: string) =>
    [...last.values()].filter(({ entity, image }) =>
      entity === wanted && image?.deleted_at === null
    )
      .map(({ image }) => image);
  return { goals: live("goal"), tasks: live("task"), memories: live("memory") };
}

/** The day of an instant on the calendar of a zone, told by the runtime and not by our own code. */
export function localDay(instant: string, zone: string): string {
  return formatOf(zone).format(new Date(instant));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-CA", { timeZone, ...parts });
  formats.set(timeZone, format);
  return format;
}

/** The goal and all below it. */
export function tasksBelow({ goals, tasks }: Life, goal_id: number): TaskRecord[] {
  const isBelow = (id: number | null): boolean =>
    id === goal_id ||
    isBelowParent(goals.find((goal) => goal.id === id)?.parent_goal_id ?? null);
  const isBelowParent = (parent: number | null) => parent !== null && isBelow(parent);
  return tasks.filter((task) => task.goal_id !== null && isBelow(task.goal_id));
}

/** What `analyze_progress` is to say of these tasks, without what depends on chance. */
export function progressOf(tasks: readonly TaskRecord[], days: readonly string[], zone: string) {
  const done = tasks.filter(({ status }) => status === "completed");
  const doneOn = (day: string) => done.filter((task) => localDay(task.completed_at!, zone) === day);
  const inPeriod = days.flatMap(doneOn);
  const timed = inPeriod.map(({ actual_duration }) => actual_duration).filter((one) =>
    one !== null
  );
  const estimated = inPeriod.filter((task) => task.estimated_duration && task.actual_duration);
  const ratios = estimated.map((task) => task.actual_duration! / task.estimated_duration!);
  const [planned, taken] = [
    sum(estimated.map((task) => task.estimated_duration!)),
    sum(estimated.map((task) => task.actual_duration!)),
  ];
  const open = tasks.filter(({ status }) => status === "pending" || status === "in_progress");
  return {
    totals: {
      tasks_completed: inPeriod.length,
      tasks_created: tasks.filter((task) => days.includes(localDay(task.created_at, zone))).length,
      active_days: days.filter((day) => doneOn(day).length > 0).length,
      minutes: sum(timed),
    },
    estimates: {
      tasks: estimated.length,
      estimated_minutes: planned,
      actual_minutes: taken,
      ratio: ratios.length === 0 ? null : Math.round(100 * taken / planned) / 100,
      median_ratio: ratios.length === 0 ? null : Math.round(100 * median(ratios)) / 100,
      typical_error_percent: ratios.length === 0
        ? null
        : Math.round(median(ratios.map((ratio) => Math.abs(ratio - 1) * 100))),
    },
    remaining: open.filter(({ recurrence }) => recurrence === null).length,
    repeating: open.filter(({ recurrence }) => recurrence !== null).length,
    progress_data: days.toReversed().map((date) => {
      const minutes = doneOn(date).map((task) => task.actual_duration).filter((one) =>
        one !== null
      );
      const mean = minutes.length === 0 ? null : sum(minutes) / minutes.length;
      return {
        date,
        tasks_completed: doneOn(date).length,
        avg_duration: mean === null ? null : Math.round(10 * mean) / 10,
      };
    }),
  };
}

/** How many days in a row, until this one, something was completed; this one may be still to come. */
export function runUntil(tasks: readonly TaskRecord[], today: string, zone: string): number {
  const days = new Set(
    tasks.filter(({ status }) => status === "completed")
      .map((task) => localDay(task.completed_at!, zone)),
  );
  let run = 0;
  const before = (count: number) =>
    new Date(Date.parse(today) - count * 86_400_000).toISOString().slice(0, 10);
  for (let back = days.has(today) ? 0 : 1; days.has(before(back)); back++) run++;
  return run;
}

/** What `query_user_stats` is to say. */
export function statsOf({ goals, tasks, memories }: Life, now: Date, zone: string) {
  const count = (items: readonly { status: string }[], status: string) =>
    items.filter((item) => item.status === status).length;
  const open = tasks.filter(({ status, due_date }) =>
    due_date !== null && (status === "pending" || status === "in_progress")
  );
  const today = localDay(now.toISOString(), zone);
  const isLate = ({ due_date }: TaskRecord) =>
    due_date!.length === 10 ? due_date! < today : Date.parse(due_date!) < now.getTime();
  return {
    active_goals: count(goals, "active"),
    completed_goals: count(goals, "completed"),
    paused_goals: count(goals, "paused"),
    archived_goals: count(goals, "archived"),
    pending_tasks: count(tasks, "pending"),
    in_progress_tasks: count(tasks, "in_progress"),
    completed_tasks: count(tasks, "completed"),
    cancelled_tasks: count(tasks, "cancelled"),
    overdue_tasks: open.filter(isLate).length,
    due_today_tasks:
      open.filter((task) => task.due_date!.slice(0, 10) === today && !isLate(task)).length,
    memory_items: memories.length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
