import { dayAfter, instantOf, today } from "../../life/dates.ts";
import { type PlainDate, Temporal } from "../../life/temporal.ts";

/** A day or a week as it is named in addresses, with its days, both included. */
export interface Span {
  readonly kind: "day" | "week";
  /** `2026-11-22`, or `2026-W47`. */
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** How a person's days and weeks lie in time. */
export interface Calendar {
  readonly zone: string;
  /** ISO weekday. */
  readonly weekStart: number;
}

/** ISO weekday of the day by which a week has its name. */
const THURSDAY = 4;

/** Whether the text is a day that exists, of a year of which dates are kept. */
export function isDate(text: string): boolean {
  if (!/^(19|2\d)\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  const [year, month, day] = text.split("-").map(Number);
  const date = new Date(`${text}T00:00:00Z`);
  return date.getUTCFullYear() === year && date.getUTCMonth() + 1 === month &&
    date.getUTCDate() === day;
}

/** Whether the text is an ISO week that exists, of a year of which dates are kept. */
export function isWeek(text: string): boolean {
  if (!/^(19|2\d)\d{2}-W(0[1-9]|[1-4]\d|5[0-3])$/.test(text)) return false;
  return nameOfWeek(thursdayOf(text)) === text;
}

export function dayNamed(name: string): Span {
  return { kind: "day", name, from: name, to: name };
}

/**
 * The seven days, from the person's first day of the week on, that hold the Thursday of the ISO week of
 * this name: every day is in exactly one week, and weeks that begin on Monday are the ISO weeks.
 */
export function weekNamed(name: string, { weekStart }: Pick<Calendar, "weekStart">): Span {
  const from = thursdayOf(name).subtract({ days: daysBetween(weekStart, THURSDAY) });
  return { kind: "week", name, from: from.toString(), to: from.add({ days: 6 }).toString() };
}

/** The name of the week that has this day. */
export function weekOf(day: string, { weekStart }: Pick<Calendar, "weekStart">): string {
  const date = Temporal.PlainDate.from(day);
  const from = date.subtract({ days: daysBetween(weekStart, date.dayOfWeek) });
  return nameOfWeek(from.add({ days: daysBetween(weekStart, THURSDAY) }));
}

/**
 * The day that has an instant. A clock that is set back over midnight shows the day before once more:
 * that hour counts to the day that had begun.
 */
export function dayOf(instant: string, { zone }: Calendar): string {
  const shown = today(new Date(instant), zone);
  const next = dayAfter(shown);
  return instantOf(next, zone) <= instant ? next : shown;
}

function daysBetween(weekday: number, later: number): number {
  return (later - weekday + 7) % 7;
}

/** The fourth of January is in the first week. */
function thursdayOf(week: string): PlainDate {
  const fourth = Temporal.PlainDate.from(`${week.slice(0, 4)}-01-04`);
  return fourth.add({ days: THURSDAY - fourth.dayOfWeek + 7 * (Number(week.slice(6)) - 1) });
}

function nameOfWeek({ yearOfWeek, weekOfYear }: PlainDate): string {
  return `${yearOfWeek}-W${String(weekOfYear).padStart(2, "0")}`;
}
