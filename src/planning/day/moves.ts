import type { When } from "../../life/dates.ts";
import type { Candidate } from "./candidates.ts";
import type { Move } from "./plan.ts";

/** A task that is to be due on another day, and why. */
export interface Suggested extends Move {
  readonly why: string;
}

/** Minutes that are free on the days after the one that is planned; the earliest first. */
export type Rooms = ReadonlyMap<When, number>;

/** A task that is due and does not fit. */
type Left = Candidate & { readonly minutes: number };

/** The due date of what is done on a day though it is overdue or has no date. */
export function moveOnto(date: When, task: Candidate): Suggested[] {
  const { id: task_id, title, due_date: from } = task;
  if (from !== null && from.slice(0, 10) >= date) return [];
  if (isPast(date, task)) return [];
  return [{ task_id, title, from, to: date, why: "has its place in that day" }];
}

/**
 * The next day with room for each task that does not fit, never past the target date of its goal, nor before
 * the day of what it waits for.
 *
 * @param placed what is done on the day that is planned
 */
export function movesAway(
  left: readonly Left[],
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
  const move = (task: Left) => {
    const earliest = earliestFor(task);
    if (earliest === undefined) return;
    for (const [day, room] of free) {
      if (day < earliest || room < task.minutes || isPast(day, task)) continue;
      free.set(day, room - task.minutes);
      const { id: task_id, title, due_date: from } = task;
      moves.set(task_id, { task_id, title, from, to: day, why: "the next day with room" });
      return;
    }
  };
  // What waits for others of them comes once those have their day.
  for (let before = -1; before < moves.size;) {
    before = moves.size;
    left.filter(({ id }) => !moves.has(id)).forEach(move);
  }
  return left.flatMap(({ id }) => moves.get(id) ?? []);
}

function isPast(day: When, { target_date }: Candidate): boolean {
  return target_date !== null && day > target_date.slice(0, 10);
}
