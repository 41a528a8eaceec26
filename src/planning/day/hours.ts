import { instantOf, momentText, weekdayOf, type When } from "../../life/dates.ts";
import { Temporal } from "../../life/temporal.ts";

/** A stretch of time in minutes of Unix time; the last is not included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** When a person works. */
export interface WorkTimes {
  readonly time_zone: string;
  /** `HH:MM-HH:MM` */
  readonly work_hours: string;
  /** `mon` to `sun`. */
  readonly work_days: readonly string[];
}

/** The working hours of a day; `undefined` on a day that is no work day. */
export function hoursOn(day: When, { time_zone, work_hours, work_days }: WorkTimes) {
  if (!work_days.includes(weekdayOf(day).slice(0, 3).toLowerCase())) return undefined;
  const [from = "", to = ""] = work_hours.split("-");
  return { from: minuteAt(day, from, time_zone), to: minuteAt(day, to, time_zone) };
}

/** When the working hours of a day would end, whether it is a work day or not; a minute of Unix time. */
export function closingOf(day: When, { time_zone, work_hours }: WorkTimes): number {
  return minuteAt(day, work_hours.slice(-5), time_zone);
}

/** How long the working hours of a usual day are. */
export function minutesOf({ work_hours }: WorkTimes): number {
  const [from = 0, to = 0] = work_hours.split("-")
    .map((time) => 60 * Number(time.slice(0, 2)) + Number(time.slice(3)));
  return to - from;
}

/** What is left of some time, in order, without what is taken of it; what is taken may overlap. */
export function without(time: Span, taken: readonly Span[]): Span[] {
  const left: Span[] = [];
  let at = time.from;
  for (const { from, to } of taken.toSorted((a, b) => a.from - b.from)) {
    if (from > at) left.push({ from: at, to: Math.min(from, time.to) });
    at = Math.max(at, to);
    if (at >= time.to) break;
  }
  if (at < time.to) left.push({ from: at, to: time.to });
  return left.filter(({ from, to }) => from < to);
}

/** The minutes that an event or task takes, those that it has begun included. */
export function spanOf({ starts, ends }: { readonly starts: string; readonly ends: string }): Span {
  return {
    from: Math.floor(Date.parse(starts) / 60_000),
    to: Math.ceil(Date.parse(ends) / 60_000),
  };
}

/** How many minutes there are in all. */
export function minutesIn(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** The wall-clock time of a minute in the zone, with its offset. */
export function momentAt(minute: number, zone: string): When {
  const instant = Temporal.Instant.fromEpochMilliseconds(minute * 60_000);
  return momentText(instant.toZonedDateTimeISO(zone));
}

/** A time that the clocks skip is the one after it; of one that comes twice, the first. */
function minuteAt(day: When, time: string, zone: string): number {
  const date = Temporal.PlainDate.from(day);
  const at = time === "24:00"
    ? date.add({ days: 1 }).toZonedDateTime(zone)
    : date.toPlainDateTime(Temporal.PlainTime.from(time)).toZonedDateTime(zone);
  return Math.ceil(Date.parse(instantOf(momentText(at), zone)) / 60_000);
}
