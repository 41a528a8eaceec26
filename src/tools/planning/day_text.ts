import { onOneLine } from "../../insights/one_line.ts";
import { durationOf, longDay, shortDay } from "../../insights/summaries/text.ts";
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
function timetableOf({ blocks, events, events_total }: Answered): string[] {
  const lines = [
    ...events.map((event) => ({
      ...event,
      what: `event of ${onOneLine(event.source)}: ${onOneLine(event.title)}`,
    })),
    ...blocks.map((block) => ({
      ...block,
      what: `#${block.task_id} ${onOneLine(block.title)} · ${block.why}`,
    })),
  ].sort((a, b) => Date.parse(a.starts) - Date.parse(b.starts));
  const more = events_total - events.length;
  return [
    ...lines.map(({ starts, ends, what }) => `- ${clock(starts)}-${clock(ends)} ${what}`),
    ...(more > 0 ? [`- and ${more} more events`] : []),
  ];
}

function unfitOf({ does_not_fit, does_not_fit_total }: Answered): string[] {
  const more = does_not_fit_total - does_not_fit.length;
  return [
    ...does_not_fit.map(({ task_id, title, minutes, why }) =>
      `#${task_id} ${onOneLine(title)} · ${durationOf(minutes)} · ${why}`
    ),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function movesOf({ date, moves }: Answered): string[] {
  const day = (when: string | null) => when === null ? "no date" : shortDay(when, date.slice(0, 4));
  return moves.map(({ task_id, title, from, to }) =>
    `#${task_id} ${onOneLine(title)} · ${day(from)} → ${day(to)}`
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

function clock(when: string): string {
  return when.slice(11, 16);
}
