import { dayAfter, isDay, type Reading, resolveWhen, today, type When } from "./dates.ts";
import { type PlainDate, Temporal } from "./temporal.ts";

/** From a day or moment to another, both included. */
export interface Period {
  readonly from: When;
  readonly to: When;
}

interface Around {
  readonly day: PlainDate;
  /** ISO weekday. */
  readonly weekStart: number;
}

/** The first month of each season of the northern half; winter goes on into the next year. */
const SEASONS = new Map([["spring", 3], ["summer", 6], ["autumn", 9], ["fall", 9], ["winter", 12]]);

const MONTHS = [
  ...["january", "february", "march", "april", "may", "june"],
  ...["july", "august", "september", "october", "november", "december"],
];

/**
 * Resolves words for a stretch of time, such as "last spring", "past 3 weeks" or "March 2025", or
 * whatever {@linkcode resolveWhen} can, which is a period of one day or moment. Seasons are those of
 * the northern half: spring begins in March.
 *
 * @param weekStart ISO weekday
 * @throws AppError `invalid_input` when the text names no time
 */
export async function resolvePeriod(
  text: string,
  reading: Reading,
  weekStart: number,
): Promise<Period> {
  const day = Temporal.PlainDate.from(today(reading.now, reading.zone));
  const words = text.trim().toLowerCase()
    .replace(/^(in|during|since|from|until|till|to|the|of|over)\s+/g, "")
    .replace(/^the\s+/, "");
  const period = periodOf(words, { day, weekStart });
  if (period && isInReach(period)) return period;
  const when = await resolveWhen(text, reading);
  return { from: when, to: when };
}

/** The first moment after a period: the next day, or the moment itself. */
export function endOf({ to }: Period): When {
  return isDay(to) ? dayAfter(to) : to;
}

/** As what {@linkcode resolveWhen} reads, its days have years of four digits, also the day after. */
function isInReach({ from, to }: Period): boolean {
  return from >= "1900" && to < "3000";
}

function periodOf(words: string, around: Around): Period | undefined {
  const rolling = /^(?:last|past) (?:(\d{1,3}) )?(day|week|month|quarter|year)s?$/.exec(words);
  if (rolling && (rolling[1] || words.startsWith("past"))) {
    return rollingBack(Number(rolling[1] ?? 1), rolling[2] ?? "", around);
  }
  const weekend = /^(?:(last|this|previous) )?weekend$/.exec(words);
  if (weekend) return weekendOf(weekend[1], around);
  const quarter = /^q([1-4])(?: (?:of )?(\d{4}|last year|this year))?$/.exec(words);
  if (quarter) {
    const year = yearOf(quarter[2], around) ?? around.day.year;
    return span(Temporal.PlainDate.from({ year, month: 3 * Number(quarter[1]) - 2, day: 1 }), {
      months: 3,
    });
  }
  const calendar = /^(last|this|previous) (week|month|quarter|year)$/.exec(words);
  if (calendar) return calendarUnit(calendar[2] ?? "", calendar[1] === "this" ? 0 : -1, around);
  const named = /^(?:(last|this|previous) )?([a-z]+)(?: (?:of )?(\d{4}|last year|this year))?$/
    .exec(words);
  if (named) return namedUnit(named[2] ?? "", named[1], yearOf(named[3], around), around);
  if (/^\d{4}$/.test(words)) return span(Temporal.PlainDate.from(`${words}-01-01`), { years: 1 });
  const month = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(words);
  return month ? span(Temporal.PlainDate.from(`${words}-01`), { months: 1 }) : undefined;
}

function rollingBack(count: number, unit: string, { day }: Around): Period {
  return { from: day.subtract(unitOf(unit, count)).toString(), to: day.toString() };
}

function calendarUnit(unit: string, steps: number, { day, weekStart }: Around): Period {
  const starts: Record<string, PlainDate> = {
    week: day.subtract({ days: (day.dayOfWeek - weekStart + 7) % 7 }),
    month: day.with({ day: 1 }),
    quarter: day.with({ day: 1, month: day.month - (day.month - 1) % 3 }),
    year: day.with({ day: 1, month: 1 }),
  };
  const start = starts[unit] ?? day;
  return span(start.add(unitOf(unit, steps)), unitOf(unit, 1));
}

/** Saturday and Sunday: those that began last; "this", also those to come; "last", those that are over. */
function weekendOf(which: string | undefined, { day }: Around): Period {
  const sinceSaturday = (day.dayOfWeek - 6 + 7) % 7;
  const begun = day.subtract({ days: sinceSaturday });
  const isNow = sinceSaturday <= 1;
  const weeks = which === "this" && !isNow ? 1 : which !== "this" && which && isNow ? -1 : 0;
  return span(begun.add({ weeks }), { days: 2 });
}

/** A season or month: of the given year, or else the one that began last; with "last", that ended. */
function namedUnit(
  name: string,
  which: string | undefined,
  year: number | undefined,
  { day }: Around,
): Period | undefined {
  const month = SEASONS.get(name) ?? monthOf(name);
  if (month === undefined) return undefined;
  const length = { months: SEASONS.has(name) ? 3 : 1 };
  const inYear = (of: number) => Temporal.PlainDate.from({ year: of, month, day: 1 });
  if (year !== undefined) return span(inYear(year), length);
  if (which === "this") {
    const isOver = Temporal.PlainDate.compare(inYear(day.year - 1).add(length), day) <= 0;
    return span(inYear(isOver ? day.year : day.year - 1), length);
  }
  const hasCome = (start: PlainDate) =>
    Temporal.PlainDate.compare(which ? start.add(length) : start, day) <= 0;
  const start = [day.year, day.year - 1, day.year - 2].map(inYear).find(hasCome);
  return start && span(start, length);
}

function monthOf(name: string): number | undefined {
  const index = MONTHS.findIndex((month) =>
    month === name || (name.length === 3 && month.startsWith(name)) ||
    (name === "sept" && month === "september")
  );
  return index === -1 ? undefined : index + 1;
}

function yearOf(text: string | undefined, { day }: Around): number | undefined {
  if (text === undefined) return undefined;
  if (text === "this year") return day.year;
  return text === "last year" ? day.year - 1 : Number(text);
}

function unitOf(unit: string, count: number) {
  return unit === "quarter" ? { months: 3 * count } : { [`${unit}s`]: count };
}

function span(start: PlainDate, length: object): Period {
  return { from: start.toString(), to: start.add(length).subtract({ days: 1 }).toString() };
}
