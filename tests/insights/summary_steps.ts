/** Random steps through a life whose clock moves, with due dates near to each other. */
import { ownerOf } from "../../src/app.ts";
import type { Answer, TestApp } from "../harness.ts";
import { type Step, take, tryCall } from "../life/history_steps.ts";
import fc from "../properties.ts";

/** A step, so many minutes after the one before. */
export interface Timed extends Step {
  readonly after: number;
}

const at = fc.nat(12);
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const text = fc.constantFrom("Milk", "Bread", "A | `b` # [c](d)\n- e");
const due = fc.constantFrom(
  ...["yesterday", "today", "tomorrow", "in 3 days", "in 8 days", "5 days ago"],
  ...["today 23:30", "tomorrow 00:30", "2026-10-25T02:30", "2026-11-01T01:30", null],
);
const past = fc.constantFrom("yesterday", "today 00:10", "2026-10-25T02:30:00", "3 days ago");
const minutes = some(fc.integer({ min: 1, max: 200 }));
const status = some(fc.constantFrom("pending", "in_progress", "completed", "cancelled"));
const task = {
  ...{ goal_id: some(at), parent_task_id: some(at), due_date: some(due) },
  ...{ estimated_duration: minutes, priority: some(fc.constantFrom("urgent", "low")) },
};
const memory = { occurred_at: some(past), goal_id: some(at) };

function step(tool: string, args: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Step> {
  return fc.record({ tool: fc.constant(tool), args: fc.record(args) });
}

const anyStep = fc.oneof(
  step("save_life_area", {
    name: fc.constantFrom("Work", "Home", "Body"),
    weight: some(fc.nat(5)),
    life_area_id: some(at),
  }),
  step("create_goal", { title: text, life_area_id: some(at), parent_goal_id: some(at) }),
  step("update_goal", {
    goal_id: at,
    status: some(fc.constantFrom("active", "completed", "archived")),
    life_area_id: some(fc.option(at)),
    parent_goal_id: some(at),
  }),
  step("delete_goal", { goal_id: at }),
  step("create_task", { title: text, recurrence: some(fc.constant("daily")), ...task }),
  step("create_task", { title: text, goal_id: at }),
  step("create_task", { title: text, ...task }),
  step("create_tasks", {
    tasks: fc.array(fc.record({ title: text, due_date: due.filter((day) => day !== null) }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  step("update_task", { task_id: at, title: some(text), status, ...task }),
  step("update_task", { task_id: at, due_date: due }),
  step("update_task", { task_id: at, due_date: due }),
  step("complete_task", { task_id: at, completed_at: some(past), actual_duration: minutes }),
  step("complete_task", { task_id: at, actual_duration: minutes }),
  step("delete_task", { task_id: at }),
  step("add_memory", { content: text, supersedes: some(at), ...memory }),
  step("add_memory", { content: fc.string({ minLength: 1 }), task_id: some(at) }),
  step("update_memory", { memory_id: at, ...memory }),
  step("forget_memory", { memory_id: at }),
  step("undo", { last: fc.constant(true) }),
  step("undo", { change: at }),
  step("undo", { change: at }),
  step("undo", { since: fc.constantFrom("yesterday", "1 hour ago"), client: fc.constant("test") }),
  step("move house", {
    zone: fc.constantFrom("Europe/Berlin", "America/New_York", "Asia/Kathmandu"),
  }),
);

export const timedSteps: fc.Arbitrary<Timed[]> = fc.array(
  fc.tuple(anyStep, fc.constantFrom(0, 0, 1, 600, 1440, 2000))
    .map(([one, after]) => ({ ...one, after })),
  { minLength: 5, maxLength: 16 },
);

/** A new person on the day before clocks change, with two life areas: in each a goal, one below the other, of which a task is done. */
export async function newPerson(app: TestApp, user_id: string, week_start: string): Promise<void> {
  app.clock.now = new Date("2026-10-24T21:00:00Z");
  const given = { time_zone: "Europe/Berlin", week_start };
  await app.app.life.users.create(ownerOf(user_id, "users create"), given);
  const { call } = app.as(user_id);
  let above = {};
  for (const name of ["First", "Second"]) {
    const { life_area: { id: life_area_id } } = await call("save_life_area", { name });
    const { goal } = await call("create_goal", { title: name, life_area_id, ...above });
    const { task } = await call("create_task", { title: name, goal_id: goal.id });
    await call("complete_task", { task_id: task.id });
    above = { parent_goal_id: goal.id };
  }
}

/** Takes the step for a person, without a move of the clock; `undefined` when it was refused. */
export async function takeTimed(
  app: TestApp,
  user_id: string,
  { tool, args }: Step,
): Promise<Answer | undefined> {
  if (tool === "move house") {
    const zone = { time_zone: String(args["zone"]) };
    return await app.app.life.users.update(ownerOf(user_id, "users update"), zone);
  }
  if (!("change" in args)) return await take(app, user_id, { tool, args });
  const changes = await app.app.db.read.selectFrom("changes").select("id")
    .where("user_id", "=", user_id).orderBy("id", "desc").execute();
  const change_id = changes[Number(args["change"]) % changes.length]?.id;
  return await tryCall(app, user_id, tool, { change_id });
}

/** The ids of the first life area of a person, to which a key may be narrowed. */
export async function firstArea({ app }: TestApp, user_id: string): Promise<number[]> {
  const rows = await app.db.read.selectFrom("life_areas").select("id")
    .where("user_id", "=", user_id).orderBy("id").limit(1).execute();
  return rows.map(({ id }) => id);
}
