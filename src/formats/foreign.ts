import type { Priority, TaskStatus } from "../life/tasks/task.ts";

const STATUSES: ReadonlyMap<string, TaskStatus> = new Map<string, TaskStatus>([
  ...(["pending", "todo", "to do", "open", "new", "not started", "needs-action"] as const)
    .map((word) => [word, "pending"] as const),
  ...(["in_progress", "in progress", "in-process", "doing", "started", "active"] as const)
    .map((word) => [word, "in_progress"] as const),
  ...(["completed", "complete", "done", "closed", "finished", "x"] as const)
    .map((word) => [word, "completed"] as const),
  ...(["cancelled", "canceled", "dropped", "wontfix", "won't do"] as const)
    .map((word) => [word, "cancelled"] as const),
]);

const PRIORITIES: ReadonlyMap<string, Priority> = new Map<string, Priority>([
  ...(["urgent", "highest", "critical", "p1", "1"] as const)
    .map((word) => [word, "urgent"] as const),
  ...(["high", "p2", "2"] as const).map((word) => [word, "high"] as const),
  ...(["medium", "normal", "p3", "3"] as const).map((word) => [word, "medium"] as const),
  ...(["low", "lowest", "p4", "4"] as const).map((word) => [word, "low"] as const),
]);

/** A status in the words of other programs; absent where it is none of them. */
export function statusIn(text: string): TaskStatus | undefined {
  return STATUSES.get(text.trim().toLowerCase());
}

/** A priority in the words of other programs, or as a number of which 1 is the most urgent. */
export function priorityIn(text: string): Priority | undefined {
  return PRIORITIES.get(text.trim().toLowerCase());
}

/** A number; what is none is refused where it is checked. */
export function numberIn(text: string): number | string {
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}
