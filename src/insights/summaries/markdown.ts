import { addDays, dayAfter, momentOf } from "../../life/dates.ts";
import { PRIORITIES } from "../../life/tasks/task.ts";
import type { AdvancedGoal, AreaShare } from "./goals.ts";
import type { Remembered } from "./memories.ts";
import type { MovedTask } from "./moved.ts";
import { MOST_ROWS, type Section } from "./section.ts";
import type { Summary } from "./summary.ts";
import { COMING_DAYS, type DoneTask, type OpenTask } from "./tasks.ts";
import {
  countOf,
  daysFrom,
  durationOf,
  fullDays,
  inline,
  longDay,
  percentOf,
  shortDay,
} from "./text.ts";

/** Characters of a memory that are shown. */
const LONGEST_MEMORY = 300;

/** When a span is: over, under way, or still to come. */
type Tense = "past" | "present" | "future";

/** A summary as a person reads it. Every line names the row that it is about. */
export function summaryMarkdown(summary: Summary): string {
  const tense = tenseOf(summary);
  const parts = [
    ...headOf(summary, tense),
    ...list("Done", summary.done, (task) => doneLine(summary, task)),
    ...list("Goals reached", summary.reached, ({ id, title }) => `#${id} ${inline(title)}`),
    ...list("Moved", summary.moved, (task) => movedLine(summary, task)),
    ...list(
      tense === "present" ? "Overdue" : "Not done",
      summary.not_done,
      (task) => openLine(summary, task),
    ),
    ...list(dueTitle(summary, tense), summary.due, (task) => openLine(summary, task)),
    ...list(comingTitle(summary, tense), summary.coming, (task) => openLine(summary, task)),
    ...list("Memories", summary.memories, (memory) => memoryLine(summary, memory)),
    ...list("Goals", summary.goals, goalLine),
    ...balance(summary),
    ...withheldLine(summary),
    ...backupLine(summary, tense),
  ];
  return `${parts.join("\n\n")}\n`;
}

function tenseOf({ span: { from, to }, today }: Summary): Tense {
  if (to < today) return "past";
  return from > today ? "future" : "present";
}

function headOf({ span, ...summary }: Summary, tense: Tense): string[] {
  const title = span.kind === "day"
    ? [`# ${longDay(span.from)}`]
    : [`# Week ${Number(span.name.slice(6))} of ${span.name.slice(0, 4)}`, fullDays(span)];
  const { done, reached, moved, not_done, due, coming, memories } = summary;
  const counts: [Section<unknown>, string][] = [
    [done, `${countOf(done.count, "task")} done`],
    [reached, `${countOf(reached.count, "goal")} reached`],
    [moved, `${moved.count} moved`],
    [not_done, `${not_done.count} ${tense === "present" ? "overdue" : "not done"}`],
    [due, `${due.count} ${tense === "present" ? "still due" : "due"}`],
    [coming, `${coming.count} ${tense === "past" ? "open in the 7 days after" : "coming"}`],
    [memories, countOf(memories.count, "memory", "memories")],
  ];
  const said = counts.filter(([{ count }]) => count > 0).map(([, text]) => text);
  return [...title, said.length === 0 ? `Nothing ${whenOf(span, tense)}.` : `${said.join(", ")}.`];
}

/** `today`, `this week`, `on this day`, `in this week`. */
function whenOf({ kind }: Summary["span"], tense: Tense): string {
  if (tense === "present") return kind === "day" ? "today" : "this week";
  return kind === "day" ? "on this day" : "in this week";
}

function dueTitle({ span }: Summary, tense: Tense): string {
  return tense === "present" ? `Still due ${whenOf(span, tense)}` : "Due";
}

function comingTitle({ span: { to } }: Summary, tense: Tense): string {
  const days = daysFrom(dayAfter(to), addDays(to, COMING_DAYS));
  return tense === "past" ? `Still open, due ${days}` : `Coming, ${days}`;
}

function doneLine(summary: Summary, { id, title, goal_id, completed_at, minutes }: DoneTask) {
  return details(`#${id} ${inline(title)}`, [
    when(summary, momentOf(completed_at, summary.calendar.zone)),
    minutes !== null && durationOf(minutes),
    goal_id !== null && `goal #${goal_id}`,
  ]);
}

function movedLine({ span }: Summary, { id, title, from, to }: MovedTask): string {
  const [was, is] = [from, to].map((due) => due === null ? "no date" : shortDay(due, yearOf(span)));
  return `#${id} ${inline(title)} · ${was} → ${is}`;
}

function openLine(summary: Summary, { id, title, status, priority, due_date }: OpenTask): string {
  return details(`#${id} ${inline(title)}`, [
    when(summary, due_date),
    priority <= 2 && (PRIORITIES[priority - 1] ?? false),
    status === "in_progress" && "in progress",
  ]);
}

function memoryLine(summary: Summary, { id, content, memory_type, day }: Remembered): string {
  return details(`#${id} ${inline(content, LONGEST_MEMORY)}`, [
    when(summary, day),
    inline(memory_type),
  ]);
}

function goalLine({ id, title, done, completed, tasks, percent }: AdvancedGoal): string {
  return `#${id} ${inline(title)} · ${done} done · now ${completed} of ${tasks} (${percent}%)`;
}

/** A day or time; of the day that the summary is of, only the time of day. */
function when({ span }: Summary, due: string): string | false {
  if (span.kind === "week" || !due.startsWith(span.from)) return shortDay(due, yearOf(span));
  return due.length > 10 && due.slice(11, 16);
}

function details(line: string, known: readonly (string | false)[]): string {
  return [line, ...known.filter((one) => one !== false)].join(" · ");
}

function yearOf({ to }: Summary["span"]): string {
  return to.slice(0, 4);
}

function list<Row>(title: string, section: Section<Row>, line: (row: Row) => string): string[] {
  const { count, rows } = section;
  if (count === 0) return [];
  const more = count > rows.length ? [`- and ${count - rows.length} more`] : [];
  return [`## ${title}`, [...rows.map((row) => `- ${line(row)}`), ...more].join("\n")];
}

function balance({ life_areas, done, minutes, without_minutes }: Summary): string[] {
  const told = life_areas.filter(({ done, weight }) => done > 0 || (weight ?? 0) > 0);
  if (done.count === 0 || !told.some(({ id }) => id !== null)) return [];
  const shown = told.slice(0, MOST_ROWS);
  const rows = [
    "| life area | done | time | share of time | share of weight |",
    "| --- | ---: | ---: | ---: | ---: |",
    ...shown.map(areaRow),
  ];
  const notes = [
    ...(told.length > shown.length ? [`And ${told.length - shown.length} more life areas.`] : []),
    minutes === 0
      ? "No task done says how long it took."
      : `${durationOf(minutes)} in all${
        without_minutes === 0 ? "" : `; ${countOf(without_minutes, "task")} done without a time`
      }.`,
  ];
  return ["## Balance", rows.join("\n"), notes.join(" ")];
}

function areaRow({ id, name, done, minutes, time_share, weight_share }: AreaShare): string {
  const cells = [
    id === null || name === null ? "none" : `#${id} ${inline(name)}`,
    String(done),
    minutes === 0 ? "–" : durationOf(minutes),
    time_share === null ? "–" : percentOf(time_share),
    weight_share === null ? "–" : percentOf(weight_share),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** How safe the life is now is part of the week that it is. */
function backupLine({ span, last_backup }: Summary, tense: Tense): string[] {
  if (span.kind !== "week" || tense !== "present") return [];
  return [
    last_backup === null
      ? "No backup of this life is proven yet."
      : `The newest proven backup is of ${longDay(last_backup)}.`,
  ];
}

function withheldLine({ withheld = 0 }: Summary): string[] {
  if (withheld === 0) return [];
  return [`${countOf(withheld, "item")} withheld, as this key sees only some life areas.`];
}
