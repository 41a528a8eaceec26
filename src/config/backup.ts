import { AppError, quote } from "../errors.ts";
import { setting } from "./setting.ts";

/** How backups are made while serving, and how many of them stay. */
export const BACKUP_SETTINGS = {
  backupSchedule: setting({
    variable: "SELFOS_BACKUP_SCHEDULE",
    value: "WHEN",
    help:
      "when a server backs up its store, as `daily 03:00`, `weekly sun 03:00`, `hourly`, or a " +
      "cron expression of five fields, in the time zone",
    fallback: "none",
    parse: (text) => text === undefined ? undefined : schedule(text),
  }),
  backupKeep: setting({
    variable: "SELFOS_BACKUP_KEEP",
    value: "7d,4w,12m",
    help: "of how many latest days, weeks, months and years the newest proven backup is kept",
    fallback: "`7d,4w,12m`",
    parse: (text) => keep(text ?? "7d,4w,12m"),
  }),
};

/** Where archives lie unless told. */
export function backupFolder({ dataDir }: { readonly dataDir: string }): string {
  return `${dataDir}/backups`;
}

/** Of how many of the latest of each the newest is kept. */
export interface BackupKeep {
  readonly days: number;
  readonly weeks: number;
  readonly months: number;
  readonly years: number;
}

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");

/** Least and most of each field of a cron expression, and the names for its numbers from the least on. */
const FIELDS: readonly (readonly [number, number, readonly string[]])[] = [
  [0, 59, []],
  [0, 23, []],
  [1, 31, []],
  [1, 12, MONTHS],
  [0, 7, DAYS],
];

/** A cron expression for what was written. */
function schedule(text: string): string {
  const words = text.trim().toLowerCase();
  const [, often, day, hour = "03", minute = "00"] =
    /^(hourly|daily|weekly|monthly)(?: (sun|mon|tue|wed|thu|fri|sat))?(?: ([01]?\d|2[0-3]):([0-5]\d))?$/
      .exec(words) ?? [];
  const at = `${Number(minute)} ${Number(hour)}`;
  if (often === "hourly" && words === "hourly") return "0 * * * *";
  if (often === "daily" && day === undefined) return `${at} * * *`;
  if (often === "weekly") return `${at} * * ${DAYS.indexOf(day ?? "sun")}`;
  if (often === "monthly" && day === undefined) return `${at} 1 * *`;
  const fields = words.split(/\s+/);
  const isCron = fields.length === FIELDS.length && fields.every(isField);
  if (isCron) return fields.join(" ");
  throw new AppError(
    "invalid_input",
    `schedule must be hourly, daily, weekly, monthly, or a cron expression: got ${quote(text)}`,
    'write it as "daily 03:00"',
  );
}

function isField(field: string, index: number): boolean {
  const [least, most, names] = FIELDS[index] ?? [0, 0, []];
  const numberIn = (text: string) => {
    const named = names.indexOf(text);
    return named >= 0 ? named + least : /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  };
  return field.split(",").every((part) => {
    const [, range = "", step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    if (step !== undefined && Number(step) === 0) return false;
    if (range === "*") return true;
    const [from = "", to = from, ...more] = range.split("-");
    return more.length === 0 && numberIn(from) >= least && numberIn(to) <= most &&
      numberIn(from) <= numberIn(to);
  });
}

const UNITS = { d: "days", w: "weeks", m: "months", y: "years" } as const;

function keep(text: string): BackupKeep {
  const kept = { days: 0, weeks: 0, months: 0, years: 0 };
  const seen = new Set<string>();
  for (const part of text.split(",")) {
    const [, count, letter] = /^([1-9]\d{0,2})([dwmy])$/.exec(part.trim()) ?? [];
    const unit = letter === "d" || letter === "w" || letter === "m" || letter === "y"
      ? UNITS[letter]
      : undefined;
    if (unit === undefined || seen.has(unit)) {
      throw new AppError(
        "invalid_input",
        `what is kept must be numbers of days, weeks, months and years: got ${quote(text)}`,
        'write it as "7d,4w,12m"',
      );
    }
    seen.add(unit);
    kept[unit] = Number(count);
  }
  return kept;
}
