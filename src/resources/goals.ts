import { z } from "zod";
import { goalContext } from "../insights/goal_context.ts";
import { activeGoals, goalIdsLike, guestsOf, lastChanged } from "../insights/listed_goals.ts";
import { goalsTouchedBy } from "../insights/touched_goals.ts";
import { Goal } from "../tools/goals.ts";
import { Task } from "../tools/tasks.ts";
import { defineResource, IdInAddress } from "./resource.ts";

/** A goal with all around it, as the resource and the prompts show it. */
export const GoalContext = z.object({
  goal: Goal.extend({ life_area: z.string().nullable() }),
  tasks: z.object({
    tasks: z.array(Task),
    total: z.int(),
    by_status: z.record(z.string(), z.int()),
  }),
  subgoals: z.object({ goals: z.array(Goal), total: z.int() }),
  timeline: z.array(z.object({
    date: z.string(),
    weekday: z.string(),
    event: z.enum(["created", "status", "target_date", "tasks_completed"]),
    before: z.string().nullable().optional(),
    after: z.string().nullable().optional(),
    tasks: z.int().optional(),
  })),
  timeline_cut: z.literal(true).optional(),
});

const context = defineResource({
  name: "goal_context",
  title: "Goal in context",
  description: "One goal with its tasks, subgoals, progress, and what became of it over time.",
  uri: "selfos://goals/{goal_id}/context",
  ttl: 600,
  annotations: { audience: ["assistant"], priority: 0.6 },
  variables: z.object({ goal_id: IdInAddress }),
  output: GoalContext,

  async read({ goal_id }, { db, actor }) {
    return await goalContext(db, actor, goal_id);
  },

  complete: {
    goal_id: async (typed, { db, actor }) => (await goalIdsLike(db, actor, typed)).map(String),
  },

  async touchedBy(change, { db }) {
    return (await goalsTouchedBy(db, change)).map(addressOf);
  },

  async list({ db, actor }) {
    const goals = await activeGoals(db, actor);
    return goals.map(({ id, title }) => ({ uri: addressOf(id), title }));
  },

  async lastModified(uris, { db, actor }) {
    const dates = await lastChanged(db, actor, uris.map(idIn));
    return new Map([...dates].map(([id, date]) => [addressOf(id), date]));
  },

  async listTouchedBy({ user_id, items }, { db }) {
    const placed = items.some(({ entity }) => entity === "goal" || entity === "life_area");
    return placed ? [user_id, ...await guestsOf(db, user_id)] : [];
  },
});

function addressOf(goal_id: number): string {
  return `selfos://goals/${goal_id}/context`;
}

function idIn(address: string): number {
  return Number(address.split("/")[3]);
}

export const goals = [context];
