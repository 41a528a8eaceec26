import { sql } from "kysely";
import type { Database } from "../../db/db.ts";
import type { Change } from "../change.ts";
import { addDays, today } from "../../life/dates.ts";
import { changedFields } from "../../life/fields.ts";
import type { MemoryRecord, TaskRecord } from "../../life/records.ts";
import { dayOfMemory } from "./memories.ts";
import { dueDatesOf } from "./moved.ts";
import { type Calendar, dayOf, weekOf } from "./span.ts";
import { calendarOf } from "./summary.ts";
import { COMING_DAYS } from "./tasks.ts";

/** So many summaries of one kind are named at most; more are all. */
const MOST_NAMED = 50;

/** So many rows of one kind are looked through for their days. */
const MOST_LOOKED_AT = 1000;

/** The fields of a task that a summary shows, or by which it has a place there. */
const SHOWN = new Set([
  ...["title", "status", "priority", "goal_id", "due_date", "completed_at", "deleted_at"],
  ...["estimated_duration", "actual_duration"],
]);

/** The fields of a task by which a goal advances. */
const COUNTED = new Set(["status", "goal_id", "deleted_at"]);

/** The days whose summaries a change may have changed; `undefined` where that may be any. */
export async function touchedDays(
  db: Database,
  change: Change,
  now: Date,
): Promise<string[] | undefined> {
  const days = await daysOf(db, change, now);
  return days === undefined || days.size > MOST_NAMED ? undefined : [...days];
}

/** The weeks whose summaries a change may have changed; `undefined` where that may be any. */
export async function touchedWeeks(
  db: Database,
  change: Change,
  now: Date,
): Promise<string[] | undefined> {
  const days = await daysOf(db, change, now);
  if (days === undefined) return undefined;
  const calendar = await calendarOf(db, change.user_id);
  const weeks = new Set([...days].map((day) => weekOf(day, calendar)));
  return weeks.size > MOST_NAMED ? undefined : [...weeks];
}

/** Two images of a task. */
interface TaskStep {
  readonly id: number;
  readonly images: readonly TaskRecord[];
  /** Of those that are shown, the fields that differ. */
  readonly changed: readonly string[];
}

async function daysOf(
  db: Database,
  { user_id, change_id, items }: Change,
  now: Date,
): Promise<Set<string> | undefined> {
  const isTold = items.every(({ entity }) => entity === "task" || entity === "memory");
  if (!isTold || items.length > MOST_LOOKED_AT) return undefined;
  const calendar = await calendarOf(db, user_id);
  const { tasks, memories } = await imagesOf(db, change_id);
  const steps = tasks.filter(({ changed }) => changed.length > 0);
  const found = [
    steps.flatMap(({ images }) => images.flatMap((task) => daysOfTask(task, calendar, now))),
    await daysOfMoves(db, change_id, steps, calendar),
    await daysOfReversed(db, change_id, calendar),
    await daysOfGoals(db, steps, calendar),
    await daysOfMemories(db, memories, steps, calendar),
  ];
  return found.every((days) => days !== undefined) ? new Set(found.flat()) : undefined;
}

async function imagesOf({ read }: Database, change_id: number) {
  const rows = await read.selectFrom("change_items")
    .select(["entity", "entity_id", "before", "after"])
    .where("change_id", "=", change_id).execute();
  const tasks: TaskStep[] = [];
  const memories: MemoryRecord[] = [];
  for (const { entity, entity_id, before, after } of rows) {
    const images = [before, after].filter((image) => image !== null);
    if (entity === "memory") memories.push(...images.map((image) => JSON.parse(image)));
    if (entity !== "task") continue;
    const [first, second] = [JSON.parse(before ?? "{}"), JSON.parse(after ?? "{}")];
    tasks.push({
      id: Number(entity_id),
      images: images.map((image) => JSON.parse(image)),
      changed: changedFields(first, second).filter((name) => SHOWN.has(name)),
    });
  }
  return { tasks, memories };
}

/** Where a task is listed: as done; as due, and as coming in the days before; and overdue, today. */
function daysOfTask(task: TaskRecord, calendar: Calendar, now: Date): string[] {
  const { status, due_date, completed_at } = task;
  const days = completed_at === null ? [] : [dayOf(completed_at, calendar)];
  if (due_date === null || status === "completed" || status === "cancelled") return days;
  const due = due_date.slice(0, 10);
  for (let before = 0; before <= COMING_DAYS; before++) days.push(addDays(due, -before));
  const day = today(now, calendar.zone);
  return due < day ? [...days, day] : days;
}

/** Where a task is listed as moved: on every day of a change that moved it. */
async function daysOfMoves(
  db: Database,
  change_id: number,
  steps: readonly TaskStep[],
  calendar: Calendar,
): Promise<string[] | undefined> {
  if (steps.length === 0) return [];
  const rows = await db.read.selectFrom("change_items as item")
    .innerJoin("changes", "changes.id", "item.change_id").select("at")
    .select(sql<number>`case when ${dueDatesOf(db).differ} then 1 else 0 end`.as("moved"))
    .where("item.entity", "=", "task")
    .where("item.entity_id", "in", steps.map(({ id }) => String(id)))
    .where("item.before", "is not", null).where("item.change_id", "<=", change_id)
    .limit(MOST_LOOKED_AT).execute();
  if (rows.length === MOST_LOOKED_AT) return undefined;
  const moves = rows.filter(({ moved }) => moved === 1);
  return [...new Set(moves.map(({ at }) => dayOf(at, calendar)))];
}

/** The days of the changes that this one undid, and of those that stand again with it. */
async function daysOfReversed(
  { read }: Database,
  change_id: number,
  calendar: Calendar,
): Promise<string[] | undefined> {
  const { rows } = await sql<{ at: string }>`
    with recursive turned (id) as (
      select id from changes where undone_by = ${change_id}
      union
      select changes.id from changes join turned on changes.undone_by = turned.id
    )
    select at from changes where id in (select id from turned) limit ${MOST_LOOKED_AT}`
    .execute(read);
  if (rows.length === MOST_LOOKED_AT) return undefined;
  return [...new Set(rows.map(({ at }) => dayOf(at, calendar)))];
}

/** Where the goals of tasks are listed, and those above them: on every day on which one of their tasks was done. */
async function daysOfGoals(
  { read }: Database,
  steps: readonly TaskStep[],
  calendar: Calendar,
): Promise<string[] | undefined> {
  const goals = new Set(
    steps.filter(({ changed }) => changed.some((name) => COUNTED.has(name)))
      .flatMap(({ images }) => images.map(({ goal_id }) => goal_id)).filter((id) => id !== null),
  );
  if (goals.size === 0) return [];
  const { rows } = await sql<{ completed_at: string }>`
    with recursive above (id) as (
      select id from goals where id in (${sql.join([...goals])})
      union
      select goals.parent_goal_id from goals join above on goals.id = above.id
      where goals.parent_goal_id is not null
    )
    select completed_at from tasks
    where goal_id in (select id from above) and completed_at is not null and deleted_at is null
    limit ${MOST_LOOKED_AT}`.execute(read);
  if (rows.length === MOST_LOOKED_AT) return undefined;
  return [...new Set(rows.map(({ completed_at }) => dayOf(completed_at, calendar)))];
}

/**
 * Where memories are listed, with those that they took the place of, and with those about a task that
 * belongs to another goal now, by which they may be seen or not.
 */
async function daysOfMemories(
  { read }: Database,
  memories: readonly MemoryRecord[],
  steps: readonly TaskStep[],
  calendar: Calendar,
): Promise<string[] | undefined> {
  const replaced = steps.filter(({ changed }) => changed.includes("goal_id")).map(({ id }) => id);
  const days = memories.map((memory) => dayOfMemory(memory, calendar));
  const ids = [...new Set(memories.map(({ id }) => id))];
  if (ids.length + replaced.length === 0) return days;
  const rows = await read.withRecursive(
    "older(id)",
    (db) =>
      db.selectFrom("memories").select("id").where((eb) =>
        eb.or([
          ...(ids.length === 0 ? [] : [eb("id", "in", ids)]),
          ...(replaced.length === 0 ? [] : [eb("task_id", "in", replaced)]),
        ])
      ).union(
        db.selectFrom("memories").innerJoin("older", "older.id", "memories.superseded_by")
          .select("memories.id"),
      ),
  )
    .selectFrom("memories").select(["occurred_at", "created_at"])
    .where("id", "in", (eb) => eb.selectFrom("older").select("older.id"))
    .limit(MOST_LOOKED_AT).execute();
  if (rows.length === MOST_LOOKED_AT) return undefined;
  return [...days, ...rows.map((memory) => dayOfMemory(memory, calendar))];
}
