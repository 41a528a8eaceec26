import { weekdayOf } from "../dates.ts";
import type { TaskRecord } from "../records.ts";
import type { Viewer } from "../scope.ts";

export const TASK_STATUSES = ["pending", "in_progress", "completed", "cancelled"] as const;
export type TaskStatus = typeof TASK_STATUSES[number];

/** Most urgent first; stored as the position, from 1, so that it sorts. */
export const PRIORITIES = ["urgent", "high", "medium", "low"] as const;
export type Priority = typeof PRIORITIES[number];

/** A task as it is shown. */
export interface Task {
  id: number;
  title: string;
  description: string | null;
  status: string;
  priority: Priority;
  goal_id: number | null;
  parent_task_id: number | null;
  due_date: string | null;
  due_weekday: string | null;
  /** Minutes. */
  estimated_duration: number | null;
  actual_duration: number | null;
  tags: string[];
  depends_on: number[];
  /** Pending, and everything it depends on is completed. */
  ready: boolean;
  recurrence: string | null;
  next_task_id: number | null;
  completed_at: string | null;
  created_at: string;
  updated_at: string;
  /** Whose task it is, where it is another's. */
  owner?: string;
}

/** What the row of a task does not hold. */
export interface TaskLinks {
  tags: string[];
  depends_on: number[];
  /** Whether something it depends on is not completed. */
  blocked: boolean;
}

export interface TaskInput {
  title?: string | undefined;
  description?: string | null | undefined;
  goal_id?: number | null | undefined;
  status?: TaskStatus | undefined;
  due_date?: string | null | undefined;
  priority?: Priority | undefined;
  estimated_duration?: number | null | undefined;
  actual_duration?: number | null | undefined;
  tags?: string[] | undefined;
  parent_task_id?: number | null | undefined;
  depends_on?: number[] | undefined;
  recurrence?: string | null | undefined;
}

/** The columns of a task that are shown, and whose it is. */
type ShownRow = Pick<
  TaskRecord,
  Exclude<keyof Task, "due_weekday" | "ready" | "tags" | "depends_on" | "owner"> | "user_id"
>;

export function rankOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority) + 1;
}

export function taskView(
  row: ShownRow,
  { tags, depends_on, blocked }: TaskLinks,
  { user_id }: Viewer,
): Task {
  return {
    id: row.id,
    title: row.title,
    description: row.description,
    status: row.status,
    priority: PRIORITIES[row.priority - 1] ?? "medium",
    goal_id: row.goal_id,
    parent_task_id: row.parent_task_id,
    due_date: row.due_date,
    due_weekday: row.due_date && weekdayOf(row.due_date),
    estimated_duration: row.estimated_duration,
    actual_duration: row.actual_duration,
    tags,
    depends_on,
    ready: row.status === "pending" && !blocked,
    recurrence: row.recurrence,
    next_task_id: row.next_task_id,
    completed_at: row.completed_at,
    created_at: row.created_at,
    updated_at: row.updated_at,
    ...(row.user_id === user_id ? {} : { owner: row.user_id }),
  };
}
