import type { Actor } from "../actor.ts";
import { type Receipt, type Store, write } from "../journal.ts";
import { sourceOf } from "../origins.ts";
import type { PageInfo } from "../paging.ts";
import { findOwn, notFound } from "../references.ts";
import { keyOf, seen, type Viewer } from "../scope.ts";
import { scopeOf } from "../shares.ts";
import { trash } from "../trash.ts";
import { hidingParents } from "../unseen.ts";
import { type Goal, type GoalDetail, progressOf, view } from "./goal.ts";
import { type GoalFilter, listedGoals, listGoals } from "./list.ts";
import { changeGoal, type GoalInput, insertGoal, shownGoal } from "./write.ts";

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
      return { goal: await shownGoal(draft, await insertGoal(draft, input)) };
    });
  }

  async update(
    actor: Actor,
    goal_id: number,
    input: GoalInput,
  ): Promise<{ goal: Goal } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const before = await findOwn(draft, "goal", goal_id);
      return { goal: await shownGoal(draft, await changeGoal(draft, before, input)) };
    });
  }

  /** Moves the goal with its subgoals and all their tasks to the trash. */
  async delete(
    actor: Actor,
    goal_id: number,
  ): Promise<{ goal: Goal; trashed: { goals: number; tasks: number } } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const goal = await shownGoal(draft, await findOwn(draft, "goal", goal_id));
      const trashed = await trash(draft, { goal: goal_id });
      return { goal, trashed };
    });
  }
}
