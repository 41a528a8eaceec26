import { AppError, quote } from "../errors.ts";
import type { When } from "../life/dates.ts";
import { type PlainDate, Temporal } from "../life/temporal.ts";

/** The ISO week of a day: `2026-W47`. */
export function weekOf(day: When): string {
  return nameOf(Temporal.PlainDate.from(day));
}

/** The week that lies so many weeks after another. */
export function weekAfter(week: string, weeks: number): string {
  return nameOf(Temporal.PlainDate.from(mondayOf(week)).add({ weeks }));
}

/** The first day of an ISO week. @throws AppError `invalid_input` where the year has no such week */
export function mondayOf(week: string): When {
  const [, year = "", number = ""] = /^(\d{4})-W(\d{2})$/.exec(week) ?? [];
  if (year >= "1900" && year <= "2999") {
    // The fourth of January is always in the first week.
    const first = Temporal.PlainDate.from(`${year}-01-04`);
    const monday = first.subtract({ days: first.dayOfWeek - 1 }).add({ weeks: Number(number) - 1 });
    if (nameOf(monday) === week) return monday.toString();
  }
  throw new AppError(
    "invalid_input",
    `Cannot read week as an ISO week: got ${quote(week)}`,
    "write one that exists, such as 2026-W47",
  );
}

function nameOf({ yearOfWeek, weekOfYear }: PlainDate): string {
  return `${yearOfWeek}-W${String(weekOfYear).padStart(2, "0")}`;
}
