import { instantOf, isDay } from "../../life/dates.ts";
import { same } from "../../life/fields.ts";
import type { Sayable } from "../document.ts";

const TIMES: readonly string[] = [
  ...["due_date", "target_date", "occurred_at", "completed_at"],
  ...["recurrence_start", "occurrence_date"],
];

/** Whether two values of a column are the same, as far as a format can say. */
export type Alike = (column: string, a: unknown, b: unknown) => boolean;

/** A time is the same by whatever clock it is told. */
export function alikeBy(sayable: Sayable = (_, value) => value): Alike {
  return (column, a, b) => {
    if (same(a, b)) return true;
    const [one, other] = [a, b].map((value) => plain(column, sayable(column, value)));
    return same(one, other);
  };
}

function plain(column: string, value: unknown): unknown {
  const isTime = TIMES.includes(column) && typeof value === "string" && !isDay(value);
  return isTime ? instantOf(value, "UTC") : value;
}
