import { shorten } from "../../errors.ts";
import { onOneLine } from "../../insights/one_line.ts";
import { durationOf, longDay, shortDay } from "../../insights/summaries/text.ts";
import { dayAfter } from "../../life/dates.ts";
import type { PlannedDay } from "../../planning/day/day.ts";

/** A planned day as it is answered. */
type Answered = PlannedDay & {
  readonly plan_token: string;
  readonly withheld?: number | undefined;
};

/** A planned day as a person reads it, each line with the id of its task. */
export function dayText(day: Answered): string {
  return [
    headOf(day),
    ...day.notes,
    ...timetableOf(day),
    ...listOf("Does not fit", unfitOf(day)),
    ...(day.ready_total > 0 ? [`Other tasks that are ready: ${day.ready_total}.`] : []),
    ...listOf(
      "Would be due on another day, once apply_plan is called with this plan_token",
      movesOf(day),
    ),
    ...correctionOf(day),
    ...(day.withheld ? [`Withheld: ${day.withheld}.`] : []),
    `plan_token: ${day.plan_token}`,
  ].join("\n");
}

function headOf({ date, work_hours, time_zone, planned_minutes, capacity_minutes }: Answered) {
  const hours = work_hours === null ? "no work day" : `working hours ${work_hours}`;
  const planned = `${durationOf(planned_minutes)} of ${durationOf(capacity_minutes)} planned`;
  return `${longDay(date)}, ${hours}, ${time_zone}: ${planned}.`;
}

/** Tasks and events, by the time at which they begin. */
function timetableOf({ date, blocks, events, events_total }: Answered): string[] {
  const lines = [
    ...events.map((event) => ({
      ...event,
      what: `event of ${named(event.source)}: ${named(event.title)}`,
    })),
    ...blocks.map((block) => ({
      ...block,
      what: `#${block.task_id} ${named(block.title)} · ${block.why}`,
    })),
  ].sort((a, b) => Date.parse(a.starts) - Date.parse(b.starts));
  return [
    ...lines.map(({ starts, ends, what }) => `- ${clock(starts, date)}-${end(ends, date)} ${what}`),
    ...more(events_total - events.length, " events").map((line) => `- ${line}`),
  ];
}

function unfitOf({ does_not_fit, does_not_fit_total }: Answered): string[] {
  return [
    ...does_not_fit.map(({ task_id, title, minutes, why }) =>
      `#${task_id} ${named(title)} · ${durationOf(minutes)} · ${why}`
    ),
    ...more(does_not_fit_total - does_not_fit.length),
  ];
}

function movesOf({ date, moves }: Answered): string[] {
  const day = (when: string | null) => when === null ? "no date" : shortDay(when, date.slice(0, 4));
  return moves.map(({ task_id, title, from, to, why }) =>
    `#${task_id} ${named(title)} · ${day(from)} → ${day(to)} · ${why}`
  );
}

function correctionOf({ correction, blocks }: Answered): string[] {
  const { factor, from_tasks, default_minutes } = correction;
  const isGuessed = blocks.some(({ estimated_duration }) => estimated_duration === null);
  return [
    ...(factor === 1 ? [] : [
      `Estimates are multiplied by ${factor}, as the last ${from_tasks} tasks with both times tell.`,
    ]),
    ...(isGuessed ? [`A task without an estimate is taken to last ${default_minutes} min.`] : []),
  ];
}

function listOf(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `- ${line}`)];
}

function more(count: number, what = ""): string[] {
  return count > 0 ? [`and ${count} more${what}`] : [];
}

/** So many characters of a title are shown. */
const LONGEST_TITLE = 100;

function named(text: string): string {
  return shorten(onOneLine(text), LONGEST_TITLE);
}

/** `09:00`, with the day where it is another. */
function clock(when: string, date: string): string {
  return when.startsWith(date) ? when.slice(11, 16) : shortDay(when, date.slice(0, 4));
}

/** The day ends at 24:00. */
function end(when: string, date: string): string {
  return when.startsWith(`${dayAfter(date)}T00:00`) ? "24:00" : clock(when, date);
}
