import { addDays, today } from "../../life/dates.ts";
import { type Calendar, weekOf } from "./span.ts";

/** How far names are proposed. */
const DAYS_ON = 14;
const DAYS_BACK = 60;
const WEEKS_BACK = 26;

/**
 * The dates that begin with what was typed, or are called so, the nearest first; those of the past, unless
 * told, with tomorrow.
 */
export function datesLike(
  typed: string,
  now: Date,
  { zone }: Pick<Calendar, "zone">,
  toward?: "future" | "past",
): string[] {
  const day = today(now, zone);
  const yesterday = [addDays(day, -1), "yesterday"];
  const tomorrow = [addDays(day, 1), "tomorrow"];
  const on = Array.from({ length: DAYS_ON - 2 }, (_, index) => [addDays(day, 2 + index)]);
  const back = Array.from({ length: DAYS_BACK - 1 }, (_, index) => [addDays(day, -2 - index)]);
  const others = toward === "future"
    ? [tomorrow, ...on]
    : [yesterday, ...(toward === "past" ? [] : [tomorrow]), ...back];
  const found = beginning(typed, [[day, "today"], ...others]);
  return found.length > 0 || toward !== undefined ? found : daysOfYear(typed);
}

/** Far from today, the days of the year that was typed, as far as they begin so; the latest first. */
function daysOfYear(typed: string): string[] {
  const [year] = /^(?:19|2\d)\d\d(?=-)/.exec(typed) ?? [];
  if (year === undefined) return [];
  return Array.from({ length: 366 }, (_, index) => addDays(`${year}-12-31`, -index))
    .filter((day) => day.startsWith(typed));
}

/** The weeks that begin with what was typed, or are called so: this one, last, next, then further back. */
export function weeksLike(typed: string, now: Date, calendar: Calendar): string[] {
  const day = today(now, calendar.zone);
  const week = (count: number) => weekOf(addDays(day, 7 * count), calendar);
  const words = [[week(0), "this week"], [week(-1), "last week"], [week(1), "next week"]];
  const older = Array.from({ length: WEEKS_BACK - 1 }, (_, index) => [week(-2 - index)]);
  const found = beginning(typed, [...words, ...older]);
  if (found.length > 0) return found;
  const days = daysOfYear(typed.replace(/W.*$/i, "")).filter((_, index) => index % 7 === 0);
  const weeks = new Set(days.map((day) => weekOf(day, calendar)));
  return [...weeks].filter((week) => week.startsWith(typed.toUpperCase()));
}

/** The first of each list of which one begins with what was typed, whatever its case. */
function beginning(typed: string, lists: readonly (readonly string[])[]): string[] {
  const wanted = typed.trim().toLowerCase();
  return lists
    .filter((names) => names.some((name) => name.toLowerCase().startsWith(wanted)))
    .flatMap(([name]) => name === undefined ? [] : [name]);
}
