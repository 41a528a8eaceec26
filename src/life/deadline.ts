import { AppError } from "../errors.ts";
import { addDays, type Reading, resolveWhen, today, type When } from "./dates.ts";
import { Temporal } from "./temporal.ts";

/** A word that a date may follow. */
const BEFORE_DATE = /(?<!\bnot\s|\bnever\s)\b(by|until|till|before|due)\s+/gi;

/** A date has no more characters. */
const LONGEST = 100;

const MONTHS = [
  ...["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
];
const MONTH_NAME = "january|february|march|april|may|june|july|august|september|october|november|" +
  "december";
const FULL = new RegExp(`^(?:${MONTH_NAME})$`, "i");
const MONTH = `(?<month>${MONTH_NAME}|sept|${MONTHS.join("|")})\\b\\.?`;
const DAY = String.raw`(?<day>\d{1,2})(?:st|nd|rd|th)?\b`;
const YEAR = String.raw`(?<year>(?:19|20)\d\d)\b`;
const NEXT = String.raw`(?<next>(?:next|this|coming)\s+)`;

/** The forms in which a date is certain, each with what it means. */
const FORMS: readonly [RegExp, (said: Said) => When | undefined][] = [
  [form(String.raw`(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)\b`), dayOf],
  [form(String.raw`(?:the\s+)?${DAY}\s+(?:of\s+)?${MONTH}(?:,?\s+${YEAR})?`), dayOf],
  [form(String.raw`${MONTH}\s+(?:the\s+)?${DAY}(?:,?\s+${YEAR})?`), dayOf],
  [form(String.raw`(?:the\s+)?${NEXT}?${MONTH}(?:,?\s+${YEAR})?`), (said) => monthOf(said)?.first],
  [
    form(String.raw`(?<end>(?:the\s+)?end\s+of\s+)${NEXT}?${MONTH}(?:,?\s+${YEAR})?`),
    (said) => monthOf(said)?.last,
  ],
  [
    form(String.raw`(?<end>(?:the\s+)?end\s+of\s+)(?:(?:the\s+)?year|${NEXT}year|${YEAR})\b`),
    ({ next, year, today }) => `${year ?? yearOf(today) + (isNext(next) ? 1 : 0)}-12-31`,
  ],
];

/** A weekday, or tomorrow, which are read as everywhere. */
const WEEKDAY = form(
  String.raw`(?:(?:next|this|coming)\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|tomorrow\b`,
);

/** Behind a date, another makes it one of several, and so do letters and digits of the same word. */
const ELSE = new RegExp(
  String.raw`^(?:[\w/-]|\s*(?:\bor|\bto|\band|[-–—/])\s*(?:the\s+)?(?:\d|(?:${MONTH_NAME})\b))`,
  "i",
);

/** What stands behind a date that does not say its year, as "may" and "may 10" mean much else. */
const ENDS = new RegExp(
  String.raw`^\s*(?:$|\n|[.,;:!?)"'](?:\s|$)|[-–—(])|^\s+(?:${
    ["and", "or", "at", "so", "with", "in", "for", "if", "but", "then", "while", "when", "as"]
      .concat(["because", "without", "we", "too", "latest", "this", "that", "to"]).join("|")
  })\s+[a-z]`,
);

/** The parts of a date as they are said. */
interface Said {
  readonly year?: string;
  readonly month?: string;
  readonly day?: string;
  readonly next?: string;
  readonly end?: string;
  readonly today: When;
}

/**
 * The day in a text by which something is to be done, as in "by next may", where it says just one and
 * it is certain that it is one: no length of time, no amount and no name.
 */
export async function deadlineIn(text: string, reading: Reading): Promise<When | undefined> {
  const days = new Set<When>();
  for (const { 0: { length }, 1: word = "", index } of text.matchAll(BEFORE_DATE)) {
    const behind = text.slice(index + length, index + length + LONGEST);
    const found = dateAt(behind, today(reading.now, reading.zone)) ??
      await weekdayAt(behind, reading);
    if (found === undefined) continue;
    const isBefore = word.toLowerCase() === "before" && !found.isEnd;
    days.add(isBefore ? addDays(found.day, -1) : found.day);
  }
  const [day] = days;
  return days.size === 1 ? day : undefined;
}

interface Found {
  readonly day: When;
  /** Whether it is the last day of something, which "before" means too. */
  readonly isEnd: boolean;
}

/** The date with which a text begins. */
function dateAt(text: string, today: When): Found | undefined {
  for (const [form, meaning] of FORMS) {
    const match = form.exec(text);
    if (match === null) continue;
    const said: Said = { ...match.groups, today };
    const { end } = said;
    if (!isDone(text.slice(match[0].length), said)) continue;
    const day = meaning(said);
    if (day !== undefined) return { day, isEnd: end !== undefined };
  }
  return undefined;
}

async function weekdayAt(text: string, reading: Reading): Promise<Found | undefined> {
  const [said] = WEEKDAY.exec(text) ?? [];
  if (said === undefined || !isDone(text.slice(said.length), {})) return undefined;
  try {
    return { day: (await resolveWhen(said, reading)).slice(0, 10), isEnd: false };
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** Whether a date ends where this follows it; behind the name of a month, a name may go on. */
function isDone(behind: string, { year, month, day, next, end }: Omit<Said, "today">): boolean {
  if (ELSE.test(behind)) return false;
  if (year !== undefined) return true;
  if (next !== undefined || end !== undefined) return !/^\s+(?!I\b)[A-Z]/.test(behind);
  const isShort = month !== undefined && day === undefined && !FULL.test(month);
  return !isShort && ENDS.test(behind);
}

function form(source: string): RegExp {
  return new RegExp(`^(?:${source})`, "i");
}

/** A day of a year, or the next one that comes. */
function dayOf({ year, month = "", day, today }: Said): When | undefined {
  const at = (year: number) => dateOf(year, monthNumber(month), Number(day));
  if (year !== undefined) return at(Number(year));
  const first = at(yearOf(today));
  return first !== undefined && first < today ? at(yearOf(today) + 1) : first;
}

/** A month of a year, or the next one that comes, said or not; the one that it is now is not certain. */
function monthOf(said: Said): { first: When; last: When } | undefined {
  const { year, month = "", next, end, today } = said;
  const number = monthNumber(month);
  const now = Number(today.slice(5, 7));
  if (year === undefined && number === now && end === undefined && !isNext(next)) return undefined;
  const isOver = number < now || (number === now && isNext(next));
  const first = dateOf(Number(year ?? yearOf(today) + (isOver ? 1 : 0)), number, 1);
  if (first === undefined) return undefined;
  const last = Temporal.PlainDate.from(first).add({ months: 1 }).subtract({ days: 1 }).toString();
  return { first, last };
}

function isNext(next: string | undefined): boolean {
  return next !== undefined && /^next/i.test(next);
}

function yearOf(day: When): number {
  return Number(day.slice(0, 4));
}

function monthNumber(month: string): number {
  return Number(month) || MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
}

/** The date, if there is such a one. */
function dateOf(year: number, month: number, day: number): When | undefined {
  if (year < 1900 || year > 2999) return undefined;
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: "reject" }).toString();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
