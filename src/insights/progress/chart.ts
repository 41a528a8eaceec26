import { type Bar, drawBars } from "../chart/bars.ts";
import type { Progress } from "./progress.ts";

/** So many days fit as bars of their own; of more, each bar is a week. */
const DAYS = 62;

/** How many dates fit below the bars. */
const DATES = 8;

/** The chart of what was completed, and of when the rest may be, as a PNG file. */
export function drawProgress(progress: Progress): Uint8Array {
  const { forecast } = progress;
  const days = shownOf(progress.progress_data.toReversed());
  const first = days[0]?.date ?? "";
  const last = days.at(-1)?.date ?? "";
  const span = first === last ? inFull(first) : `${dated(first, last)} – ${inFull(last)}`;
  const done = days.reduce((sum, { tasks_completed }) => sum + tasks_completed, 0);
  const tasks = done === 1 ? "task" : "tasks";
  return drawBars({
    subtitle: `${done.toLocaleString("en")} ${tasks} · ${span}`,
    note: noteOf(forecast, last),
    ...(days.length > DAYS ? byWeek(days) : byDay(days)),
  });
}

interface Day {
  readonly date: string;
  readonly tasks_completed: number;
}

function byDay(days: readonly Day[]) {
  const values = days.map((day) => day.tasks_completed);
  const step = [1, 2, 3, 5, 7].find((step) => days.length / step <= DATES) ?? 10;
  const bars = days.map(({ date, tasks_completed: value }, index): Bar => ({
    value,
    label: (days.length - 1 - index) % step === 0 ? dated(date, date) : undefined,
  }));
  return {
    title: "Tasks completed each day",
    bars,
    line: averagesOf(values, 7),
    legend: { bars: "tasks", line: "7-day average" },
  };
}

/** The days that the bars are of: with weeks, whole ones, as a part of one would look like a bad week. */
function shownOf(days: readonly Day[]): readonly Day[] {
  return days.length > DAYS ? days.slice(days.length % 7) : days;
}

/** Weeks that end on the weekday of the last day. */
function byWeek(days: readonly Day[]) {
  const weeks: Day[] = [];
  for (let end = days.length; end > 0; end -= 7) {
    const week = days.slice(end - 7, end);
    const tasks_completed = week.reduce((sum, day) => sum + day.tasks_completed, 0);
    weeks.unshift({ date: week[0]?.date ?? "", tasks_completed });
  }
  const months = new Set(weeks.map(({ date }) => date.slice(0, 7))).size;
  const step = [1, 2, 3, 6].find((step) => months / step <= DATES) ?? 12;
  const bars = weeks.map(({ date, tasks_completed: value }, index): Bar => {
    const isNewMonth = index > 0 && weeks[index - 1]?.date.slice(0, 7) !== date.slice(0, 7);
    const month = Number(date.slice(5, 7)) - 1;
    return { value, label: isNewMonth && month % step === 0 ? monthOf(date) : undefined };
  });
  return {
    title: "Tasks completed each week",
    bars,
    line: averagesOf(weeks.map((week) => week.tasks_completed), 4),
    legend: { bars: "tasks", line: "4-week average" },
  };
}

/** The mean of each value and those before it, once there are as many as that takes. */
function averagesOf(values: readonly number[], length: number): (number | null)[] {
  if (values.length <= length) return values.map(() => null);
  return values.map((_, index) => {
    if (index < length - 1) return null;
    return values.slice(index + 1 - length, index + 1).reduce((sum, value) => sum + value, 0) /
      length;
  });
}

function noteOf({ remaining, p10, p50, p90, reason = "" }: Progress["forecast"], last: string) {
  if (remaining === 0) return reason.slice(0, 1).toUpperCase() + reason.slice(1);
  const open = remaining === 1 ? "1 open task" : `${remaining.toLocaleString("en")} open tasks`;
  if (p10 === null || p50 === null) return `${open}: ${reason}`;
  const done = `${open}: at this pace done about ${dated(p50, last)}`;
  if (p90 === null) return `${done}, not before ${dated(p10, last)}`;
  return p10 === p90 ? done : `${done}, between ${dated(p10, last)} and ${dated(p90, last)}`;
}

const MONTHS = [
  ...["Jan", "Feb", "Mar", "Apr", "May", "Jun"],
  ...["Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
];

/** `24 Oct`, with the year where it is not that of the other date. */
function dated(date: string, near: string): string {
  return date.slice(0, 4) === near.slice(0, 4) ? inFull(date).slice(0, -5) : inFull(date);
}

function inFull(date: string): string {
  return `${Number(date.slice(8))} ${nameOf(date)} ${date.slice(0, 4)}`;
}

/** `Oct`, and in January the year besides. */
function monthOf(date: string): string {
  return date.slice(5, 7) === "01" ? `Jan ${date.slice(0, 4)}` : nameOf(date);
}

function nameOf(date: string): string {
  return MONTHS[Number(date.slice(5, 7)) - 1] ?? "";
}
