import { AppError, quote } from "../errors.ts";
import { type PlainDate, Temporal, type ZonedDateTime } from "./temporal.ts";

/**
 * A day (`2026-11-27`), which stays a day wherever the person travels, or a moment as wall-clock
 * time with its offset (`2026-11-27T17:00:00+01:00`). Both sort as text by local time.
 */
export type When = string;

/** How a person's words about time are to be read. */
export interface Reading {
  /** The argument the words came from, for the error message. */
  readonly field: string;
  readonly zone: string;
  readonly now: Date;
  /** Which way an ambiguous "friday" points. */
  readonly toward: "future" | "past";
}

/**
 * Resolves a day, an RFC 3339 time or words such as "next friday 5pm".
 *
 * @throws AppError `invalid_input` when the text names no date, or more than one
 */
export async function resolveWhen(text: string, reading: Reading): Promise<When> {
  const trimmed = text.trim();
  const exact = resolveExact(trimmed, reading.zone);
  const when = resolveDay(trimmed) ??
    (exact ? momentText(exact) : await resolveWords(trimmed, reading));
  const year = Number(when?.slice(0, 4));
  if (when === undefined || !(year >= 1900 && year <= 2999)) throw unreadable(text, reading.field);
  return when;
}

/** What a person's words mean as an instant, and how that is shown to them. */
export interface ResolvedInstant {
  /** UTC with milliseconds. */
  readonly instant: string;
  readonly local: When;
}

/** The dates of arguments by name, as they were understood, for the answer. */
export interface Resolved {
  resolved?: Record<string, string>;
}

/** Like {@linkcode resolveWhen}, as an instant; a day counts from its first moment. */
export async function resolveInstant(text: string, reading: Reading): Promise<ResolvedInstant> {
  const exact = resolveExact(text.trim(), reading.zone);
  const instant = exact
    ? exact.toInstant().toString({ fractionalSecondDigits: 3 })
    : instantOf(await resolveWhen(text, reading), reading.zone);
  return { instant, local: momentOf(instant, reading.zone) };
}

/** The instant of a moment, or of the start of a day in the zone, in UTC with milliseconds. */
export function instantOf(when: When, zone: string): string {
  const instant = isDay(when)
    ? Temporal.PlainDate.from(when).toZonedDateTime(zone).toInstant()
    : Temporal.Instant.from(when);
  return instant.toString({ fractionalSecondDigits: 3 });
}

/** From the first of these days to the end of the last, as instants; the second is not included. */
export function instantsOf(
  { from, to }: { readonly from: When; readonly to: When },
  zone: string,
): { start: string; end: string } {
  return { start: instantOf(from, zone), end: instantOf(dayAfter(to), zone) };
}

/** The wall-clock time of an instant in the zone, with its offset. */
export function momentOf(instant: string, zone: string): When {
  return momentText(Temporal.Instant.from(instant).toZonedDateTimeISO(zone));
}

/** Every day from one to another, both included, the oldest first. */
export function eachDay({ from, to }: { readonly from: string; readonly to: string }): string[] {
  const days = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}

/** The day on the person's calendar. */
export function today(now: Date, zone: string): When {
  return momentOf(now.toISOString(), zone).slice(0, 10);
}

export function isDay(when: When): boolean {
  return when.length === 10;
}

/** The day so many days later, or earlier. */
export function addDays(day: When, count: number): When {
  return new Date(Date.parse(day) + count * 86_400_000).toISOString().slice(0, 10);
}

/** The day after a day or moment, as a day. */
export function dayAfter(when: When): When {
  return Temporal.PlainDate.from(when.slice(0, 10)).add({ days: 1 }).toString();
}

/** English weekday of a day or moment. */
export function weekdayOf(when: When): string {
  return WEEKDAYS[new Date(`${when.slice(0, 10)}T00:00:00Z`).getUTCDay()] ?? "";
}

/** A resolved date as filters echo it: `Friday 2026-11-27`. */
export function echoOf(when: When): string {
  return `${weekdayOf(when)} ${when}`;
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** Wall-clock text with offset, to the second. */
export function momentText(time: ZonedDateTime): When {
  return time.toString({ smallestUnit: "second", timeZoneName: "never" });
}

function resolveDay(text: string): When | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: "reject" }).toString();
  } catch {
    return undefined;
  }
}

/** RFC 3339, also with a zone in brackets or, for the person's own zone, without an offset. */
function resolveExact(text: string, zone: string): ZonedDateTime | undefined {
  if (!/^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}/.test(text)) return undefined;
  try {
    if (text.endsWith("]")) return Temporal.ZonedDateTime.from(text).withTimeZone(zone);
    if (/:\d{2}(\.\d+)?(z|[+-](0\d|1[0-4])(:?\d{2})?)$/i.test(text)) {
      return Temporal.Instant.from(text).toZonedDateTimeISO(zone);
    }
    if (!/[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/.test(text)) return undefined;
    return Temporal.PlainDateTime.from(text, { overflow: "reject" }).toZonedDateTime(zone);
  } catch {
    return undefined;
  }
}

async function resolveWords(words: string, reading: Reading): Promise<When | undefined> {
  const text = words.replace(/(?<!the )\bday (after tomorrow|before yesterday)\b/i, "the day $1");
  if (text.length > 100 || /\d{4}-\d{1,2}-\d{1,2}/.test(text)) return undefined;
  const { casual } = await import("chrono-node/en");
  const { zone, now, toward } = reading;
  const local = Temporal.Instant.from(now.toISOString()).toZonedDateTimeISO(zone);
  const reference = { instant: now, timezone: local.offsetNanoseconds / 60e9 };
  const forwardDate = toward === "future" && !/\b(last|past|previous)\b/i.test(text);
  const found = casual.parse(text, reference, { forwardDate });
  const [match] = found;
  if (match === undefined || found.length > 1 || match.end) return undefined;
  const rest = text.slice(0, match.index) + text.slice(match.index + match.text.length);
  if (/[^\s,.]/.test(rest.replace(/\b(on|by|at|due|the|before|until|since|from)\b/gi, ""))) {
    return undefined;
  }
  const { start } = match;
  const part = (name: "year" | "month" | "day" | "hour" | "minute" | "second") =>
    start.get(name) ?? 0;
  const day = Temporal.PlainDate.from({
    year: part("year"),
    month: part("month"),
    day: part("day"),
  });
  const isNamed = ({ dayOfWeek }: PlainDate) =>
    !start.isCertain("weekday") || dayOfWeek % 7 === start.get("weekday");
  if (!isNamed(day)) return undefined;
  if (start.isCertain("timezoneOffset")) return momentOf(start.date().toISOString(), zone);
  const clock = { hour: part("hour"), minute: part("minute"), second: part("second") };
  const at = (day: PlainDate): When =>
    start.isCertain("hour")
      ? momentText(day.toPlainDateTime(clock).toZonedDateTime(zone))
      : day.toString();
  const isAhead = at(day) > momentText(local).slice(0, at(day).length);
  if (toward === "future" || !isAhead || /\b(next|coming|this)\b/i.test(text)) return at(day);
  const period = periodOf(start);
  const earlier = period ? day.subtract(period) : day;
  return isNamed(earlier) ? at(earlier) : undefined;
}

interface Parts {
  isCertain(part: "year" | "month" | "day" | "weekday" | "hour"): boolean;
}

/** After how long words that name a part of a date mean the same again; `undefined` is never. */
function periodOf(named: Parts): { days: number } | { years: number } | undefined {
  if (named.isCertain("year")) return undefined;
  if (named.isCertain("month")) return { years: 1 };
  if (named.isCertain("day")) return undefined;
  if (named.isCertain("weekday")) return { days: 7 };
  return named.isCertain("hour") ? { days: 1 } : undefined;
}

function unreadable(text: string, field: string): AppError {
  return new AppError(
    "invalid_input",
    `Cannot read ${field} as a date: got ${quote(text)}`,
    'write one that exists as YYYY-MM-DD, RFC 3339, or words such as "next friday 5pm"',
  );
}
