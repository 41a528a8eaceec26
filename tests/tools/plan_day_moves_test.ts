import assert from "node:assert/strict";
import type { Answer } from "../harness.ts";
import { addEvents, addTasks } from "../planning/day/lives.ts";
import { monday, task } from "./planned_day.ts";

Deno.test("what does not fit goes to the next days with room, and never past its goal", async () => {
  await using app = await monday();
  const due = { due_date: "2026-11-23", estimated_duration: 300 };
  await addTasks(app, "ada", [
    task({ title: "First", ...due, priority: 1 }),
    task({ title: "Second", ...due }),
    task({ title: "Third", ...due }),
    task({ title: "Of a goal", ...due, goal: 0, priority: 4 }),
    task({ title: "Thursday", due_date: "2026-11-26", estimated_duration: 400 }),
  ], [{ target_date: "2026-11-25", status: "active" }]);
  await addEvents(app, "ada", [{ starts: "2026-11-24", ends: "2026-11-25" }]);

  const { moves, does_not_fit } = await app.as("ada").call("plan_day");

  assert.deepEqual(does_not_fit.map(({ title }: Answer) => title), [
    "Second",
    "Third",
    "Of a goal",
    "Thursday",
  ]);
  // Tuesday is a holiday, Thursday is full, and one has Wednesday.
  assert.deepEqual(moves.map(({ title, to }: Answer) => `${title} ${to}`), [
    "Second 2026-11-25",
    "Third 2026-11-27",
  ]);
});

Deno.test("what is moved goes only where a stretch is long enough", async () => {
  await using app = await monday();
  const due = { due_date: "2026-11-23", estimated_duration: 300 };
  await addTasks(app, "ada", [
    task({ title: "First", ...due, priority: 1 }),
    task({ title: "Second", ...due }),
  ]);
  const at = (minute: number) =>
    new Date(Date.parse("2026-11-24T09:00:00Z") + minute * 60_000).toISOString();
  // Tuesday has 7 hours, in pieces of 28 minutes.
  const events = Array.from({ length: 15 }, (_, index) => ({
    starts: at(28 + 32 * index),
    ends: at(32 + 32 * index),
  }));
  await addEvents(app, "ada", events);

  const { moves } = await app.as("ada").call("plan_day");

  assert.deepEqual(moves.map(({ title, to }: Answer) => `${title} ${to}`), ["Second 2026-11-25"]);
});

for (
  const { friday, to, why } of [
    { friday: 60, to: "2026-11-24", why: "the next day with room" },
    {
      friday: 480,
      to: "2026-11-26",
      why: "the next day with room, though #3, which waits for it, is due before",
    },
  ]
) {
  Deno.test(`what another task waits for is moved to ${to}, as ${why}`, async () => {
    await using app = await monday();
    await addTasks(app, "ada", [
      task({ title: "First", due_date: "2026-11-23", priority: 1, estimated_duration: 480 }),
      task({ title: "Base", due_date: "2026-11-23" }),
      task({ title: "Top", due_date: "2026-11-25", after: [1], estimated_duration: 480 }),
      task({ title: "Tuesday", due_date: "2026-11-24", estimated_duration: friday }),
    ]);

    const { moves } = await app.as("ada").call("plan_day");

    assert.deepEqual(moves.map(({ title, to, why }: Answer) => [title, to, why]), [[
      "Base",
      to,
      why,
    ]]);
  });
}

Deno.test("a task with open subtasks takes no time of another day, and they do", async () => {
  await using app = await monday();
  await addTasks(app, "ada", [
    task({ title: "First", due_date: "2026-11-23", priority: 1, estimated_duration: 480 }),
    task({ title: "Moved", due_date: "2026-11-23", estimated_duration: 420 }),
    task({ title: "Whole", due_date: "2026-11-24", estimated_duration: 480 }),
    task({ title: "Part", due_date: "2026-11-24", parent: 2 }),
  ]);

  const { moves } = await app.as("ada").call("plan_day");

  assert.deepEqual(moves.map(({ title, to }: Answer) => `${title} ${to}`), ["Moved 2026-11-24"]);
});

Deno.test("what another task waits for is moved before what nobody waits for", async () => {
  await using app = await monday();
  const due = { due_date: "2026-11-23", estimated_duration: 480 };
  await addTasks(app, "ada", [
    task({ title: "First", ...due, priority: 1 }),
    task({ title: "Alone", ...due, priority: 2 }),
    task({ title: "Base", ...due }),
    task({ title: "Top", due_date: "2026-11-25", after: [2] }),
  ]);

  const { moves } = await app.as("ada").call("plan_day");

  assert.deepEqual(moves.map(({ title, to }: Answer) => `${title} ${to}`), [
    "Alone 2026-11-26",
    "Base 2026-11-24",
  ]);
});

Deno.test("a plan that is applied stays as it is when the day is planned again", async () => {
  await using app = await monday();
  await addTasks(app, "ada", [
    ...Array.from({ length: 40 }, () => task({ due_date: "2026-11-10" })),
    task({ title: "Urgent and undated", priority: 1 }),
  ]);
  const ada = app.as("ada");
  const plan = await ada.call("plan_day");

  await ada.call("apply_plan", { plan_token: plan.plan_token });
  const again = await ada.call("plan_day");

  const agreed = ({ blocks }: Answer) =>
    blocks.map(({ task_id, starts, ends }: Answer) => [task_id, starts, ends]);
  assert.equal(plan.blocks.length, 8);
  assert.deepEqual(agreed(again), agreed(plan));
  const placed = plan.blocks.map(({ task_id }: Answer) => task_id);
  assert.ok(again.moves.every(({ task_id }: Answer) => !placed.includes(task_id)));
});

Deno.test("once the working hours are over, what was due today is overdue tomorrow", async () => {
  await using app = await monday();
  await addTasks(app, "ada", [task({ title: "Today", due_date: "2026-11-23" })]);
  const ada = app.as("ada");

  const by_day = await ada.call("plan_day", { date: "tomorrow" });
  app.clock.now = new Date("2026-11-23T17:00:00Z");
  const by_night = await ada.call("plan_day", { date: "tomorrow" });

  assert.deepEqual([by_day.blocks, by_day.moves], [[], []]);
  assert.deepEqual(by_day.notes, [
    "1 task that is due before Tuesday is taken to be done by then.",
    "There is nothing to apply: no task would be due on another day.",
  ]);
  assert.deepEqual(
    by_night.moves.map(({ title, to }: Answer) => `${title} ${to}`),
    ["Today 2026-11-24"],
  );
  assert.deepEqual(by_night.notes, [
    "What was due today and is open counts as overdue, as the working hours are over.",
  ]);
});
