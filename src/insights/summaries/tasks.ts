import { type RawBuilder, sql } from "kysely";
import { addDays, dayAfter } from "../../life/dates.ts";
import { inPart, partsOf } from "../../life/scope.ts";
import { type Look, type Section, sectionOf } from "./section.ts";

/** A task that was done. */
export interface DoneTask {
  readonly id: number;
  readonly title: string;
  readonly goal_id: number | null;
  /** UTC. */
  readonly completed_at: string;
  /** The time it took, or else was to take; null where neither is known. */
  readonly minutes: number | null;
}

/** A task that is to be done. */
export interface OpenTask {
  readonly id: number;
  readonly title: string;
  readonly status: string;
  /** 1 = urgent … 4 = low. */
  readonly priority: number;
  readonly due_date: string;
}

/** So many days after a span are coming. */
export const COMING_DAYS = 7;

/** SQL for the time that a task got. */
export const MINUTES = sql<
  number | null
>`coalesce(tasks.actual_duration, tasks.estimated_duration)`;

/** Whether a task was done in the span. */
export function wasDone({ start, end }: Look): RawBuilder<boolean> {
  return sql<boolean>`(tasks.deleted_at is null and tasks.status = 'completed'
    and tasks.completed_at >= ${start} and tasks.completed_at < ${end})`;
}

/** Due days from the first on, before the second; nothing where there are none. */
export type DueDays = readonly [from: string, before: string];

/**
 * The due days of the open tasks of a span. What is overdue goes by the day, never by the time of day, so
 * that a summary changes with what is stored and from one day to the next, but not in between; where the
 * span has today, all that is overdue belongs to it.
 */
export function dueDaysOf({ span: { from, to }, today }: Look) {
  const after = dayAfter(to);
  const hasToday = from <= today && today <= to;
  return {
    not_done: [hasToday ? "" : from, today < after ? today : after],
    due: [from < today ? today : from, after],
    coming: [after, addDays(after, COMING_DAYS)],
  } satisfies Record<string, DueDays>;
}

/** Whether a task is open and due on these days. */
export function isOpenAndDue([from, before]: DueDays): RawBuilder<boolean> {
  return sql<boolean>`(tasks.deleted_at is null and tasks.closed = 0
    and tasks.due_sort >= ${from} and tasks.due_sort < ${before})`;
}

/** What was done in the span, in order. */
export async function doneTasks(look: Look): Promise<Section<DoneTask>> {
  const { db, scope } = look;
  const [own] = partsOf(scope);
  return await sectionOf(
    look,
    db.read.selectFrom("tasks")
      .select(["id", "title", "goal_id", MINUTES.as("minutes")])
      .select(({ ref }) => ref("completed_at").$notNull().as("completed_at"))
      .where(inPart("tasks", own)).where(wasDone(look)).orderBy("completed_at").orderBy("id"),
  );
}

/** What is open and due on these days, first due first. */
export async function openTasks(look: Look, days: DueDays): Promise<Section<OpenTask>> {
  const { db, scope } = look;
  const [own] = partsOf(scope);
  const [from, before] = days;
  if (from >= before) return { count: 0, rows: [] };
  return await sectionOf(
    look,
    db.read.selectFrom("tasks").select(["id", "title", "status", "priority"])
      .select(({ ref }) => ref("due_date").$notNull().as("due_date"))
      .where(inPart("tasks", own)).where(isOpenAndDue(days))
      .orderBy("due_sort").orderBy("priority").orderBy("id"),
  );
}
