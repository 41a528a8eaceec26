import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../../harness.ts";
import { furnish, holder } from "../../household.ts";
import { dumpOf } from "../../tools/answers.ts";
import { type Json, planOf, startAsking } from "./asking.ts";

onEveryStore("a client that can do nothing gets a plan that holds together", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Run", target_date: "2026-12-22" });

  const plan = await ada.call("decompose_goal", { goal_id: goal.id });

  const { suggested_tasks: tasks, worksheet, notes } = plan;
  assert.equal(plan.source, "worksheet");
  assert.deepEqual(
    tasks.map(({ order }: Json) => order),
    tasks.map((_: Json, at: number) => at + 1),
  );
  assert.deepEqual([tasks[0].due_date, tasks.at(-1).due_date], ["2026-11-22", "2026-12-22"]);
  assert.ok(
    tasks.some(({ title, due_date }: Json) => /Review/.test(title) && due_date < "2026-12-22"),
  );
  assert.ok(tasks.every(({ estimated_duration }: Json) => estimated_duration > 0));
  assert.ok(tasks.every(({ title }: Json) => title.includes("Run")));
  assert.match(worksheet.instructions, /apply_plan/);
  assert.deepEqual(worksheet.context.window, { from: "2026-11-22", to: "2026-12-22" });
  assert.deepEqual(notes, ["the client offers no model, and none is configured"]);
});

onEveryStore("nothing of a life is written", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Run" });
  const { plans: _, ...before }: Json = await dumpOf(app);

  await ada.call("decompose_goal", { goal_id: goal.id });
  await ada.call("decompose_goal", { goal_description: "Learn to sail" });

  const { plans: __, ...after }: Json = await dumpOf(app);
  assert.deepEqual(after, before);
});

const refusals: { when: string; args: object; says: RegExp }[] = [
  {
    when: "no goal is named",
    args: {},
    says: /^invalid_input: .*goal_id.*goal_description.*\nTry: give/,
  },
  {
    when: "the description is blank",
    args: { goal_description: " " },
    says: /^invalid_input: .*neither/,
  },
  { when: "there is no such goal", args: { goal_id: 99 }, says: /^not_found: Cannot find goal 99/ },
  { when: "the goal is another's", args: { goal_id: 1 }, says: /^not_found: Cannot find goal 1/ },
  { when: "the id is a word", args: { goal_id: "run" }, says: /^invalid_input: .*goal_id must be/ },
  {
    when: "the description is a book",
    args: { goal_description: "x".repeat(5001) },
    says: /^invalid_input: .*goal_description must have at most 5000/,
  },
];
for (const { when, args, says } of refusals) {
  Deno.test(`decompose_goal refuses when ${when}`, async () => {
    await using app = await startApp();
    await app.as("bob").call("create_goal", { title: "Bob's" });

    assert.match(await app.as("ada").refused("decompose_goal", args), says);
  });
}

const windows: { what: string; target?: string; last: string; note?: RegExp }[] = [
  { what: "no target date", last: "2026-12-20", note: /no target date: .* next 28 days/ },
  {
    what: "a target date that is over",
    target: "2026-11-01",
    last: "2026-12-20",
    note: /2026-11-01 is over/,
  },
  { what: "a target today", target: "2026-11-22", last: "2026-11-22" },
  { what: "a target at a time", target: "2026-11-25T17:00:00Z", last: "2026-11-25" },
  {
    what: "a target in another age",
    target: "2999-01-01",
    last: "2036-11-29",
    note: /no further than/,
  },
];
for (const { what, target, last, note } of windows) {
  Deno.test(`a plan for a goal with ${what} ends on ${last}`, async () => {
    await using app = await startApp();
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "Run", target_date: target });

    const { suggested_tasks: tasks, notes } = await ada.call("decompose_goal", {
      goal_id: goal.id,
    });

    const days = tasks.map(({ due_date }: Json) => due_date);
    assert.deepEqual([days[0], days.at(-1)], ["2026-11-22", last]);
    assert.deepEqual(days, days.toSorted());
    if (note) assert.match(notes.join("\n"), note);
  });
}

Deno.test("a plan begins today by the person's own clock", async () => {
  await using app = await startApp({ zone: "Pacific/Auckland" });

  const plan = await app.as("ada").call("decompose_goal", { goal_description: "Run" });

  assert.equal(plan.suggested_tasks[0].due_date, "2026-11-23");
});

Deno.test("what the goal has is not suggested again, and what waited for it waits for what was before", async () => {
  await using app = await startApp();
  const answer = planOf(
    { title: "Buy shoes" },
    { title: "Sée a doctor", depends_on: [1] },
    { title: "Run 5 km", depends_on: [2], due_date: "2026-11-21" },
    { title: "Rest", due_date: "2027-01-01", depends_on: [3] },
  );
  await using ada = await startAsking(app, { era: "2025-11-25", model: [answer] });
  const { goal } = await ada.call("create_goal", { title: "Run", target_date: "2026-12-22" });
  const { task } = await ada.call("create_task", { title: "see a Doctor", goal_id: goal.id });
  await ada.call("complete_task", { task_id: task.id });

  const { suggested_tasks: tasks, notes } = await ada.call("decompose_goal", { goal_id: goal.id });

  assert.deepEqual(tasks.map(({ order, title, depends_on }: Json) => [order, title, depends_on]), [
    [1, "Buy shoes", []],
    [2, "Run 5 km", [1]],
    [3, "Rest", [2]],
  ]);
  assert.equal(tasks.at(-1).due_date, "2026-12-22");
  assert.match(notes.join("\n"), /"Sée a doctor" is left out, as the goal has it already/);
  assert.match(
    notes.join("\n"),
    /tasks 1, 2, 3 are set by their estimates.*2026-11-22 to 2026-12-22/,
  );
});

Deno.test("a model that suggests only what is there leads to the worksheet", async () => {
  await using app = await startApp();
  const model = [planOf({ title: "Buy shoes" })];
  await using ada = await startAsking(app, { era: "2026-07-28", model });
  const { goal } = await ada.call("create_goal", { title: "Run", target_date: "2026-12-22" });
  await ada.call("create_task", { title: "Buy shoes", goal_id: goal.id });

  const { source, notes } = await ada.call("decompose_goal", { goal_id: goal.id });

  assert.equal(source, "worksheet");
  assert.match(notes.join("\n"), /all that it suggests is there already/);
});

Deno.test("a description that has the title of a goal is told so", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Learn to sail" });

  const { notes } = await ada.call("decompose_goal", { goal_description: "LEARN to sail" });

  assert.match(notes.join("\n"), new RegExp(`goal ${goal.id} is called "LEARN to sail" too`));
});

Deno.test("a narrow key is told nothing of what is withheld, and how it can plan", async () => {
  await using app = await startApp();
  const { open, closed } = await furnish(app, "ada");
  const narrow = await holder(app, { user_id: "ada", areas: [open.area] });

  const plan = await narrow.call("decompose_goal", { goal_id: open.goal });
  const { notes, plan_token } = await narrow.call("decompose_goal", { goal_description: "Sail" });

  assert.doesNotMatch(JSON.stringify(plan), /secret/);
  assert.match(await narrow.refused("decompose_goal", { goal_id: closed.goal }), /^not_found: /);
  assert.match(notes.join("\n"), /create the goal with a life_area_id/);
  assert.match(await narrow.refused("apply_plan", { plan_token }), /^permission_denied: /);
  const { tasks } = await narrow.call("apply_plan", { plan_token: plan.plan_token });
  assert.equal(tasks.length, plan.suggested_tasks.length);
});
