import { isDay, weekdayOf, type When } from "../../life/dates.ts";
import { PRIORITIES } from "../../life/tasks/task.ts";
import { type Candidate, SOON_DAYS } from "./candidates.ts";

/** Which day is planned, and when. */
export interface Asked {
  readonly date: When;
  readonly now: Date;
}

/** Why a task is considered for a day, the most urgent first. */
const URGENCIES = ["overdue", "due", "soon", "begun", "next"] as const;
export type Urgency = typeof URGENCIES[number];

export function urgencyOf({ due_date, status }: Candidate, { date, now }: Asked): Urgency {
  if (due_date !== null) {
    if (due_date < date) return "overdue";
    if (due_date.startsWith(date)) {
      return !isDay(due_date) && Date.parse(due_date) < now.getTime() ? "overdue" : "due";
    }
    const days = (Date.parse(due_date.slice(0, 10)) - Date.parse(date)) / 86_400_000;
    if (days <= SOON_DAYS) return "soon";
  }
  return status === "in_progress" ? "begun" : "next";
}

/** Whether a task has to be done by the end of the day. */
export function isDue(task: Candidate, asked: Asked): boolean {
  return ["overdue", "due"].includes(urgencyOf(task, asked));
}

/** When a task begins that has a time on that day, which is not over; a minute of Unix time. */
export function timeOf({ due_date }: Candidate, { date, now }: Asked): number | undefined {
  if (due_date === null || isDay(due_date) || !due_date.startsWith(date)) return undefined;
  const at = Date.parse(due_date);
  return at < now.getTime() ? undefined : Math.floor(at / 60_000);
}

/**
 * By urgency, then priority, then goal: the nearest target date, the life area of most weight. Between equals,
 * the earlier due date and the older task.
 */
export function inOrder(tasks: readonly Candidate[], asked: Asked): Candidate[] {
  const keyed = tasks.map((task) => ({ task, key: keyOf(task, asked) }));
  return keyed.sort((a, b) => compare(a.key, b.key)).map(({ task }) => task);
}

/** In a few words, why a task stands where it does. */
export function reasonFor(task: Candidate, asked: Asked): string[] {
  const { due_date, priority, target_date } = task;
  const due = due_date === null ? "" : shortly(due_date);
  const urgency: Record<Urgency, string> = {
    overdue: due_date?.startsWith(asked.date)
      ? `was due at ${due.slice(-5)}`
      : `overdue since ${due}`,
    due: due_date !== null && isDay(due_date) ? "due that day" : `due at ${due.slice(-5)}`,
    soon: `due ${due}`,
    begun: "in progress",
    next: "ready",
  };
  return [
    urgency[urgencyOf(task, asked)],
    ...(priority <= 2 ? [PRIORITIES[priority - 1] ?? ""] : []),
    ...(target_date === null ? [] : [`goal by ${shortly(target_date).slice(0, 14)}`]),
  ];
}

/** `Fri 2026-11-27`, and the time where there is one. */
function shortly(when: When): string {
  const time = isDay(when) ? "" : ` ${when.slice(11, 16)}`;
  return `${weekdayOf(when).slice(0, 3)} ${when.slice(0, 10)}${time}`;
}

/** What sorts last where there is no date. */
const NEVER = "~";

type Key = readonly (number | string)[];

function keyOf(task: Candidate, asked: Asked): Key {
  return [
    URGENCIES.indexOf(urgencyOf(task, asked)),
    task.priority,
    task.target_date ?? NEVER,
    -task.weight,
    task.due_date ?? NEVER,
    task.id,
  ];
}

function compare(a: Key, b: Key): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? left;
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
