import { AppError, quote } from "../../errors.ts";
import { isDay, today } from "../../life/dates.ts";
import { resolvePeriod } from "../../life/periods.ts";
import { type PlainDate, Temporal } from "../../life/temporal.ts";

/** Local days that have come, both included. */
export interface Days {
  readonly from: string;
  readonly to: string;
}

/** Whose words a period is in. */
interface Reading {
  readonly zone: string;
  readonly now: Date;
  /** ISO weekday. */
  readonly weekStart: number;
}

/** The longest period, in years. */
const LONGEST = 3;

const UNITS: Readonly<Record<string, "days" | "weeks" | "months" | "years">> = {
  d: "days",
  w: "weeks",
  m: "months",
  y: "years",
};

/**
 * The days of a period: so many that end today, such as `30d`, `12w`, `6m` or `1y`, or words such as
 * "last month". Days that are still to come are left out.
 *
 * @throws AppError `invalid_input` when the text names no time, or none that has come, or too long a one
 */
export async function daysOf(text: string, reading: Reading): Promise<Days> {
  const day = Temporal.PlainDate.from(today(reading.now, reading.zone));
  const { from, to } = endingToday(text, day) ?? await inWords(text, reading);
  if (from > day.toString()) {
    throw refused("Cannot analyze what is still to come", text);
  }
  const end = to < day.toString() ? to : day.toString();
  if (Temporal.PlainDate.from(from).add({ years: LONGEST }).toString() > end) {
    return { from, to: end };
  }
  throw tooLong(text);
}

function endingToday(text: string, day: PlainDate): Days | undefined {
  const [, amount, unit = ""] = /^(-?\d+) ?([dwmy])$/i.exec(text.trim()) ?? [];
  const units = UNITS[unit.toLowerCase()];
  if (amount === undefined || units === undefined) return undefined;
  const count = Number(amount);
  if (count < 1) throw refused("Cannot analyze less than a day", text);
  if (count > 366 * LONGEST) throw tooLong(text);
  const from = day.subtract({ [units]: count }).add({ days: 1 });
  return { from: from.toString(), to: day.toString() };
}

async function inWords(text: string, { zone, now, weekStart }: Reading): Promise<Days> {
  const reading = { field: "period", zone, now, toward: "past" } as const;
  const { from, to } = await resolvePeriod(text, reading, weekStart).catch((error) => {
    throw error instanceof AppError ? refused("Cannot read period as a time", text) : error;
  });
  return { from: dayOf(from), to: dayOf(to) };
}

function dayOf(when: string): string {
  return isDay(when) ? when : when.slice(0, 10);
}

function tooLong(text: string): AppError {
  return refused(`Cannot analyze more than ${LONGEST} years`, text);
}

function refused(what: string, text: string): AppError {
  return new AppError(
    "invalid_input",
    `${what}: period is ${quote(text)}`,
    'write so many days, weeks, months or years until today, such as 30d, 12w, 6m or 1y, or words such as "last month"',
  );
}
