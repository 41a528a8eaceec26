import type { RawBuilder } from "kysely";
import type { Database } from "../../db/db.ts";
import { dayAfter, today, type When } from "../../life/dates.ts";
import { inPart, partsOf, type Scope } from "../../life/scope.ts";
import { overdueAt } from "../../life/tasks/overdue.ts";
import { type Some, titleOf } from "./shown.ts";

/** An open task that is due. */
export interface Due {
  id: number;
  title: string;
  due_date: When;
}

/**
 * The open tasks of one's own that are overdue by the day or the time of the person, the latest first,
 * and those that are due later today. None is in both.
 *
 * @param most how many of each are read
 */
export async function dueTasks(
  db: Database,
  scope: Scope,
  zone: string,
  now: Date,
  most: number,
): Promise<{ overdue: Some<Due>; due_today: Some<Due> }> {
  const [part] = partsOf(scope);
  const own = inPart("tasks", part);
  const open = openTasks(db, own);
  const day = today(now, zone);
  const isOverdue = await overdueAt(db, own, day, now);
  const overdue = open.where(isOverdue);
  const dueToday = open.where("due_sort", "<", dayAfter(day))
    .where((eb) => eb.not(eb.parens(isOverdue)));
  return {
    overdue: await some(overdue, "desc", most),
    due_today: await some(dueToday, "asc", most),
  };
}

function openTasks({ read }: Database, own: RawBuilder<boolean>) {
  return read.selectFrom("tasks").where(own)
    .where("deleted_at", "is", null).where("closed", "=", 0);
}

async function some(
  matching: ReturnType<typeof openTasks>,
  order: "asc" | "desc",
  most: number,
): Promise<Some<Due>> {
  const rows = await matching.select(["id", "title", "due_date"])
    .orderBy("due_sort", order).orderBy("priority").orderBy("id").limit(most).execute();
  const { count } = await matching.select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  const lines = rows.flatMap(({ id, title, due_date }) =>
    due_date === null ? [] : [{ id, title: titleOf({ title }), due_date }]
  );
  return { lines, count };
}
