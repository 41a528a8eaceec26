import assert from "node:assert/strict";
import { NOW, onEveryStore, startApp } from "../harness.ts";
import { dumpOf, idsOf, titlesOf } from "./answers.ts";

onEveryStore(
  "create_task answers the task it made, with everything it was given",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "House" });
    const { task: parent } = await ada.call("create_task", { title: "Roof" });
    const { task: first } = await ada.call("create_task", { title: "Measure" });

    const { task, change_id } = await ada.call("create_task", {
      title: " Buy tiles ",
      description: "Red ones",
      goal_id: goal.id,
      due_date: "2026-11-27T17:00:00Z",
      priority: "urgent",
      estimated_duration: 90,
      tags: ["Shop", " home ", "shop"],
      parent_task_id: parent.id,
      depends_on: [first.id, first.id],
      recurrence: "FREQ=YEARLY",
    });

    assert.deepEqual(task, {
      id: task.id,
      title: "Buy tiles",
      description: "Red ones",
      status: "pending",
      priority: "urgent",
      goal_id: goal.id,
      parent_task_id: parent.id,
      due_date: "2026-11-27T17:00:00+00:00",
      due_weekday: "Friday",
      estimated_duration: 90,
      actual_duration: null,
      tags: ["home", "shop"],
      depends_on: [first.id],
      ready: false,
      recurrence: "FREQ=YEARLY",
      next_task_id: null,
      completed_at: null,
      created_at: NOW,
      updated_at: NOW,
    });
    assert.ok(Number.isInteger(change_id));
  },
);

onEveryStore("create_task needs no more than a title", async (store) => {
  await using app = await startApp({ store });

  const { task } = await app.as("ada").call("create_task", { title: "Breathe" });

  assert.deepEqual(
    [task.status, task.priority, task.due_date, task.due_weekday, task.tags, task.depends_on],
    ["pending", "medium", null, null, [], []],
  );
  assert.equal(task.ready, true);
});

onEveryStore(
  "list_tasks shows open before closed, then nearest due, then most urgent",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { tasks: created } = await ada.call("create_tasks", {
      tasks: [
        { title: "No date, low", priority: "low" },
        { title: "No date, urgent", priority: "urgent" },
        { title: "Friday evening", due_date: "2026-11-27T18:00:00Z" },
        { title: "Friday morning", due_date: "2026-11-27T08:00:00Z", priority: "low" },
        { title: "Friday, medium", due_date: "2026-11-27" },
        { title: "Friday, high", due_date: "2026-11-27", priority: "high" },
        { title: "Thursday", due_date: "2026-11-26", priority: "low" },
        { title: "Done", due_date: "2026-11-01" },
      ],
    });
    await ada.call("complete_task", { task_id: created[7].id });
    await app.as("bob").call("create_task", { title: "Bob's", due_date: "2026-11-25" });

    const { tasks } = await ada.call("list_tasks");

    assert.deepEqual(titlesOf(tasks), [
      "Thursday",
      "Friday, high",
      "Friday, medium",
      "Friday morning",
      "Friday evening",
      "No date, urgent",
      "No date, low",
      "Done",
    ]);
  },
);

const filters = [
  { by: "goal", args: { goal_id: 1 }, finds: ["Call"] },
  { by: "status", args: { status: "in_progress" }, finds: ["Paint"] },
  { by: "day", args: { due_date: "2026-11-27" }, finds: ["Call", "Post"] },
  {
    by: "day, given as a moment",
    args: { due_date: "2026-11-27T03:00:00Z" },
    finds: ["Call", "Post"],
  },
  { by: "before a day", args: { due_before: "2026-11-27" }, finds: ["Paint"] },
  { by: "before a moment", args: { due_before: "2026-11-27T17:00:00Z" }, finds: ["Paint"] },
  { by: "after a day", args: { due_after: "2026-11-27" }, finds: ["Cook"] },
  {
    by: "after a moment",
    args: { due_after: "2026-11-27T16:59:59Z" },
    finds: ["Call", "Post", "Cook"],
  },
  {
    by: "a span of days",
    args: { due_after: "2026-11-25", due_before: "2026-11-28" },
    finds: ["Call", "Post"],
  },
  {
    by: "a day outside the span",
    args: { due_date: "2026-11-27", due_before: "2026-11-27" },
    finds: [],
  },
  { by: "words for a day", args: { due_date: "next friday" }, finds: ["Call", "Post"] },
  { by: "priority", args: { priority: "urgent" }, finds: ["Cook"] },
  { by: "tag, without case", args: { tag: " HOME " }, finds: ["Paint", "Cook"] },
  { by: "part of a tag, which is none", args: { tag: "hom" }, finds: [] },
  { by: "readiness", args: { ready: true }, finds: ["Call", "Post", "Read"] },
  { by: "no readiness", args: { ready: false }, finds: ["Paint", "Cook"] },
  { by: "words of the description", args: { query: "doctor" }, finds: ["Call"] },
  { by: "words of a tag", args: { query: "home" }, finds: ["Paint", "Cook"] },
  { by: "two filters", args: { tag: "home", priority: "urgent" }, finds: ["Cook"] },
];
onEveryStore("list_tasks filters before it counts", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await ada.call("create_goal", { title: "Health" });
  const { tasks } = await ada.call("create_tasks", {
    tasks: [
      { title: "Call", description: "the doctor", goal_id: 1, due_date: "2026-11-27" },
      { title: "Post", due_date: "2026-11-27T17:00:00Z" },
      { title: "Paint", tags: ["home"], due_date: "2026-11-25" },
      {
        title: "Cook",
        tags: ["home"],
        due_date: "2026-12-01",
        priority: "urgent",
        depends_on: ["#1"],
      },
      { title: "Read" },
    ],
  });
  await ada.call("update_task", { task_id: tasks[2].id, status: "in_progress" });
  const same = { tags: ["home"], due_date: "2026-11-27", priority: "urgent" };
  await app.as("bob").call("create_task", { title: "doctor", ...same });

  const found = [];
  for (const { by, args } of filters) {
    const { tasks, total } = await ada.call("list_tasks", args);
    found.push({ by, finds: titlesOf(tasks), total });
  }

  assert.deepEqual(found, filters.map(({ by, finds }) => ({ by, finds, total: finds.length })));
});

onEveryStore(
  "get_task shows the subtasks of a task and the tasks that wait for it",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { tasks } = await ada.call("create_tasks", {
      tasks: [
        { title: "Party" },
        { title: "Buy a cake", parent_task_id: "#1" },
        { title: "Tidy up", depends_on: ["#1"] },
        { title: "Cancelled in the trash", parent_task_id: "#1", depends_on: ["#1"] },
      ],
    });
    await ada.call("delete_task", { task_id: tasks[3].id });

    const { task } = await ada.call("get_task", { task_id: tasks[0].id });

    assert.deepEqual(task.subtasks, [{ id: tasks[1].id, title: "Buy a cake", status: "pending" }]);
    assert.deepEqual(task.blocks, [{ id: tasks[2].id, title: "Tidy up", status: "pending" }]);
  },
);

onEveryStore(
  "update_task changes what is given, clears what is null, replaces lists",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { task } = await ada.call("create_task", {
      title: "Paint",
      description: "The door",
      due_date: "2026-11-27",
      estimated_duration: 60,
      tags: ["home", "red"],
    });

    const { task: updated } = await ada.call("update_task", {
      task_id: task.id,
      priority: "high",
      due_date: null,
      estimated_duration: null,
      actual_duration: 45,
      tags: ["blue"],
    });

    assert.deepEqual(updated, {
      ...task,
      priority: "high",
      due_date: null,
      due_weekday: null,
      estimated_duration: null,
      actual_duration: 45,
      tags: ["blue"],
    });
  },
);

onEveryStore("update_task that changes nothing writes no journal entry", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Paint", tags: ["a", "b"] });
  const before = await dumpOf(app);

  const { change_id } = await ada.call("update_task", {
    task_id: task.id,
    title: "Paint",
    tags: ["b", "a"],
  });

  assert.equal(change_id, null);
  assert.deepEqual(await dumpOf(app), before);
});

onEveryStore("complete_task completes once; later calls only mend its details", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Paint" });

  const first = await ada.call("complete_task", { task_id: task.id, actual_duration: 30 });
  const again = await ada.call("complete_task", { task_id: task.id });
  const mended = await ada.call("complete_task", { task_id: task.id, completed_at: "yesterday" });

  assert.deepEqual([first.task.status, first.task.completed_at, first.task.actual_duration], [
    "completed",
    NOW,
    30,
  ]);
  assert.equal(again.change_id, null);
  assert.equal(mended.task.completed_at, "2026-11-21T00:00:00.000Z");
  assert.equal(mended.task.actual_duration, 30);
});

onEveryStore("a task that is opened again is no longer completed", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Paint" });
  await ada.call("complete_task", { task_id: task.id });

  const { task: open } = await ada.call("update_task", { task_id: task.id, status: "pending" });

  assert.deepEqual([open.status, open.completed_at, open.ready], ["pending", null, true]);
});

onEveryStore(
  "delete_task takes its subtasks to the trash, and undo brings them back",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { tasks } = await ada.call("create_tasks", {
      tasks: [
        { title: "Party" },
        { title: "Cake", parent_task_id: "#1" },
        { title: "Flour", parent_task_id: "#2" },
        { title: "Something else" },
      ],
    });

    const deleted = await ada.call("delete_task", { task_id: tasks[0].id });

    assert.deepEqual(deleted.trashed, { tasks: 3 });
    assert.deepEqual(titlesOf((await ada.call("list_tasks")).tasks), ["Something else"]);
    for (const { id } of tasks.slice(0, 3)) {
      assert.match(await ada.refused("get_task", { task_id: id }), /^not_found: /);
    }
    await ada.call("undo", { change_id: deleted.change_id });
    const { task } = await ada.call("get_task", { task_id: tasks[1].id });
    assert.deepEqual(idsOf(task.subtasks), [tasks[2].id]);
  },
);
