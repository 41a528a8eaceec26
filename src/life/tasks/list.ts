import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { Database, Tx } from "../../db/db.ts";
import type { Schema } from "../../db/schema.ts";
import { dayAfter, echoOf, isDay, type Resolved, resolveWhen } from "../dates.ts";
import type { Store } from "../journal.ts";
import { brief } from "../fields.ts";
import { countSome, type Page, type PageInfo, readPage, wordPatterns } from "../paging.ts";
import type { TaskRecord } from "../records.ts";
import { fold } from "../terms.ts";
import { sourceOf } from "../origins.ts";
import { notFound, requireSeen } from "../references.ts";
import {
  inPart,
  keyOf,
  type Part,
  partsOf,
  type Scope,
  seen,
  type Viewer,
  withheld,
} from "../scope.ts";
import { scopeOf } from "../shares.ts";
import { hidingTasks } from "../unseen.ts";
import {
  type Priority,
  rankOf,
  type Task,
  type TaskLinks,
  type TaskStatus,
  taskView,
} from "./task.ts";

export interface TaskFilter extends Page {
  goal_id?: number | undefined;
  status?: TaskStatus | undefined;
  /** Due on that day. */
  due_date?: string | undefined;
  /** Due before that day or moment, which is not included. */
  due_before?: string | undefined;
  /** Due after that day or moment, which is not included. */
  due_after?: string | undefined;
  priority?: Priority | undefined;
  tag?: string | undefined;
  ready?: boolean | undefined;
  query?: string | undefined;
  /** The only tasks that count. */
  ids?: readonly number[] | undefined;
}

export interface TaskDetail extends Task {
  subtasks: { id: number; title: string; status: string }[];
  /** Tasks that wait for this one. */
  blocks: { id: number; title: string; status: string }[];
  /** Where it was imported from. */
  source?: string;
}

type Matching = SelectQueryBuilder<Schema, "tasks", object>;

/** Whether something that the task depends on is not completed, the trash apart; as in `linksIn`. */
export const BLOCKED = sql<boolean>`exists (
  select 1 from task_dependencies link join tasks other on other.id = link.depends_on_id
  where link.task_id = tasks.id and other.deleted_at is null and other.status <> 'completed')`;

/** Open tasks first, nearest due date first, then most urgent. */
export async function listTasks(
  store: Store,
  viewer: Viewer,
  filter: TaskFilter,
): Promise<{ tasks: Task[] } & PageInfo> {
  const { db } = store;
  const range = await dueRange(store, viewer, filter);
  const key = JSON.stringify(["tasks", keyOf(viewer), filter, range]);
  return await db.whileUnchanged(
    key,
    async () => await readTasks(db, await scopeOf(db, viewer), filter, range),
  );
}

async function readTasks(
  db: Database,
  scope: Scope,
  filter: TaskFilter,
  range: DueRange,
): Promise<{ tasks: Task[] } & PageInfo> {
  if (filter.goal_id !== undefined) await requireSeen(db, "goal", filter.goal_id, scope);
  const found = (where: RawBuilder<boolean>) =>
    db.read.selectFrom("tasks").where(where).where("tasks.deleted_at", "is", null);
  const shown = (part: Part) =>
    withLinks(byDue(byState(found(inPart("tasks", part)), part.owners, filter), range));
  const [own, ...others] = partsOf(scope);
  const order = filter.status
    ? ["due_sort", "priority", "id"] as const
    : ["closed", "due_sort", "priority", "id"] as const;
  const columns = order.map((column) => `tasks.${column}` as const);
  const { rows, info } = await readPage(
    db,
    [shown(own), ...others.map(shown)],
    { columns, direction: "asc" },
    filter,
  );
  const views = rows.map((row) =>
    taskView({ ...row, description: brief(row.description) }, linksIn(row), scope)
  );
  const tasks = views.map(await hidingTasks(db.read, views, scope));
  if (scope.areas !== undefined) {
    info.withheld = await countSome(db, found(withheld("tasks", scope)));
  }
  return { tasks, ...info, ...(range.resolved ? { resolved: range.resolved } : {}) };
}

/** Whose tasks a list has on all its pages, and which. */
export async function listedTasks(
  store: Store,
  viewer: Viewer,
  filter: TaskFilter,
): Promise<{ id: number; user_id: string }[]> {
  const { db } = store;
  const range = await dueRange(store, viewer, filter);
  const listed = [];
  for (const part of partsOf(await scopeOf(db, viewer))) {
    const found = db.read.selectFrom("tasks").where(inPart("tasks", part))
      .where("tasks.deleted_at", "is", null);
    const matching = byDue(byState(found, part.owners, filter), range);
    listed.push(...await matching.select(["tasks.id", "tasks.user_id"]).execute());
  }
  return listed;
}

export async function getTask(
  db: Database,
  viewer: Viewer,
  task_id: number,
): Promise<{ task: TaskDetail }> {
  const scope = await scopeOf(db, viewer);
  const visible = db.read.selectFrom("tasks").where(seen("tasks", scope))
    .where("tasks.deleted_at", "is", null);
  const row = await withLinks(visible.where("tasks.id", "=", task_id)).executeTakeFirst();
  if (row === undefined) throw notFound("task", task_id, scope);
  const short = ["tasks.id", "tasks.title", "tasks.status"] as const;
  const subtasks = await visible.select(short).where("parent_task_id", "=", task_id)
    .orderBy("tasks.id").execute();
  const blocks = await visible.select(short)
    .innerJoin("task_dependencies", "task_dependencies.task_id", "tasks.id")
    .where("depends_on_id", "=", task_id).orderBy("tasks.id").execute();
  const view = taskView(row, linksIn(row), scope);
  const hide = await hidingTasks(db.read, [view], scope);
  const source = await sourceOf(db.read, "task", task_id);
  return { task: { ...hide(view), subtasks, blocks, ...source } };
}

/** Tags, live dependencies and readiness of records that were just written. */
export async function linksOf(
  tx: Tx,
  { id, tags, depends_on }: Pick<TaskRecord, "id" | "tags" | "depends_on">,
): Promise<TaskLinks> {
  if (depends_on.length === 0) return { tags, depends_on, blocked: false };
  const row = await withLinks(tx.selectFrom("tasks").where("tasks.id", "=", id))
    .executeTakeFirstOrThrow();
  return linksIn(row);
}

/** Between the tags in one text; no tag contains it. */
const SEPARATOR = "\u001f";

const COLUMNS = [
  "tasks.id",
  "tasks.user_id",
  "tasks.title",
  "tasks.description",
  "tasks.status",
  "tasks.priority",
  "tasks.goal_id",
  "tasks.parent_task_id",
  "tasks.due_date",
  "tasks.estimated_duration",
  "tasks.actual_duration",
  "tasks.recurrence",
  "tasks.next_task_id",
  "tasks.completed_at",
  "tasks.created_at",
  "tasks.updated_at",
  "tasks.closed",
  "tasks.due_sort",
] as const;

/** The tags of a task as one text. */
const TAGS = sql<string | null>`(
  select string_agg(tag, ${sql.lit(SEPARATOR)} order by tag) from task_tags
  where task_id = tasks.id)`.as("tags");

/** What a task waits for as `id status,…`, without what is in the trash. */
const WAITS_FOR = sql<string | null>`(
  select string_agg(link.depends_on_id || ' ' || other.status, ',' order by link.depends_on_id)
  from task_dependencies link join tasks other on other.id = link.depends_on_id
  where link.task_id = tasks.id and other.deleted_at is null)`.as("waits_for");

/** Selects what is shown of tasks. */
export function withLinks(matching: Matching) {
  return matching.select(COLUMNS).select([TAGS, WAITS_FOR]);
}

/** What a row of {@linkcode withLinks} says of its links. */
export function linksIn(row: { tags: string | null; waits_for: string | null }): TaskLinks {
  const waits = row.waits_for?.split(",").map((link) => link.split(" ")) ?? [];
  return {
    tags: row.tags?.split(SEPARATOR) ?? [],
    depends_on: waits.map(([id]) => Number(id)),
    blocked: waits.some(([, status]) => status !== "completed"),
  };
}

function byState(own: Matching, owners: Part["owners"], filter: TaskFilter): Matching {
  const { goal_id, status, priority, tag, ready, query, ids } = filter;
  let matching = ids === undefined ? own : own.where("tasks.id", "in", ids);
  if (goal_id !== undefined) matching = matching.where("tasks.goal_id", "=", goal_id);
  if (status !== undefined) matching = matching.where("tasks.status", "=", status);
  if (priority !== undefined) matching = matching.where("tasks.priority", "=", rankOf(priority));
  if (tag !== undefined) {
    matching = matching.where("tasks.id", "in", (eb) =>
      eb.selectFrom("task_tags").select("task_id")
        .where("task_tags.user_id", "in", owners).where("tag", "=", tagOf(tag)));
  }
  if (ready === true) {
    matching = matching.where("tasks.status", "=", "pending").where(sql<boolean>`not ${BLOCKED}`);
  }
  if (ready === false) {
    matching = matching.where(sql<boolean>`(tasks.status <> 'pending' or ${BLOCKED})`);
  }
  for (const pattern of wordPatterns(fold(query ?? ""))) {
    matching = matching.where(sql<boolean>`tasks.words like ${pattern} escape '\\'`);
  }
  return matching;
}

/** Tags compare without case and surrounding blanks. */
export function tagOf(text: string): string {
  return text.trim().toLowerCase();
}

interface DueRange extends Resolved {
  from?: string;
  below?: string;
  above?: string;
  /** A day whose all-day tasks are left out: they are due at its end. */
  without?: string;
  /** A day whose all-day tasks belong to what is above. */
  with?: string;
}

function byDue(own: Matching, range: DueRange): Matching {
  const { from, below, above, without, with: day } = range;
  let matching = from || below || above ? own.where("tasks.due_date", "is not", null) : own;
  if (from) matching = matching.where("tasks.due_sort", ">=", from);
  if (below) matching = matching.where("tasks.due_sort", "<", below);
  if (without) matching = matching.where("tasks.due_sort", "<>", without);
  if (above && day) {
    matching = matching.where((eb) =>
      eb.or([eb("tasks.due_sort", ">", above), eb("tasks.due_sort", "=", day)])
    );
  }
  return matching;
}

async function dueRange(
  { db, now }: Store,
  viewer: Viewer,
  { due_date, due_before, due_after }: TaskFilter,
): Promise<DueRange> {
  if (!due_date && !due_before && !due_after) return {};
  const { user_id } = await scopeOf(db, viewer);
  const { time_zone: zone } = await db.read.selectFrom("users").select("time_zone")
    .where("id", "=", user_id).executeTakeFirstOrThrow();
  const resolved: Record<string, string> = {};
  const resolve = async (field: string, text: string) => {
    const when = await resolveWhen(text, { field, zone, now: now(), toward: "future" });
    resolved[field] = echoOf(when);
    return when;
  };
  const range: DueRange = { resolved };
  if (due_date) {
    range.from = (await resolve("due_date", due_date)).slice(0, 10);
    range.below = dayAfter(range.from);
  }
  if (due_before) {
    const end = await resolve("due_before", due_before);
    range.below = range.below && range.below < end ? range.below : end;
    if (!isDay(end)) range.without = end.slice(0, 10);
  }
  if (due_after) {
    const start = await resolve("due_after", due_after);
    if (!isDay(start)) Object.assign(range, { above: start, with: start.slice(0, 10) });
    else if (!range.from || range.from <= start) range.from = dayAfter(start);
  }
  return range;
}
