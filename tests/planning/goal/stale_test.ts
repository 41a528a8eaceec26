/** Plans that are applied once the life, or the day, is another. */
import assert from "node:assert/strict";
import { approveProposal } from "../../../src/app/approval.ts";
import { type Answer, type Caller, onEveryStore, startApp, type TestApp } from "../../harness.ts";
import { dumpOf } from "../../tools/answers.ts";
import type { Json } from "./asking.ts";

const HOUR = 3600_000;
const { signal } = new AbortController();

async function planned(caller: Caller, goal: object = {}): Promise<Answer> {
  const given = { title: "Run", target_date: "2026-12-22", ...goal };
  const { goal: { id } } = await caller.call("create_goal", given);
  return { goal_id: id, ...await caller.call("decompose_goal", { goal_id: id }) };
}

function later({ clock }: TestApp, ms: number): void {
  clock.now = new Date(clock.now.getTime() + ms);
}

const idsOf = (tasks: readonly Json[]): number[] => tasks.map(({ id }) => id).toSorted();
const daysOf = (tasks: readonly Json[]): string[] => tasks.map(({ due_date }) => due_date);

onEveryStore("tasks whose days are over have others in what is left", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { plan_token, suggested_tasks } = await planned(ada);

  later(app, 24 * HOUR - 60_000);
  const { tasks, notes } = await ada.call("apply_plan", { plan_token });

  assert.equal(suggested_tasks[0].due_date, "2026-11-22");
  const days = daysOf(tasks);
  assert.ok(days.every((day) => day >= "2026-11-23" && day <= "2026-12-22"), days.join(" "));
  assert.deepEqual(days, days.toSorted());
  assert.deepEqual(days.slice(2), daysOf(suggested_tasks).slice(2));
  const says = /^due dates of tasks 1 are set by their estimates.* 2026-11-23 to 2026-12-22$/;
  assert.match(notes[0], says);
});

Deno.test("what is handed in with dates that cannot be is told with the orders it has", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const { plan_token } = await planned(ada);
  const tasks = [
    { order: 5, title: "Rest", due_date: "2026-11-25" },
    { order: 7, title: "Run", due_date: "2026-11-24", depends_on: [5] },
    { order: 9, title: "Sleep", due_date: "2027-11-24" },
  ];

  const applied = await ada.call("apply_plan", { plan_token, tasks });

  assert.deepEqual(daysOf(applied.tasks), ["2026-11-25", "2026-11-25", "2026-12-22"]);
  assert.match(applied.notes.join("\n"), /tasks 9 are set by their estimates/);
  assert.match(applied.notes.join("\n"), /tasks 7 are later: they depend on others/);
});

Deno.test("a plan whose window is over is refused", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const { plan_token } = await planned(ada, { target_date: "2026-11-22" });

  later(app, 13 * HOUR);
  const text = await ada.refused("apply_plan", { plan_token });

  assert.match(text, /- ".*" is to be due on Sunday 2026-11-22, which is over\n/);
});

onEveryStore("a proposal is not carried out into days that are over meanwhile", async (store) => {
  await using app = await startApp({ store });
  const { plan_token } = await planned(app.as("ada"));
  const proposing = app.as("ada", { level: "propose" });
  const { proposal_id } = await proposing.call("apply_plan", { plan_token });
  const before = await dumpOf(app);

  later(app, 13 * HOUR);
  await assert.rejects(approveProposal(app.app, "ada", proposal_id, signal), {
    code: "conflict",
    message: /"Write down.*" is to be due on Sunday 2026-11-22, which is over/,
  });

  assert.deepEqual(await dumpOf(app), before);
});

Deno.test("a proposal that is approved the same day makes what it showed", async () => {
  await using app = await startApp();
  const { goal_id, plan_token, suggested_tasks } = await planned(app.as("ada"));
  const proposing = app.as("ada", { level: "propose" });
  const { proposal_id } = await proposing.call("apply_plan", { plan_token });

  later(app, HOUR);
  await approveProposal(app.app, "ada", proposal_id, signal);

  const { tasks } = await app.as("ada").call("list_tasks", { goal_id, limit: 50 });
  assert.deepEqual(daysOf(tasks), daysOf(suggested_tasks));
});

onEveryStore("two plans for the same description make one goal", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const [first, second] = [
    await ada.call("decompose_goal", { goal_description: "Learn to sail" }),
    await ada.call("decompose_goal", { goal_description: "LEARN to sail" }),
  ];

  const { goal } = await ada.call("apply_plan", { plan_token: first.plan_token });
  const text = await ada.refused("apply_plan", { plan_token: second.plan_token });

  assert.match(text, new RegExp(`^conflict: .*\n- goal ${goal.id} "Learn to sail" was created`));
  assert.equal((await ada.call("list_goals")).total, 1);
});

const changes: {
  what: string;
  does(ada: Caller, ids: Record<string, number>): Promise<unknown>;
  says: RegExp;
}[] = [
  {
    what: "the goal is to be reached earlier",
    does: (ada, { goal }) => ada.call("update_goal", { goal_id: goal, target_date: "2026-11-22" }),
    says: /target_date of its goal \d+ is Sunday 2026-11-22, before Monday 2026-11-23/,
  },
  {
    what: "the goal is archived",
    does: (ada, { goal }) => ada.call("update_goal", { goal_id: goal, status: "archived" }),
    says: /its goal \d+ is archived/,
  },
  {
    what: "the task waits for another",
    does: async (ada, { task }) => {
      const { task: { id } } = await ada.call("create_task", { title: "Sand" });
      await ada.call("update_task", { task_id: task, depends_on: [id] });
    },
    says: /has to wait for task \d+ now/,
  },
  {
    what: "what the task waited for is to be done again",
    does: (ada, { done }) => ada.call("update_task", { task_id: done, status: "pending" }),
    says: /has to wait for task \d+ now/,
  },
  {
    what: "what the task waited for is back from the trash",
    does: (ada, { gone }) => ada.call("undo", { change_id: gone }),
    says: /has to wait for task \d+ now/,
  },
  {
    what: "the goal is paused",
    does: (ada, { goal }) => ada.call("update_goal", { goal_id: goal, status: "paused" }),
    says: /its goal \d+ is paused/,
  },
  {
    what: "the task takes longer",
    does: (ada, { task }) => ada.call("update_task", { task_id: task, estimated_duration: 400 }),
    says: /estimated_duration is 400, not 30/,
  },
];
for (const { what, does, says } of changes) {
  Deno.test(`the plan of a day is refused once ${what}`, async () => {
    await using app = await startApp({ now: "2026-11-23T07:00:00Z" });
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "Paint", target_date: "2026-12-01" });
    const given = { title: "Paint", due_date: "2026-11-20", estimated_duration: 30 };
    const { tasks: [done, gone] } = await ada.call("create_tasks", {
      tasks: [{ title: "Buy paint" }, { title: "Ask" }],
    });
    const depends_on = [done.id, gone.id];
    const { task } = await ada.call("create_task", { ...given, goal_id: goal.id, depends_on });
    await ada.call("complete_task", { task_id: done.id });
    const { change_id } = await ada.call("delete_task", { task_id: gone.id });
    const { plan_token, moves } = await ada.call("plan_day");
    await does(ada, { goal: goal.id, task: task.id, done: done.id, gone: change_id });
    const before = await dumpOf(app);

    const text = await ada.refused("apply_plan", { plan_token });

    assert.deepEqual(daysOf(moves.map(({ to }: Json) => ({ due_date: to }))), ["2026-11-23"]);
    assert.match(text, /^conflict: .*does not fit any more:\n- task \d+ "Paint"/);
    assert.match(text, says);
    assert.deepEqual(await dumpOf(app), before);
  });
}

onEveryStore("a plan is applied where a task still waits for what it waited for", async (store) => {
  await using app = await startApp({ store, now: "2026-11-23T07:00:00Z" });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Paint", target_date: "2026-12-01" });
  const { tasks } = await ada.call("create_tasks", {
    tasks: [
      { title: "Buy paint", due_date: "2026-11-20" },
      { title: "Paint", due_date: "2026-11-20", depends_on: ["#1"] },
      { title: "Rest", due_date: "2026-11-20", goal_id: goal.id },
    ],
  });
  await ada.call("update_goal", { goal_id: goal.id, status: "paused" });
  const { plan_token, moves } = await ada.call("plan_day");

  const applied = await ada.call("apply_plan", { plan_token });

  assert.equal(moves.length, 3);
  assert.deepEqual(idsOf(applied.tasks), idsOf(tasks));
});

Deno.test("a day that is over is planned no more, also where that was proposed in time", async () => {
  await using app = await startApp({ now: "2026-11-23T07:00:00Z" });
  const ada = app.as("ada");
  await ada.call("create_task", { title: "Paint", due_date: "2026-11-20" });
  const { plan_token } = await ada.call("plan_day");
  const { proposal_id } = await app.as("ada", { level: "propose" }).call("apply_plan", {
    plan_token,
  });

  later(app, 20 * HOUR);

  const says = /is to be due on Monday 2026-11-23, and that day is over/;
  assert.match(await ada.refused("apply_plan", { plan_token }), says);
  await assert.rejects(approveProposal(app.app, "ada", proposal_id, signal), says);
});
