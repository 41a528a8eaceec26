import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { Database, Tx } from "../db/db.ts";
import type { Schema } from "../db/schema.ts";
import { brief, definedOf } from "./fields.ts";
import { weekdayOf } from "./dates.ts";
import type { Actor } from "./actor.ts";
import { type Draft, type Receipt, type Store, write } from "./journal.ts";
import { countSome, type Page, type PageInfo, readPage, wordPatterns } from "./paging.ts";
import type { GoalRecord } from "./records.ts";
import { fold } from "./terms.ts";
import { cannotMove } from "./placing.ts";
import { findOwn, notFound, refuseNestingCycle, requireSeen } from "./references.ts";
import {
  inPart,
  isWholeLife,
  keyOf,
  type Part,
  partsOf,
  type Scope,
  seen,
  type Viewer,
  withheld,
} from "./scope.ts";
import { scopeOf } from "./shares.ts";
import { readWhen } from "./words.ts";
import { trash } from "./trash.ts";
import { hidingParents, shownAmong } from "./unseen.ts";

export const GOAL_STATUSES = ["active", "completed", "paused", "archived"] as const;
export type GoalStatus = typeof GOAL_STATUSES[number];

export interface Goal {
  id: number;
  title: string;
  description: string | null;
  status: string;
  target_date: string | null;
  target_weekday: string | null;
  life_area_id: number | null;
  parent_goal_id: number | null;
  progress: Progress;
  completed_at: string | null;
  created_at: string;
  updated_at: string;
  /** Whose goal it is, where it is another's. */
  owner?: string;
}

/** How far a goal is, from its tasks and those of its subgoals; cancelled tasks do not count. */
export interface Progress {
  tasks: number;
  completed: number;
  /** 0 to 100. Without tasks: 100 for a completed goal, else 0. */
  percent: number;
}

export interface GoalDetail extends Goal {
  subgoals: { id: number; title: string; status: string }[];
  /** The first 50 in list order; `list_tasks` with this goal_id has all. */
  tasks: { id: number; title: string; status: string; due_date: string | null }[];
}

export interface GoalFilter extends Page {
  status?: GoalStatus | undefined;
  life_area_id?: number | undefined;
  query?: string | undefined;
  /** The only goals that count. */
  ids?: readonly number[] | undefined;
}

export interface GoalInput {
  title?: string | undefined;
  description?: string | null | undefined;
  status?: GoalStatus | undefined;
  target_date?: string | null | undefined;
  life_area_id?: number | null | undefined;
  parent_goal_id?: number | null | undefined;
}

export class Goals {
  constructor(private readonly store: Store) {}

  /** Open goals first, nearest target date first. */
  async list(viewer: Viewer, filter: GoalFilter): Promise<{ goals: Goal[] } & PageInfo> {
    const { db } = this.store;
    const key = JSON.stringify(["goals", keyOf(viewer), filter]);
    return await db.whileUnchanged(
      key,
      async () => await listGoals(db, await scopeOf(db, viewer), filter),
    );
  }

  async get(viewer: Viewer, goal_id: number): Promise<{ goal: GoalDetail }> {
    const { db } = this.store;
    const { read } = db;
    const scope = await scopeOf(db, viewer);
    const visible = read.selectFrom("goals").where(seen("goals", scope))
      .where("deleted_at", "is", null);
    const row = await visible.selectAll().where("id", "=", goal_id).executeTakeFirst();
    if (row === undefined) throw notFound("goal", goal_id, scope);
    const progress = await progressOf(read, [goal_id], scope);
    const subgoals = await visible.select(["id", "title", "status"])
      .where("parent_goal_id", "=", goal_id).orderBy("id").execute();
    const tasks = await read.selectFrom("tasks").select(["id", "title", "status", "due_date"])
      .where("goal_id", "=", goal_id).where("deleted_at", "is", null)
      .orderBy("closed").orderBy("due_sort").orderBy("priority").orderBy("id").limit(50).execute();
    const hide = await hidingParents(read, [row], scope);
    return { goal: { ...hide(view(row, scope, progress.get(goal_id))), subgoals, tasks } };
  }

  async create(
    actor: Actor,
    input: GoalInput & { title: string },
  ): Promise<{ goal: Goal } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const fields = await resolveFields(draft, input);
      const goal = await draft.insert("goal", { ...blank(draft), ...fields, title: input.title });
      return { goal: await shown(draft, goal) };
    });
  }

  async update(
    actor: Actor,
    goal_id: number,
    input: GoalInput,
  ): Promise<{ goal: Goal } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const before = await findOwn(draft, "goal", goal_id);
      const fields = await resolveFields(draft, input, before);
      await refuseNestingCycle(draft, "goal", goal_id, fields.parent_goal_id ?? null);
      if (fields.status !== undefined && fields.status !== before.status) {
        if (fields.status === "completed") fields.completed_at = draft.at;
        else if (fields.status !== "archived") fields.completed_at = null;
      }
      return { goal: await shown(draft, await draft.update("goal", before, fields)) };
    });
  }

  /** Moves the goal with its subgoals and all their tasks to the trash. */
  async delete(
    actor: Actor,
    goal_id: number,
  ): Promise<{ goal: Goal; trashed: { goals: number; tasks: number } } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const goal = await shown(draft, await findOwn(draft, "goal", goal_id));
      const trashed = await trash(draft, { goal: goal_id });
      return { goal, trashed };
    });
  }
}

async function listGoals(
  db: Database,
  scope: Scope,
  filter: GoalFilter,
): Promise<{ goals: Goal[] } & PageInfo> {
  const { status, life_area_id } = filter;
  if (life_area_id !== undefined) await requireSeen(db, "life_area", life_area_id, scope);
  const found = (where: RawBuilder<boolean>) =>
    db.read.selectFrom("goals").where(where).where("deleted_at", "is", null);
  const shown = (part: Part) => filtered(found(inPart("goals", part)), filter).selectAll();
  const [own, ...others] = partsOf(scope);
  const columns = status
    ? ["target_sort", "id"] as const
    : ["closed", "target_sort", "id"] as const;
  const { rows, info } = await readPage(
    db,
    [shown(own), ...others.map(shown)],
    { columns, direction: "asc" },
    filter,
  );
  const progress = await progressOf(db.read, rows.map(({ id }) => id), scope);
  const hide = await hidingParents(db.read, rows, scope);
  const goals = rows.map((row) =>
    hide(view({ ...row, description: brief(row.description) }, scope, progress.get(row.id)))
  );
  if (scope.areas === undefined) return { goals, ...info };
  return { goals, ...info, withheld: await countSome(db, found(withheld("goals", scope))) };
}

function filtered(
  matching: SelectQueryBuilder<Schema, "goals", object>,
  { status, life_area_id, query, ids }: GoalFilter,
) {
  let narrower = ids === undefined ? matching : matching.where("id", "in", ids);
  if (status) narrower = narrower.where("status", "=", status);
  if (life_area_id !== undefined) narrower = narrower.where("life_area_id", "=", life_area_id);
  for (const pattern of wordPatterns(fold(query ?? ""))) {
    narrower = narrower.where(sql<boolean>`words like ${pattern} escape '\\'`);
  }
  return narrower;
}

async function shown(draft: Draft, record: GoalRecord): Promise<Goal> {
  const { tx, actor, viewer } = draft;
  const progress = await progressOf(tx, [record.id], actor);
  const hide = await hidingParents(tx, [record], actor);
  return hide(view(record, viewer, progress.get(record.id)));
}

async function resolveFields(
  draft: Draft,
  input: GoalInput,
  before?: GoalRecord,
): Promise<Partial<GoalRecord>> {
  const { target_date, ...given } = input;
  const fields: Partial<GoalRecord> = definedOf(given);
  if (target_date === null) fields.target_date = null;
  if (typeof target_date === "string") {
    fields.target_date = await readWhen(draft, "target_date", target_date);
  }
  if (fields.life_area_id) await findOwn(draft, "life_area", fields.life_area_id, "life_area_id");
  if (fields.parent_goal_id) await findOwn(draft, "goal", fields.parent_goal_id, "parent_goal_id");
  if (fields.parent_goal_id !== undefined && before) {
    const isShown = await shownAmong(draft.tx, "goals", [before.parent_goal_id], draft.actor);
    if (!isShown(before.parent_goal_id)) {
      if (fields.parent_goal_id !== null) throw cannotMove(draft, `goal ${before.id}`);
      delete fields.parent_goal_id;
    }
  }
  return fields;
}

/** @param scope subgoals that are not seen are not counted */
async function progressOf(
  db: Pick<Tx, "getExecutor">,
  ids: number[],
  scope: Scope,
): Promise<Map<number, Progress>> {
  if (ids.length === 0) return new Map();
  const visible = isWholeLife(scope) ? sql`` : sql`and ${seen("goals", scope)}`;
  const { rows } = await sql<{ root: number; tasks: number; completed: number }>`
    with recursive tree (root, id) as (
      select id, id from goals where id in (${sql.join(ids)})
      union
      select tree.root, goals.id from goals join tree on goals.parent_goal_id = tree.id
      where goals.deleted_at is null ${visible}
    )
    select tree.root, count(*) as tasks,
      count(case when tasks.status = 'completed' then 1 end) as completed
    from tree join tasks on tasks.goal_id = tree.id
    where tasks.deleted_at is null and tasks.status <> 'cancelled'
    group by tree.root`.execute(db);
  return new Map(rows.map(({ root, tasks, completed }) => [
    root,
    { tasks, completed, percent: percentOf(completed, tasks) },
  ]));
}

/** Rounded, but 100 only once everything is done. */
function percentOf(completed: number, tasks: number): number {
  return completed === tasks ? 100 : Math.min(99, Math.round(100 * completed / tasks));
}

function view(record: GoalRecord, { user_id }: Viewer, progress?: Progress): Goal {
  const percent = record.status === "completed" ? 100 : 0;
  return {
    id: record.id,
    title: record.title,
    description: record.description,
    status: record.status,
    target_date: record.target_date,
    target_weekday: record.target_date && weekdayOf(record.target_date),
    life_area_id: record.life_area_id,
    parent_goal_id: record.parent_goal_id,
    progress: progress ?? { tasks: 0, completed: 0, percent },
    completed_at: record.completed_at,
    created_at: record.created_at,
    updated_at: record.updated_at,
    ...(record.user_id === user_id ? {} : { owner: record.user_id }),
  };
}

function blank({ user_id, at }: Draft): Omit<GoalRecord, "id"> {
  return {
    user_id,
    title: "",
    description: null,
    status: "active",
    target_date: null,
    life_area_id: null,
    parent_goal_id: null,
    completed_at: null,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  };
}
