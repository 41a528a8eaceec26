import { PRIORITIES } from "../../life/tasks/task.ts";
import type { Document, Items } from "../document.ts";
import { lineOf, textValue } from "./lines.ts";
import { Times, utcOf } from "./times.ts";

/** Who wrote the file. */
export const PRODUCT = "-//SelfOS//SelfOS//EN";

const STATUSES = {
  pending: "NEEDS-ACTION",
  in_progress: "IN-PROCESS",
  completed: "COMPLETED",
  cancelled: "CANCELLED",
} as const;

/** By the position in {@linkcode PRIORITIES}. */
const LEVELS = ["1", "3", "5", "9"];

type Task = Items["task"];

/**
 * The tasks of a document as an iCalendar file; what iCalendar has no property for is in properties of
 * our own.
 *
 * @param zone in whose clock times are written
 */
export function writeIcs({ tasks, goals }: Document, zone: string): string {
  const titles = new Map(goals.map(({ uid, title }) => [uid, title]));
  const times = new Times(zone);
  const todos = tasks.map((task) => todoOf(task, titles, times)).join("");
  const head = `BEGIN:VCALENDAR\r\nVERSION:2.0\r\n${lineOf("PRODID", PRODUCT)}`;
  return `${head}${times.describe()}${todos}END:VCALENDAR\r\n`;
}

function todoOf(task: Task, goals: ReadonlyMap<string, string>, times: Times): string {
  const { uid, title, description, status = "pending", priority = "medium", goal } = task;
  const { estimated_duration, actual_duration, completed_at, tags = [], due_date } = task;
  const { created_at, updated_at, parent_task, depends_on = [], next_task } = task;
  return [
    "BEGIN:VTODO\r\n",
    text("UID", uid),
    stamp("DTSTAMP", updated_at),
    stamp("CREATED", created_at),
    stamp("LAST-MODIFIED", updated_at),
    text("SUMMARY", title),
    description ? text("DESCRIPTION", description) : "",
    lineOf("STATUS", STATUSES[status]),
    lineOf("PRIORITY", LEVELS[PRIORITIES.indexOf(priority)] ?? "5"),
    due_date ? times.line("DUE", due_date) : "",
    stamp("COMPLETED", completed_at),
    seriesOf(task, times),
    ...categoriesOf(tags),
    parent_task ? text("RELATED-TO;RELTYPE=PARENT", parent_task) : "",
    ...depends_on.map((other) => text("RELATED-TO;RELTYPE=DEPENDS-ON", other)),
    next_task ? text("RELATED-TO;RELTYPE=NEXT", next_task) : "",
    goal ? own("GOAL-UID", goal) + own("GOAL", goals.get(goal) ?? goal) : "",
    estimated_duration ? own("ESTIMATED-MINUTES", String(estimated_duration)) : "",
    actual_duration ? own("ACTUAL-MINUTES", String(actual_duration)) : "",
    "END:VTODO\r\n",
  ].join("");
}

/** Together on one line, unless one ends as though it escaped the comma: not all readers count. */
function categoriesOf(tags: readonly string[]): string[] {
  const values = tags.map(textValue);
  const lines = tags.some((tag) => tag.endsWith("\\")) ? values : [values.join(",")];
  return tags.length === 0 ? [] : lines.map((value) => lineOf("CATEGORIES", value));
}

/** A rule that another occurrence carries on is ours alone: else it would be told twice. */
function seriesOf(task: Task, times: Times): string {
  const { recurrence, recurrence_start, occurrence_date, due_date, status, next_task } = task;
  if (!recurrence || !recurrence_start) return "";
  const isOpen = status === "pending" || status === "in_progress";
  const begins = !due_date || (due_date.length === recurrence_start.length &&
    recurrence_start <= due_date);
  return [
    begins ? times.line("DTSTART", recurrence_start) : own("START", recurrence_start),
    isOpen && !next_task ? lineOf("RRULE", recurrence) : own("RRULE", recurrence),
    occurrence_date && occurrence_date !== due_date ? own("OCCURRENCE", occurrence_date) : "",
  ].join("");
}

function text(name: string, value: string): string {
  return lineOf(name, textValue(value));
}

function own(name: string, value: string): string {
  return text(`X-SELFOS-${name};VALUE=TEXT`, value);
}

function stamp(name: string, instant: string | null | undefined): string {
  return instant ? lineOf(name, utcOf(instant)) : "";
}
