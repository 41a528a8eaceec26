import assert from "node:assert/strict";
import { keepPlan } from "../../../src/planning/plans.ts";
import { type Answer, type Caller, onEveryStore, startApp, type TestApp } from "../../harness.ts";
import { holder, share, unshare } from "../../household.ts";
import { dumpOf } from "../../tools/answers.ts";
import type { Json } from "./asking.ts";

const TASKS = [
  { order: 1, title: "Buy shoes", estimated_duration: 30, due_date: "2026-11-24" },
  { order: 2, title: "Run 5 km", depends_on: [1], due_date: "2026-12-01" },
  { order: 3, title: "Run 10 km", depends_on: [2], due_date: "2026-12-08" },
];

/** A goal of Ada's, and a plan for it. */
async function planned(caller: Caller, goal: object = {}): Promise<Answer> {
  const { goal: { id } } = await caller.call("create_goal", {
    ...{ title: "Run", description: "Far", target_date: "2026-12-22" },
    ...goal,
  });
  return { goal_id: id, ...await caller.call("decompose_goal", { goal_id: id }) };
}

async function countOf({ app }: TestApp): Promise<number[]> {
  const { read } = app.db;
  const goals = await read.selectFrom("goals").select("id").execute();
  const tasks = await read.selectFrom("tasks").select("id").execute();
  return [goals.length, tasks.length];
}

onEveryStore(
  "a plan becomes tasks of the goal, in one change that undo takes back",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal_id, plan_token, suggested_tasks } = await planned(ada);

    const { tasks, change_id, goal, replayed } = await ada.call("apply_plan", { plan_token });

    assert.deepEqual(
      tasks.map(({ title, due_date, goal_id }: Json) => [title, due_date, goal_id]),
      suggested_tasks.map(({ title, due_date }: Json) => [title, due_date, goal_id]),
    );
    assert.deepEqual([goal.progress.tasks, replayed], [tasks.length, undefined]);
    const { changes: [change] } = await ada.call("list_changes", { limit: 1 });
    assert.deepEqual([change.id, change.tool, change.items.length], [
      ...[change_id, "apply_plan", tasks.length],
    ]);
    await ada.call("undo", { change_id });
    assert.equal((await ada.call("list_tasks", { goal_id })).total, 0);
  },
);

Deno.test("what was picked depends on what was picked before it", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const { plan_token } = await planned(ada);

  const { tasks } = await ada.call("apply_plan", { plan_token, tasks: TASKS, pick: [1, 3] });

  assert.deepEqual(tasks.map(({ title }: Json) => title), ["Buy shoes", "Run 10 km"]);
  assert.deepEqual(tasks[1].depends_on, [tasks[0].id]);
  assert.deepEqual(tasks.map(({ due_date }: Json) => due_date), ["2026-11-24", "2026-12-08"]);
});

Deno.test("a plan for a goal that is not there yet creates it with its tasks", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const before = await countOf(app);

  const plan = await ada.call("decompose_goal", { goal_description: "Learn to sail.\nAt last." });
  assert.deepEqual(await countOf(app), before);
  const { goal, tasks, change_id } = await ada.call("apply_plan", { plan_token: plan.plan_token });

  assert.deepEqual([plan.goal.id, goal.title], [null, "Learn to sail."]);
  assert.equal(goal.description, "Learn to sail.\nAt last.");
  assert.ok(tasks.every(({ goal_id }: Json) => goal_id === goal.id));
  await ada.call("undo", { change_id });
  assert.equal((await ada.call("list_goals")).total, 0);
});

onEveryStore("a plan is applied once, however often and at once it is asked for", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal_id, plan_token } = await planned(ada);
  const apply = () => ada.call("apply_plan", { plan_token, pick: [2, 1] });

  const answers = await Promise.all([apply(), apply(), apply()]);
  const later = await ada.call("apply_plan", { plan_token, pick: [1, 2], idempotency_key: "k" });

  const [first, ...others] = answers.toSorted((a, b) =>
    Number(a.replayed ?? 0) - (b.replayed ?? 0)
  );
  assert.equal(first?.replayed, undefined);
  for (const other of [...others, later]) assert.deepEqual(other, { ...first, replayed: true });
  assert.equal((await ada.call("list_tasks", { goal_id })).total, 2);
});

Deno.test("a plan that was applied is not applied otherwise, nor again once undone", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const { plan_token } = await planned(ada);
  const { change_id } = await ada.call("apply_plan", { plan_token, pick: [1] });

  const other = await ada.refused("apply_plan", { plan_token, pick: [1, 2] });
  const instead = await ada.refused("apply_plan", { plan_token, tasks: TASKS });
  const undoing = await ada.call("undo", { change_id });
  const undone = await ada.refused("apply_plan", { plan_token, pick: [1] });
  await ada.call("undo", { change_id: undoing.change_id });
  const again = await ada.call("apply_plan", { plan_token, pick: [1] });

  const already = new RegExp(`^conflict: .*change ${change_id} applied it with another choice`);
  assert.match(other, already);
  assert.match(instead, already);
  assert.match(
    undone,
    /^conflict: .*was undone by \d+\nTry: to plan on, call decompose_goal again/,
  );
  assert.deepEqual([again.change_id, again.replayed], [change_id, true]);
});

const meanwhile: { what: string; does: [string, Json]; says: RegExp }[] = [
  { what: "renamed", does: ["update_goal", { title: "Walk" }], says: /title is "Walk", not "Run"/ },
  {
    what: "described anew",
    does: ["update_goal", { description: null }],
    says: /description is null/,
  },
  { what: "paused", does: ["update_goal", { status: "paused" }], says: /status is "paused", not/ },
  {
    what: "put off",
    does: ["update_goal", { target_date: "2027-01-01" }],
    says: /target_date is Friday 2027-01-01, not Tuesday 2026-12-22/,
  },
  { what: "deleted", does: ["delete_goal", {}], says: /goal \d+ "Run" is gone/ },
  {
    what: "given a task of the plan",
    does: ["create_task", { title: "TAKE a first small step towards “Rún”" }],
    says: /the goal has task \d+ "TAKE a first small step towards “Rún”" already/,
  },
];
for (const { what, does: [tool, args], says } of meanwhile) {
  Deno.test(`a plan for a goal that was ${what} meanwhile is refused with what differs`, async () => {
    await using app = await startApp();
    const ada = app.as("ada");
    const { goal_id, plan_token } = await planned(ada);
    await ada.call(tool, { goal_id, ...args });
    const before = await countOf(app);

    const text = await ada.refused("apply_plan", { plan_token });

    assert.match(text, /^conflict: Cannot apply the plan as it does not fit any more:\n- /);
    assert.match(text, says);
    assert.match(text, /Try: call decompose_goal again/);
    assert.deepEqual(await countOf(app), before);
  });
}

const refusals: { when: string; args: Json; says: RegExp }[] = [
  { when: "an order is picked that is not there", args: { pick: [1, 99] }, says: /pick task 99/ },
  { when: "nothing is picked", args: { pick: [] }, says: /pick must have at least 1/ },
  { when: "there are no tasks", args: { tasks: [] }, says: /tasks must have at least 1/ },
  { when: "a task has no title", args: { tasks: [{ order: 1 }] }, says: /tasks\.0\.title/ },
  { when: "a title is blank", args: { tasks: [{ title: " " }] }, says: /tasks\.0\.title/ },
  {
    when: "tasks wait for each other",
    args: { tasks: [{ title: "a", depends_on: [2] }, { title: "b", depends_on: [1] }] },
    says: /depend on each other in a circle/,
  },
  {
    when: "a task waits for none",
    args: { tasks: [{ title: "a", depends_on: [7] }] },
    says: /task 1 depends on 7, which is no task/,
  },
  {
    when: "an estimate is text",
    args: { tasks: [{ title: "a", estimated_duration: "long" }] },
    says: /estimated_duration/,
  },
  {
    when: "a title stands twice",
    args: { tasks: [{ title: "a" }, { title: "Á" }] },
    says: /two tasks have the title/,
  },
];
for (const { when, args, says } of refusals) {
  Deno.test(`apply_plan refuses when ${when}, and the plan stays`, async () => {
    await using app = await startApp();
    const ada = app.as("ada");
    const { plan_token } = await planned(ada);

    const text = await ada.refused("apply_plan", { plan_token, ...args });

    assert.match(text, /^invalid_input: /);
    assert.match(text, says);
    assert.equal((await ada.call("apply_plan", { plan_token })).replayed, undefined);
  });
}

onEveryStore(
  "a token opens nothing to whom it was not given, in the words for a forged one",
  async (store) => {
    await using app = await startApp({ store });
    const { plan_token } = await planned(app.as("ada"));
    const key = await holder(app, { user_id: "ada" });
    const before = await dumpOf(app);

    const texts = [
      await app.as("ada").refused("apply_plan", { plan_token: `${plan_token.slice(0, -1)}!` }),
      await app.as("ada").refused("apply_plan", { plan_token: `plan_${"A".repeat(22)}` }),
      await app.as("bob").refused("apply_plan", { plan_token }),
      await app.as("bob", { level: "admin" }).refused("apply_plan", { plan_token }),
      await key.refused("apply_plan", { plan_token }),
    ];

    assert.equal(new Set(texts).size, 1, texts.join("\n"));
    assert.match(texts[0] ?? "", /^not_found: .*\nTry: call decompose_goal or plan_day again/);
    assert.deepEqual(await dumpOf(app), before);
  },
);

Deno.test("a plan can be applied for 24 hours", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const first = await planned(ada);
  const second = await planned(ada);

  app.clock.now = new Date(app.clock.now.getTime() + 24 * 3600_000 - 1);
  await ada.call("apply_plan", { plan_token: first.plan_token });
  app.clock.now = new Date(app.clock.now.getTime() + 1);
  const text = await ada.refused("apply_plan", { plan_token: second.plan_token });

  assert.equal(first.expires_at, "2026-11-23T12:00:00.000Z");
  assert.match(text, /^conflict: .*older than 24 hours\nTry: call decompose_goal again/);
});

Deno.test("who may edit what another shares plans there; who may read it does not", async () => {
  await using app = await startApp();
  const bob = app.as("bob");
  const { life_area } = await bob.call("save_life_area", { name: "Home" });
  const given = { title: "Paint", life_area_id: life_area.id, target_date: "2026-12-22" };
  const { goal } = await bob.call("create_goal", given);
  const ada = app.as("ada");

  const unseen = await ada.refused("decompose_goal", { goal_id: goal.id });
  await share(app, "bob", life_area.id, "ada", "reader");
  const { plan_token } = await ada.call("decompose_goal", { goal_id: goal.id });
  const denied = await ada.refused("apply_plan", { plan_token });
  await share(app, "bob", life_area.id, "ada", "editor");
  const { tasks, change_id } = await ada.call("apply_plan", { plan_token, pick: [1] });
  const again = await ada.call("apply_plan", { plan_token, pick: [1] });
  await unshare(app, "bob", life_area.id, "ada");
  const ended = await ada.refused("apply_plan", { plan_token, pick: [1] });

  assert.match(unseen, /^not_found: /);
  assert.match(denied, /^permission_denied: /);
  assert.equal(tasks[0].owner, "bob");
  assert.equal((await bob.call("list_tasks", { goal_id: goal.id })).total, 1);
  assert.deepEqual([again.change_id, again.replayed], [change_id, true]);
  assert.match(ended, /^conflict: .*what change \d+ made is withheld now/);
});

Deno.test("the plan of a day moves tasks that are still as it says, and takes no others", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const made = await ada.call("create_tasks", {
    tasks: ["Mow", "Bake", "Call"].map((title) => ({ title, due_date: "2026-11-22" })),
  });
  const moves = made.tasks.map(({ id, title, due_date }: Json) => ({
    ...{ task_id: id, title, from: due_date, to: "2026-11-24", estimated_duration: null },
    ...{ goal_rests: false, goal_target: null, depends_on: [] },
  }));
  const actor = { user_id: "ada", principal: "local", client: "test", tool: "plan_day" };
  const keep = () =>
    keepPlan(app.app.db, actor, { kind: "day", date: "2026-11-22", moves }, app.clock.now);
  const [first, second] = [await keep(), await keep()];
  const [mow, bake] = moves.map(({ task_id }: Json) => task_id);

  const { tasks, goal, change_id } = await ada.call("apply_plan", {
    plan_token: first,
    pick: [mow],
  });
  await ada.call("complete_task", { task_id: bake });
  const late = await ada.refused("apply_plan", { plan_token: second });
  const other = await ada.refused("apply_plan", { plan_token: second, tasks: TASKS });
  const unknown = await ada.refused("apply_plan", { plan_token: second, pick: [999] });

  assert.deepEqual(tasks.map(({ due_date }: Json) => due_date), ["2026-11-24"]);
  assert.equal(goal, undefined);
  assert.match(late, /- task \d+ "Mow": due_date is Tuesday 2026-11-24, not Sunday 2026-11-22\n/);
  assert.match(late, /- task \d+ "Bake" is completed\nTry: call plan_day again/);
  assert.match(other, /^invalid_input: Cannot use tasks/);
  assert.match(unknown, /^invalid_input: Cannot pick task 999/);
  await ada.call("undo", { change_id });
  assert.equal((await ada.call("get_task", { task_id: mow })).task.due_date, "2026-11-22");
});
