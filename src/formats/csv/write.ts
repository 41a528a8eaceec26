import type { Document, Items } from "../document.ts";
import { joined, rowOf } from "./cells.ts";

type Task = Items["task"];

/** The columns, each with what a task has in it. */
const COLUMNS: Readonly<
  Record<string, (task: Task, goals: ReadonlyMap<string, string>) => unknown>
> = {
  uid: ({ uid }) => uid,
  title: ({ title }) => title,
  status: ({ status }) => status,
  priority: ({ priority }) => priority,
  due_date: ({ due_date }) => due_date,
  goal: ({ goal }, goals) => goal && goals.get(goal),
  tags: ({ tags = [] }) => joined(tags),
  description: ({ description }) => description,
  estimated_duration: ({ estimated_duration }) => estimated_duration,
  actual_duration: ({ actual_duration }) => actual_duration,
  completed_at: ({ completed_at }) => completed_at,
  recurrence: ({ recurrence }) => recurrence,
  recurrence_start: ({ recurrence_start }) => recurrence_start,
  occurrence_date: ({ occurrence_date }) => occurrence_date,
  goal_uid: ({ goal }) => goal,
  parent_task: ({ parent_task }) => parent_task,
  depends_on: ({ depends_on = [] }) => joined(depends_on),
  next_task: ({ next_task }) => next_task,
  created_at: ({ created_at }) => created_at,
  updated_at: ({ updated_at }) => updated_at,
};

/** The names of the columns, in their order. */
export const COLUMN_NAMES: readonly string[] = Object.keys(COLUMNS);

/** The tasks of a document as a table, for which goals are but names. */
export function writeCsv({ tasks, goals }: Document): string {
  const titles = new Map(goals.map(({ uid, title }) => [uid, title]));
  const rows = tasks.map((task) =>
    rowOf(Object.values(COLUMNS).map((cell) => String(cell(task, titles) ?? "")))
  );
  return rowOf(COLUMN_NAMES) + rows.join("");
}
