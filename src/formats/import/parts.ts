import { AppError } from "../../errors.ts";
import { instantOf, resolveWhen, today } from "../../life/dates.ts";
import { definedOf } from "../../life/fields.ts";
import { checkSeries, firstOccurrence, parseRecurrence } from "../../life/recurrence.ts";
import { rankOf } from "../../life/tasks/task.ts";
import type { Claims, Items } from "../document.ts";

/** Names of other items, by the column that refers to them. */
export type Links = Readonly<Record<string, string | null | readonly string[] | undefined>>;

/** What an item says of the columns of its record; of those that are absent it says nothing. */
export interface Parts {
  readonly title: string;
  readonly columns: Readonly<Record<string, unknown>>;
  readonly links: Links;
  /** How a memory came to be where the file is from: exports tell it again, nothing else believes it. */
  readonly claims?: Claims;
}

/** How words about time are to be read. */
export interface Clock {
  readonly zone: string;
  readonly now: Date;
  /** Whether times keep the offset they are told with: some were told before the person moved. */
  readonly asTold: boolean;
}

export function areaParts(item: Items["life_area"]): Parts {
  const { name, weight, color, description } = item;
  const hidden = item.private === undefined ? undefined : Number(item.private);
  const columns = definedOf({ name, weight, color, description, private: hidden });
  return { title: name, columns, links: {} };
}

export async function goalParts(item: Items["goal"], clock: Clock): Promise<Parts> {
  const { title, description, status, completed_at } = item;
  const target_date = await readWhen("target_date", item.target_date, clock);
  return {
    title,
    columns: definedOf({
      ...{ title, description, status, target_date },
      completed_at: completionOf(status, completed_at),
    }),
    links: definedOf({ life_area_id: item.life_area, parent_goal_id: item.parent_goal }),
  };
}

export async function taskParts(item: Items["task"], clock: Clock): Promise<Parts> {
  const { title, description, status, priority, estimated_duration, actual_duration } = item;
  const due_date = await readWhen("due_date", item.due_date, clock);
  return {
    title,
    columns: definedOf({
      ...{ title, description, status, estimated_duration, actual_duration },
      priority: priority && rankOf(priority),
      completed_at: completionOf(status, item.completed_at),
      due_date,
      ...await seriesOf(item, due_date ?? null, clock),
      tags: item.tags && [...new Set(item.tags)].sort(),
    }),
    links: definedOf({
      goal_id: item.goal,
      parent_task_id: item.parent_task,
      depends_on: item.depends_on,
      next_task_id: item.next_task,
    }),
  };
}

export async function memoryParts(item: Items["memory"], clock: Clock): Promise<Parts> {
  if (item.goal && item.task) {
    throw new AppError("invalid_input", "goal: a memory is about a goal or a task, not about both");
  }
  const { content, memory_type, metadata, source, client } = item;
  return {
    title: content,
    columns: definedOf({
      ...{ content, memory_type },
      metadata: metadata && JSON.stringify(metadata),
      occurred_at: await readWhen("occurred_at", item.occurred_at, clock, "past"),
    }),
    links: definedOf({
      goal_id: item.goal,
      task_id: item.task,
      superseded_by: item.superseded_by,
    }),
    claims: definedOf({ source, client }),
  };
}

/** A day or a time of the person's clock; absent where nothing is said. */
async function readWhen(
  field: string,
  text: string | null | undefined,
  { zone, now, asTold }: Clock,
  toward: "future" | "past" = "future",
): Promise<string | null | undefined> {
  if (typeof text !== "string") return text;
  const when = await resolveWhen(text, { field, zone, now, toward });
  return asTold && MOMENT.test(text) ? text : when;
}

/** As a store has a moment. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$/;

/** What is open was not completed. */
function completionOf(
  status: string | undefined,
  completed_at: string | null | undefined,
): string | null | undefined {
  const isOpen = status !== undefined && status !== "completed" && status !== "archived";
  return isOpen ? null : completed_at;
}

async function seriesOf(
  item: Items["task"],
  due: string | null,
  clock: Clock,
): Promise<Record<string, string | null>> {
  if (item.recurrence === undefined) return {};
  if (item.recurrence === null) {
    return { recurrence: null, recurrence_start: null, occurrence_date: null };
  }
  const { zone, now } = clock;
  const rule = parseRecurrence(item.recurrence);
  const said = await readWhen("recurrence_start", item.recurrence_start, clock);
  const start = said ?? due ?? await firstOccurrence(rule, today(now, zone), zone);
  await checkSeries({ rule, start, zone });
  const occurrence = await readWhen("occurrence_date", item.occurrence_date, clock);
  return {
    ...{ recurrence: rule, recurrence_start: start, occurrence_date: occurrence ?? due ?? start },
    ...(said || due ? {} : { due_date: start }),
  };
}

/** Whether two times are the same to the second: some formats say no more. */
export function sameSecond(a: string, b: string): boolean {
  return instantOf(a, "UTC").slice(0, 19) === instantOf(b, "UTC").slice(0, 19);
}
