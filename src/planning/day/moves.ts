import type { When } from "../../life/dates.ts";
import type { Candidate } from "./candidates.ts";
import { leftOf, stretchesFor } from "./fit.ts";
import type { Span } from "./hours.ts";
import type { Move } from "./plan.ts";

/** A task that is to be due on another day, and why. */
export interface Suggested extends Move {
  readonly why: string;
}

/** What is free on the days after the one that is planned; the earliest first. */
export type Rooms = ReadonlyMap<When, readonly Span[]>;

/** A task that is due and does not fit. */
type Left = Candidate & { readonly minutes: number };

/** The due date of what is done on a day though it was due before. */
export function moveOnto(date: When, task: Candidate): Suggested[] {
  const { id: task_id, title, due_date: from } = task;
  if (from === null || from.slice(0, 10) >= date || isPast(date, task)) return [];
  return [{ task_id, title, from, to: date, why: "has its place in that day" }];
}

/**
 * The next day with room for each task that does not fit, never past the target date of its goal, nor before
 * the day of what it waits for. What others wait for comes first, by when they are due.
 *
 * @param tasks all that may wait for those that are left
 * @param placed what is done on the day that is planned
 */
export function movesAway(
  left: readonly Left[],
  tasks: readonly Candidate[],
  rooms: Rooms,
  placed: { has(id: number): boolean },
): Suggested[] {
  const free = new Map(rooms);
  const moves = new Map<number, Suggested>();
  const earliestFor = ({ waits_for }: Left): When | undefined => {
    const days = waits_for.map((id) => moves.get(id)?.to ?? (placed.has(id) ? "" : undefined));
    return days.reduce(
      (a, b) => a === undefined || b === undefined ? undefined : a > b ? a : b,
      "",
    );
  };
  const waiting = new Map(left.map((task) => [task.id, firstToWait(task, tasks, left)]));
  const waitingFor = ({ id }: Left) => waiting.get(id);
  const move = (task: Left) => {
    const earliest = earliestFor(task);
    if (earliest === undefined) return;
    for (const [to, room] of free) {
      const taken = to < earliest || isPast(to, task)
        ? undefined
        : stretchesFor(room, task.minutes);
      if (taken === undefined) continue;
      free.set(to, leftOf(room, taken));
      const { id: task_id, title, due_date: from } = task;
      moves.set(task_id, { task_id, title, from, to, why: whyFor(to, waitingFor(task)) });
      return;
    }
  };
  const dayOf = (task: Left) => waitingFor(task)?.day ?? "~";
  const inTurn = left.toSorted((a, b) => dayOf(a) < dayOf(b) ? -1 : dayOf(a) > dayOf(b) ? 1 : 0);
  // What waits for others of them comes once those have their day.
  for (let before = -1; before < moves.size;) {
    before = moves.size;
    inTurn.filter(({ id }) => !moves.has(id)).forEach(move);
  }
  return left.flatMap(({ id }) => moves.get(id) ?? []);
}

interface Waiting {
  readonly id: number;
  readonly day: When;
}

function whyFor(to: When, waiting: Waiting | undefined): string {
  return waiting && to > waiting.day
    ? `the next day with room, though #${waiting.id}, which waits for it, is due before`
    : "the next day with room";
}

/** Of the tasks that wait for one and are not moved themselves, the first that is due. */
function firstToWait(
  { id: first }: Left,
  tasks: readonly Candidate[],
  left: readonly Left[],
): Waiting | undefined {
  const moved = new Set(left.map(({ id }) => id));
  return tasks.filter(({ id, waits_for }) => waits_for.includes(first) && !moved.has(id))
    .flatMap(({ id, due_date }) => due_date === null ? [] : [{ id, day: due_date.slice(0, 10) }])
    .reduce<Waiting | undefined>(
      (a, b) => a === undefined || b.day < a.day ? b : a,
      undefined,
    );
}

function isPast(day: When, { target_date }: Candidate): boolean {
  return target_date !== null && day > target_date.slice(0, 10);
}
