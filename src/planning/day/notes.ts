import { weekdayOf, type When } from "../../life/dates.ts";
import type { Candidates, Days } from "./candidates.ts";

/** How a day is counted, where that is not plain. */
export interface Counted {
  readonly days: Days;
  readonly today: When;
  readonly candidates: Candidates;
  /** Why nothing can be done at all. */
  readonly closed: string | undefined;
  /** Whether the caller sees only some life areas. */
  readonly isNarrow: boolean;
  /** How many tasks would be due on another day. */
  readonly moves: number;
}

/** What a person should know about a plan, in sentences. */
export function notesOf({ days, today, candidates, closed, isNarrow, moves }: Counted): string[] {
  const { date, since } = days;
  const { tasks, between } = candidates;
  const isLate = today < date && since > today &&
    tasks.some(({ due_date }) => due_date?.startsWith(today));
  const tasksOf = between === 1 ? "1 task that is" : `${between} tasks that are`;
  return [
    ...(closed === undefined ? [] : [`Nothing is planned: ${closed}.`]),
    ...(isLate
      ? ["What was due today and is open counts as overdue, as the working hours are over."]
      : []),
    ...(between === 0 ? [] : [
      `${tasksOf} due before ${weekdayOf(date)} ${between === 1 ? "is" : "are"} taken to be ` +
      "done by then.",
    ]),
    ...(moves > 0 ? [] : ["There is nothing to apply: no task would be due on another day."]),
    ...(isNarrow ? ["Events of calendars are withheld from this key."] : []),
  ];
}
