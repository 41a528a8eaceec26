import { AppError, messageOf, quote } from "../../errors.ts";
import { OWN, type Problem, type Reading, type Said, unlessEmpty } from "../document.ts";
import { numberIn } from "../foreign.ts";
import { Calendar, type Property } from "./calendar.ts";
import { sayableText, unfolded } from "./lines.ts";
import { utcOf } from "./times.ts";
import { PRODUCT } from "./write.ts";

const STATUSES: ReadonlyMap<string, string> = new Map([
  ["NEEDS-ACTION", "pending"],
  ["IN-PROCESS", "in_progress"],
  ["COMPLETED", "completed"],
  ["CANCELLED", "cancelled"],
]);

/** As calendars have it: 1 to 4 is high, 5 is in the middle, 6 to 9 is low, 0 is none. */
const PRIORITIES = [
  ...[undefined, "urgent", "high", "high", "high", "medium", "low", "low", "low", "low"],
];

/** The tasks of an iCalendar file; events are only counted. */
export async function readIcs(text: string): Promise<Reading> {
  const calendar = await opened(text);
  const begins = unfolded(text).filter((line) => /^BEGIN:VTODO\s*$/i.test(line.text));
  const rules = rulesIn(text);
  const goals = new Map<string, Said>();
  const tasks: Said[] = [];
  const problems: Problem[] = [];
  const notes: string[] = [];
  for (const [index, todo] of calendar.todos.entries()) {
    const place = `line ${begins[index]?.number ?? "?"}`;
    try {
      const { goal, value } = taskIn(todo, calendar, rules[index], (note) => {
        notes.push(`${place}: ${note}`);
      });
      if (goal) goals.set(goal.uid, { kind: "goal", place, value: goal, implied: true });
      tasks.push({ kind: "task", place, value });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      problems.push({ place, message: error.message });
    }
  }
  for (const [name, count] of calendar.others) {
    notes.push(`${count} ${name.toUpperCase()} left out: only tasks (VTODO) are imported.`);
  }
  const source = calendar.product === PRODUCT ? OWN : "ics";
  return { source, said: [...goals.values(), ...tasks], problems, notes, partial: true, sayable };
}

/** Times are told to the second, and texts without control characters. */
function sayable(column: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (column === "completed_at") return utcOf(value);
  if (column === "title") return sayableText(value).trim();
  return unlessEmpty(column, column === "description" ? sayableText(value) : value);
}

async function opened(text: string): Promise<Calendar> {
  try {
    return await Calendar.parse(text);
  } catch (error) {
    throw new AppError(
      "invalid_input",
      `Cannot import the file as iCalendar: ${messageOf(error)}`,
      "export it again; it may have been cut off",
    );
  }
}

/** The rules as they are written, of each task in turn: to parse one would put it in another order. */
function rulesIn(text: string): (string | undefined)[] {
  const rules: (string | undefined)[] = [];
  for (const { text: line } of unfolded(text)) {
    if (/^BEGIN:VTODO\s*$/i.test(line)) rules.push(undefined);
    const rule = /^RRULE(?:;[^:]*)?:(.*)$/i.exec(line)?.[1];
    if (rule !== undefined && rules.length > 0) rules[rules.length - 1] = rule;
  }
  return rules;
}

interface Found {
  readonly goal: { uid: string; title: string } | undefined;
  readonly value: Record<string, unknown>;
}

function taskIn(
  todo: readonly Property[],
  calendar: Calendar,
  rule: string | undefined,
  note: (text: string) => void,
): Found {
  const all = (name: string) => todo.filter((property) => property.name === name);
  const first = (name: string) => all(name)[0];
  const text = (name: string) => first(name)?.values[0];
  const time = (name: string) => {
    const property = first(name);
    return property && calendar.timeOf(property);
  };
  const related = (kind: string) =>
    all("related-to").filter(({ parameters }) =>
      (parameters["reltype"] ?? "PARENT").toUpperCase() === kind
    ).flatMap(({ values }) => values);
  const instance = text("recurrence-id");
  const uid = text("uid");
  if (uid === undefined) throw new AppError("invalid_input", "UID: it has none");
  const start = time("dtstart");
  const series = rule ?? text("x-selfos-rrule");
  const due = time("due") ?? (series === undefined ? undefined : start);
  const goal = text("x-selfos-goal-uid");
  const level = Number(text("priority") ?? "0");
  const priority = PRIORITIES[level];
  if (priority === undefined && level !== 0) note(`PRIORITY ${level} is not known, and left out.`);
  // Others drop what is ours alone: where it is missing in their files, nothing is said of it.
  const nothing = calendar.product === PRODUCT ? null : undefined;
  const waits = related("DEPENDS-ON");
  const value = {
    uid: instance === undefined ? uid : `${uid} ${instance}`,
    ...(calendar.product === PRODUCT ? {} : { origins: [{ source: OWN, id: uid }] }),
    title: text("summary")?.trim() || "Untitled",
    description: text("description") || null,
    status: statusIn(text("status"), text("completed"), note),
    priority,
    due_date: due ?? null,
    completed_at: time("completed"),
    tags: all("categories").flatMap(({ values }) => values),
    parent_task: related("PARENT")[0] ?? null,
    depends_on: waits.length > 0 || nothing === null ? waits : undefined,
    next_task: related("NEXT")[0] ?? nothing,
    goal: goal ?? nothing,
    estimated_duration: minutesIn(text("x-selfos-estimated-minutes")) ?? nothing,
    actual_duration: minutesIn(text("x-selfos-actual-minutes")) ?? nothing,
    recurrence: series ?? nothing,
    ...(series === undefined ? {} : {
      recurrence_start: text("x-selfos-start") ?? start ?? null,
      occurrence_date: text("x-selfos-occurrence") ?? due ?? null,
    }),
    created_at: time("created"),
    updated_at: time("last-modified"),
  };
  return {
    goal: goal === undefined ? undefined : { uid: goal, title: text("x-selfos-goal") ?? goal },
    value,
  };
}

function statusIn(
  text: string | undefined,
  completed: string | undefined,
  note: (text: string) => void,
): string {
  const status = text === undefined ? undefined : STATUSES.get(text.toUpperCase());
  if (text !== undefined && status === undefined) {
    note(`the STATUS ${quote(text)} is not known, and left out.`);
  }
  return status ?? (completed === undefined ? "pending" : "completed");
}

function minutesIn(text: string | undefined): number | string | undefined {
  return text === undefined ? undefined : numberIn(text);
}
