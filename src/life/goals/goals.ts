import type { Actor } from "../actor.ts";
import { definedOf } from "../fields.ts";
import { type Draft, type Receipt, type Store, write } from "../journal.ts";
import { sourceOf } from "../origins.ts";
import type { PageInfo } from "../paging.ts";
import { cannotMove } from "../placing.ts";
import type { GoalRecord } from "../records.ts";
import { findOwn, notFound, refuseNestingCycle } from "../references.ts";
import { keyOf, seen, type Viewer } from "../scope.ts";
import { scopeOf } from "../shares.ts";
import { trash } from "../trash.ts";
import { hidingParents, shownAmong } from "../unseen.ts";
import { readWhen } from "../words.ts";
import { type Goal, type GoalDetail, type GoalStatus, progressOf, view } from "./goal.ts";
import { type GoalFilter, listedGoals, listGoals } from "./list.ts";

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

  /** Whose goals the list has on all its pages, and which. */
  async listed(viewer: Viewer, filter: GoalFilter): Promise<{ id: number; user_id: string }[]> {
    const { db } = this.store;
    return await listedGoals(db, await scopeOf(db, viewer), filter);
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
    const goal = hide(view(row, scope, progress.get(goal_id)));
    return { goal: { ...goal, subgoals, tasks, ...await sourceOf(read, "goal", goal_id) } };
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
