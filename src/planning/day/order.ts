import { isDay, weekdayOf, type When } from "../../life/dates.ts";
import { PRIORITIES } from "../../life/tasks/task.ts";
import { type Candidate, SOON_DAYS } from "./candidates.ts";

/** Which day is planned, and when. */
export interface Asked {
  readonly date: When;
  readonly now: Date;
}

/** Why a task is considered for a day, the most urgent first. */
const URGENCIES = ["due", "soon", "begun", "next"] as const;
export type Urgency = typeof URGENCIES[number];

/** What is overdue is due, whatever the day: else a plan would be another once it is applied. */
export function urgencyOf({ due_date, status }: Candidate, { date }: Asked): Urgency {
  if (due_date !== null) {
    if (due_date.slice(0, 10) <= date) return "due";
    const days = (Date.parse(due_date.slice(0, 10)) - Date.parse(date)) / 86_400_000;
    if (days <= SOON_DAYS) return "soon";
  }
  return status === "in_progress" ? "begun" : "next";
}

/** Whether a task has to be done by the end of the day. */
export function isDue(task: Candidate, asked: Asked): boolean {
  return urgencyOf(task, asked) === "due";
}

/** Whether a task is due by the end of the day or soon after, or is begun. */
export function isPressing(task: Candidate, asked: Asked): boolean {
  return urgencyOf(task, asked) !== "next";
}

/** When a task has to have ended that is due at a time of that day, which is not over; a minute of Unix time. */
export function deadlineOf({ due_date }: Candidate, { date, now }: Asked): number | undefined {
  if (due_date === null || isDay(due_date) || !due_date.startsWith(date)) return undefined;
  const at = Date.parse(due_date);
  return at < now.getTime() ? undefined : Math.floor(at / 60_000);
}

/**
 * By urgency, then priority, then due date, then goal: the nearest target date, the life area of most weight.
 * Between equals, the older task.
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
    due: dueReason(task, asked, due),
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

function dueReason({ due_date }: Candidate, { date, now }: Asked, due: string): string {
  if (due_date === null || due_date === date) return "due that day";
  if (due_date < date) return `overdue since ${due}`;
  const isOver = Date.parse(due_date) < now.getTime();
  return `${isOver ? "was due" : "due"} at ${due.slice(-5)}`;
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
    // A time of the day comes before the end of the day.
    task.due_date === null || task.due_date <= asked.date ? NEVER : task.due_date,
    task.target_date ?? NEVER,
    -task.weight,
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
