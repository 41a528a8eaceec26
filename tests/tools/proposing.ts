/** A life in which every writing tool has something to do, and a call of each. */
import assert from "node:assert/strict";
import { approveProposal } from "../../src/app/approval.ts";
import type { Answer, Caller, TestApp } from "../harness.ts";
import { dumpOf } from "./answers.ts";

/** What the calls are about. */
export interface Place {
  readonly area: number;
  readonly goal: number;
  readonly task: number;
  readonly series: number;
  readonly memory: number;
  /** The change that made the task. */
  readonly change: number;
}

/** Two lives of the same kind have the same ids. */
export async function arrange(app: TestApp): Promise<Place> {
  const { call } = app.as("ada", { client: "owner" });
  const { life_area } = await call("save_life_area", { name: "Home" });
  const { goal } = await call("create_goal", { title: "Paint", life_area_id: life_area.id });
  await call("create_goal", { title: "Sand first", parent_goal_id: goal.id });
  const { task, change_id } = await call("create_task", {
    ...{ title: "Buy paint", goal_id: goal.id, due_date: "2026-11-25", tags: ["shop"] },
  });
  await call("create_task", { title: "Stir", parent_task_id: task.id });
  await call("create_task", { title: "Clean", goal_id: goal.id, depends_on: [task.id] });
  const { task: series } = await call("create_task", {
    ...{ title: "Water the plants", due_date: "2026-11-23", recurrence: "every week" },
  });
  const { memory } = await call("add_memory", { content: "The door is to be red" });
  return {
    ...{ area: life_area.id, goal: goal.id, task: task.id, series: series.id },
    ...{ memory: memory.id, change: change_id },
  };
}

type Arguments = (place: Place, caller: Caller) => object | Promise<object>;

/** A call of every writing tool. */
export const WRITES: Readonly<Record<string, Arguments>> = {
  create_goal: () => ({ title: "Read more", target_date: "next friday" }),
  update_goal: ({ goal }) => ({ goal_id: goal, title: "Paint the door", status: "completed" }),
  delete_goal: ({ goal }) => ({ goal_id: goal }),
  save_life_area: ({ area }) => ({ life_area_id: area, name: "House", weight: 3 }),
  create_task: ({ goal, task }) => ({
    ...{ title: "Hang it", goal_id: goal, due_date: "tomorrow", priority: "high" },
    ...{ tags: ["door"], depends_on: [task] },
  }),
  create_tasks: ({ goal }) => ({
    tasks: [
      { title: "One", goal_id: goal },
      { title: "Two", depends_on: ["#1"], due_date: "in 3 days" },
      { title: "Three", parent_task_id: "#1" },
    ],
  }),
  update_task: ({ task }) => ({ task_id: task, due_date: "tomorrow", tags: [], priority: "low" }),
  complete_task: ({ series }) => ({ task_id: series, actual_duration: 20 }),
  delete_task: ({ task }) => ({ task_id: task }),
  add_memory: ({ task }) => ({
    ...{ content: "Red is for doors", occurred_at: "yesterday", task_id: task },
    metadata: { mood: "good" },
  }),
  update_memory: ({ memory }) => ({ memory_id: memory, content: "The door is to be blue" }),
  forget_memory: ({ memory }) => ({ memory_id: memory }),
  update_preferences: () => ({ time_zone: "Asia/Tokyo", week_start: "sunday" }),
  apply_plan: async ({ goal }, caller) => {
    const { plan_token } = await caller.call("decompose_goal", { goal_id: goal });
    // Their days are not over when the proposal is approved.
    return { plan_token, pick: [3, 4, 6] };
  },
  undo: ({ change }) => ({ change_id: change + 2 }),
};

/** Has a client that only proposes make this call; nothing but the proposal may be written. */
export async function proposes(
  app: TestApp,
  caller: Caller,
  tool: string,
  args: object,
): Promise<Answer> {
  const before = await lifeOf(app);
  const answer = await caller.call(tool, args);
  assert.deepEqual(await lifeOf(app), before, `${tool} wrote something`);
  return answer;
}

/** Decides in favour of a proposal, as the person. */
export async function approve({ app }: TestApp, id: number, user = "ada"): Promise<Answer> {
  const { output } = await approveProposal(app, user, id, new AbortController().signal);
  return output;
}

/** All that is stored but for proposals. */
async function lifeOf(app: TestApp) {
  const { proposals: _, ...life } = await dumpOf(app);
  return life;
}

/** All that is stored, without when it was written and who approved it, and without what repeats. */
export async function timelessLife(app: TestApp) {
  const { proposals: _, replays: __, plans: ___, ...life } = await dumpOf(app);
  const time =
    /"(created_at|updated_at|at|deleted_at|approved_by|principal|client)":("[^"]*"|null)/g;
  const image = /\\"(created_at|updated_at|deleted_at|client)\\":(\\"[^"]*\\"|null)/g;
  return Object.fromEntries(
    Object.entries(life).map(([table, rows]) => [
      table,
      rows.map((row) => row.replace(time, '"$1":0').replace(image, '\\"$1\\":0')).sort(),
    ]),
  );
}
