import { type RawBuilder, sql } from "kysely";
import type { Database } from "../db/db.ts";
import { dayAfter, today } from "../life/dates.ts";
import { inPart, partsOf, type Viewer } from "../life/scope.ts";
import { scopeOf } from "../life/shares.ts";
import { overdueAt } from "../life/tasks/overdue.ts";
import { withheldOf } from "./withheld.ts";

/** How many goals, tasks and memories a person has; each thing counts once. */
export interface UserStats {
  active_goals: number;
  completed_goals: number;
  paused_goals: number;
  archived_goals: number;
  pending_tasks: number;
  in_progress_tasks: number;
  completed_tasks: number;
  cancelled_tasks: number;
  /** Open and due before today, or at a time that has passed today. */
  overdue_tasks: number;
  /** Open and due later today: none of them is overdue. */
  due_today_tasks: number;
  memory_items: number;
  /** Goals, tasks and memories that are not counted, as the caller is narrowed to some life areas. */
  withheld?: number;
}

/**
 * Counts what is the person's own, and seen. Each count is a query of its own table: a join would
 * count a goal once for every task.
 */
export async function userStats(db: Database, viewer: Viewer, now: Date): Promise<UserStats> {
  const scope = await scopeOf(db, viewer);
  const [own] = partsOf(scope);
  const { time_zone } = await db.read.selectFrom("users").select("time_zone")
    .where("id", "=", scope.user_id).executeTakeFirstOrThrow();
  const goals = await countByStatus(db, "goals", inPart("goals", own));
  const tasks = await countByStatus(db, "tasks", inPart("tasks", own));
  const day = today(now, time_zone);
  const open = db.read.selectFrom("tasks")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where(inPart("tasks", own)).where("deleted_at", "is", null)
    .where("closed", "=", 0).where("due_date", "is not", null);
  const isOverdue = await overdueAt(db, inPart("tasks", own), day, now);
  const overdue = await open.where(isOverdue).executeTakeFirstOrThrow();
  const dueToday = await open.where("due_sort", "<", dayAfter(day))
    .where(({ not, parens }) => not(parens(isOverdue))).executeTakeFirstOrThrow();
  const memories = await db.read.selectFrom("memories")
    .select(({ fn }) => fn.countAll<number>().as("count"))
    .where(inPart("memories", own)).where("deleted_at", "is", null).executeTakeFirstOrThrow();
  return {
    active_goals: goals.get("active") ?? 0,
    completed_goals: goals.get("completed") ?? 0,
    paused_goals: goals.get("paused") ?? 0,
    archived_goals: goals.get("archived") ?? 0,
    pending_tasks: tasks.get("pending") ?? 0,
    in_progress_tasks: tasks.get("in_progress") ?? 0,
    completed_tasks: tasks.get("completed") ?? 0,
    cancelled_tasks: tasks.get("cancelled") ?? 0,
    overdue_tasks: overdue.count,
    due_today_tasks: dueToday.count,
    memory_items: memories.count,
    ...await withheldOf(db, scope),
  };
}

/** How many goals or tasks there are of each status that there is any of. */
export async function countByStatus(
  db: Database,
  table: "goals" | "tasks",
  where: RawBuilder<boolean>,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ status: string; count: number }>`
    select status, count(*) as count from ${sql.table(table)}
    where ${where} and deleted_at is null group by status`.execute(db.read);
  return new Map(rows.map(({ status, count }) => [status, count]));
}
