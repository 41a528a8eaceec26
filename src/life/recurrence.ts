import { AppError, messageOf, quote } from "../errors.ts";
import { dayAfter, isDay, momentText, type When } from "./dates.ts";
import { recurrenceOfWords } from "./recurrence_words.ts";
import { Temporal, type ZonedDateTime } from "./temporal.ts";

/** Where a series stands. */
export interface Series {
  /** RFC 5545 RRULE. */
  readonly rule: string;
  /** Its first occurrence. */
  readonly start: When;
  readonly zone: string;
}

const WEEKDAY = "(MO|TU|WE|TH|FR|SA|SU)";

/** The parts of a rule and what each may be; a list is comma-separated. */
const PARTS: ReadonlyMap<string, (value: string) => boolean> = new Map(Object.entries({
  FREQ: (value) => /^(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY)$/.test(value),
  INTERVAL: (value) => within(value, 1, 1000),
  COUNT: (value) => within(value, 1, 10_000),
  UNTIL: (value) => /^\d{8}(T\d{6}Z?)?$/.test(value),
  WKST: (value) => new RegExp(`^${WEEKDAY}$`).test(value),
  BYDAY: (value) =>
    each(value, (day) => new RegExp(`^([+-]?([1-9]|[1-4]\\d|5[0-2]))?${WEEKDAY}$`).test(day)),
  BYHOUR: (value) => each(value, (hour) => within(hour, 0, 23)),
  BYMINUTE: (value) => each(value, (minute) => within(minute, 0, 59)),
  BYSECOND: (value) => each(value, (second) => within(second, 0, 59)),
  BYMONTH: (value) => each(value, (month) => within(month, 1, 12)),
  BYMONTHDAY: (value) => each(value, (day) => fromEitherEnd(day, 31)),
  BYYEARDAY: (value) => each(value, (day) => fromEitherEnd(day, 366)),
  BYWEEKNO: (value) => each(value, (week) => fromEitherEnd(week, 53)),
  BYSETPOS: (value) => each(value, (position) => fromEitherEnd(position, 366)),
}));

/**
 * The rule in canonical form, from an RRULE or from words such as "every second monday".
 *
 * @throws AppError `invalid_input` when it is neither
 */
export function parseRecurrence(text: string): string {
  const trimmed = text.trim();
  if (!/freq\s*=/i.test(trimmed)) {
    const rule = recurrenceOfWords(trimmed);
    if (rule === undefined) throw refused(text, "it is neither an RRULE nor words that name one");
    return rule;
  }
  const parts = trimmed.replace(/^RRULE:/i, "").toUpperCase().split(";").filter(Boolean)
    .map((part): readonly [string, string] => {
      const [name = "", ...values] = part.split("=").map((side) => side.trim());
      return [name, values.join("=")];
    });
  for (const [name, value] of parts) {
    if (/^(MINUTELY|SECONDLY)$/.test(value)) throw refused(text, "a task recurs hourly at most");
    if (!PARTS.get(name)?.(value)) throw refused(text, `a rule has no part ${name}=${value}`);
  }
  const names = parts.map(([name]) => name);
  if (new Set(names).size < names.length) throw refused(text, "a part stands twice");
  if (names.includes("COUNT") && names.includes("UNTIL")) {
    throw refused(text, "COUNT and UNTIL exclude each other");
  }
  return parts.map(([name, value]) => `${name}=${value}`).join(";");
}

/**
 * The first occurrence on or after a day.
 *
 * @throws AppError `invalid_input` when the rule is broken or never occurs
 */
export async function firstOccurrence(rule: string, day: When, zone: string): Promise<When> {
  // An interval is counted from the first occurrence, which may be the very next.
  const series = { rule: withoutInterval(rule), start: day, zone };
  const found = await occurrenceAfter(series, before(day), { includeStart: false });
  if (found === undefined) throw refused(rule, `it never occurs from ${day} on`);
  return found;
}

function withoutInterval(rule: string): string {
  return rule.split(";").filter((part) => !part.startsWith("INTERVAL=")).join(";");
}

/** @throws AppError `invalid_input` when the rule does not fit its start, or ends before it */
export async function checkSeries(series: Series): Promise<void> {
  if (isDay(series.start) && /FREQ=HOURLY|BYHOUR|BYMINUTE|BYSECOND/.test(series.rule)) {
    throw refused(series.rule, "it names hours, and the due date has none");
  }
  const first = await occurrenceAfter(series, before(series.start), { includeStart: true });
  if (first === undefined) throw refused(series.rule, `it ends before ${series.start}`);
  await occurrenceAfter(series, series.start, { includeStart: true });
}

/**
 * The occurrence after the given one that is not in the past: the first that is later and falls
 * on `today` or after, so that a neglected task does not pile up. `undefined` once the rule ends.
 */
export async function nextOccurrence(
  series: Series,
  occurrence: When,
  today: When,
): Promise<When | undefined> {
  const yesterday = before(today);
  const from = yesterday > occurrence ? yesterday : occurrence;
  return await occurrenceAfter(series, from, { includeStart: true });
}

async function occurrenceAfter(
  { rule, start, zone }: Series,
  after: When,
  { includeStart }: { includeStart: boolean },
): Promise<When | undefined> {
  const { RRuleTemporal } = await import("rrule-temporal");
  const timeZone = isDay(start) ? "UTC" : zone;
  try {
    const series = new RRuleTemporal({
      rruleString: withTimedEnd(rule, timeZone),
      dtstart: zoned(start, timeZone),
      includeDtstart: includeStart,
      maxIterations: 10_000,
      strict: true,
    });
    const found = series.next(new Date(lastMoment(after, timeZone).epochMilliseconds), false);
    if (!found) return undefined;
    const time = Temporal.Instant.fromEpochMilliseconds(found.epochMilliseconds)
      .toZonedDateTimeISO(timeZone);
    return isDay(start) ? time.toPlainDate().toString() : momentText(time);
  } catch (error) {
    const reason = messageOf(error);
    throw refused(rule, /iterations|evaluations/.test(reason) ? "it never occurs" : reason);
  }
}

function zoned(when: When, zone: string): ZonedDateTime {
  return isDay(when)
    ? Temporal.PlainDate.from(when).toZonedDateTime(zone)
    : Temporal.Instant.from(when).toZonedDateTimeISO(zone);
}

/** The moment itself, or the last one of a day. */
function lastMoment(when: When, zone: string): ZonedDateTime {
  return isDay(when)
    ? zoned(dayAfter(when), zone).subtract({ milliseconds: 1 })
    : zoned(when, zone);
}

/** An `UNTIL` that is a day, or has no zone, as the UTC time that the rule's library asks for. */
function withTimedEnd(rule: string, zone: string): string {
  return rule.replace(
    /UNTIL=(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?/,
    (whole, ...found) => {
      const [year, month, day, hour, minute, second, utc] = found.map((part) =>
        part && String(part)
      );
      if (utc) return whole;
      const clock = hour ? `${hour}:${minute}:${second}` : "23:59:59";
      const end = Temporal.PlainDateTime.from(`${year}-${month}-${day}T${clock}`).toZonedDateTime(
        zone,
      );
      return `UNTIL=${end.toInstant().toString({ smallestUnit: "second" }).replace(/[-:]/g, "")}`;
    },
  );
}

function within(text: string, least: number, most: number): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= least && Number(text) <= most;
}

/** 1 to `most`, or the same from the end with a minus. */
function fromEitherEnd(text: string, most: number): boolean {
  return within(text.replace(/^[+-]/, ""), 1, most);
}

function each(list: string, test: (value: string) => boolean): boolean {
  return list.split(",").every(test);
}

function before(day: When): When {
  return Temporal.PlainDate.from(day.slice(0, 10)).subtract({ days: 1 }).toString();
}

function refused(rule: string, reason: string): AppError {
  return new AppError(
    "invalid_input",
    `Cannot use recurrence ${quote(rule)} as ${reason}`,
    'write an RRULE such as "FREQ=WEEKLY;BYDAY=MO" or words such as "every monday"',
  );
}
