import assert from "node:assert/strict";
import { NOW, onEveryStore, startApp } from "../harness.ts";
import { dumpOf, idsOf, titlesOf } from "./answers.ts";

onEveryStore("list_goals returns the caller's goals, nearest target first", async (store) => {
  await using app = await startApp({ store });
  await app.as("ada").call("create_goal", { title: "Someday" });
  await app.as("ada").call("create_goal", { title: "Later", target_date: "2027-06-01" });
  await app.as("ada").call("create_goal", { title: "Sooner", target_date: "2027-01-01" });
  await app.as("bob").call("create_goal", { title: "Secret", target_date: "2027-02-01" });

  const { goals, total } = await app.as("ada").call("list_goals");

  assert.deepEqual(titlesOf(goals), ["Sooner", "Later", "Someday"]);
  assert.equal(total, 3);
});

onEveryStore(
  "create_goal answers the goal it made, with everything it was given",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { life_area } = await ada.call("save_life_area", { name: "Health" });
    const { goal: parent } = await ada.call("create_goal", { title: "Fitness" });

    const { goal, change_id } = await ada.call("create_goal", {
      title: "  Run a marathon ",
      description: "In Berlin\nor elsewhere",
      target_date: "2027-09-26",
      life_area_id: life_area.id,
      parent_goal_id: parent.id,
    });

    assert.deepEqual(goal, {
      id: goal.id,
      title: "Run a marathon",
      description: "In Berlin\nor elsewhere",
      status: "active",
      target_date: "2027-09-26",
      target_weekday: "Sunday",
      life_area_id: life_area.id,
      parent_goal_id: parent.id,
      progress: { tasks: 0, completed: 0, percent: 0 },
      completed_at: null,
      created_at: NOW,
      updated_at: NOW,
    });
    assert.ok(Number.isInteger(change_id));
  },
);

onEveryStore("list_goals shows open goals before completed and archived ones", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const rows = [
    { title: "Done", target_date: "2027-01-01", status: "completed" },
    { title: "Shelved", target_date: "2027-01-02", status: "archived" },
    { title: "Waiting", target_date: "2027-01-03", status: "paused" },
    { title: "Running", target_date: "2027-01-04", status: "active" },
  ];
  for (const { status, ...input } of rows) {
    const { goal } = await ada.call("create_goal", input);
    await ada.call("update_goal", { goal_id: goal.id, status });
  }

  const { goals } = await ada.call("list_goals");

  assert.deepEqual(titlesOf(goals), ["Waiting", "Running", "Done", "Shelved"]);
});

const filters = [
  { by: "status", args: { status: "paused" }, finds: ["Learn Greek"] },
  { by: "life area", args: { life_area_id: 1 }, finds: ["Run"] },
  { by: "a word of the title", args: { query: "GREEK" }, finds: ["Learn Greek"] },
  { by: "a word of the description", args: { query: "odyssey" }, finds: ["Learn Greek"] },
  { by: "words in any order", args: { query: "greek learn" }, finds: ["Learn Greek"] },
  { by: "a word without its accent", args: { query: "cafe" }, finds: ["Open a Café"] },
  { by: "a percent sign, not a wildcard", args: { query: "%" }, finds: ["Save 10%"] },
  { by: "an underscore, not a wildcard", args: { query: "_" }, finds: [] },
  { by: "a backslash", args: { query: "\\" }, finds: [] },
  { by: "words of two goals", args: { query: "greek run", status: "completed" }, finds: [] },
];
onEveryStore("list_goals filters before it counts", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await ada.call("save_life_area", { name: "Health" });
  await ada.call("create_goal", { title: "Run", life_area_id: 1 });
  const { goal } = await ada.call("create_goal", {
    title: "Learn Greek",
    description: "To read the Odyssey",
  });
  await ada.call("update_goal", { goal_id: goal.id, status: "paused" });
  await ada.call("create_goal", { title: "Open a Café" });
  await ada.call("create_goal", { title: "Save 10%" });
  await app.as("bob").call("create_goal", { title: "Greek cafe 10% _ \\" });

  const found = [];
  for (const { by, args } of filters) {
    const { goals, total } = await ada.call("list_goals", args);
    found.push({ by, finds: titlesOf(goals), total });
  }

  assert.deepEqual(found, filters.map(({ by, finds }) => ({ by, finds, total: finds.length })));
});

onEveryStore(
  "get_goal shows subgoals and tasks, not those in the trash",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "House" });
    const { goal: sub } = await ada.call("create_goal", { title: "Roof", parent_goal_id: goal.id });
    const { goal: gone } = await ada.call("create_goal", {
      title: "Pool",
      parent_goal_id: goal.id,
    });
    const { task } = await ada.call("create_task", { title: "Call the bank", goal_id: goal.id });
    const { task: old } = await ada.call("create_task", { title: "Dream", goal_id: goal.id });
    await ada.call("delete_goal", { goal_id: gone.id });
    await ada.call("delete_task", { task_id: old.id });

    const { goal: shown } = await ada.call("get_goal", { goal_id: goal.id });

    assert.deepEqual(shown.subgoals, [{ id: sub.id, title: "Roof", status: "active" }]);
    assert.deepEqual(shown.tasks, [
      { id: task.id, title: "Call the bank", status: "pending", due_date: null },
    ]);
  },
);

onEveryStore(
  "update_goal changes what is given, clears what is null, leaves the rest",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", {
      title: "Write",
      description: "A novel",
      target_date: "2027-05-01",
    });

    const { goal: updated } = await ada.call("update_goal", {
      goal_id: goal.id,
      title: "Write a book",
      target_date: null,
    });

    assert.deepEqual(updated, {
      ...goal,
      title: "Write a book",
      target_date: null,
      target_weekday: null,
    });
    const { goal: stored } = await ada.call("get_goal", { goal_id: goal.id });
    assert.equal(stored.title, "Write a book");
    assert.equal(stored.description, "A novel");
  },
);

onEveryStore(
  "update_goal sets and clears the time of completion with the status",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "Write" });

    const done = await ada.call("update_goal", { goal_id: goal.id, status: "completed" });
    const reopened = await ada.call("update_goal", { goal_id: goal.id, status: "active" });

    assert.deepEqual([done.goal.status, done.goal.completed_at], ["completed", NOW]);
    assert.equal(done.goal.progress.percent, 100);
    assert.deepEqual([reopened.goal.status, reopened.goal.completed_at], ["active", null]);
  },
);

onEveryStore("update_goal that changes nothing writes no journal entry", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Write" });
  const before = await dumpOf(app);

  const { change_id } = await ada.call("update_goal", { goal_id: goal.id, title: "Write" });

  assert.equal(change_id, null);
  assert.deepEqual(await dumpOf(app), before);
});

onEveryStore(
  "delete_goal takes subgoals, their tasks and subtasks to the trash, no others",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "House" });
    const { goal: sub } = await ada.call("create_goal", { title: "Roof", parent_goal_id: goal.id });
    const { goal: other } = await ada.call("create_goal", { title: "Garden" });
    const { task } = await ada.call("create_task", { title: "Tiles", goal_id: sub.id });
    await ada.call("create_task", { title: "Count them", parent_task_id: task.id });
    const { task: kept } = await ada.call("create_task", { title: "Seeds", goal_id: other.id });

    const { trashed, change_id } = await ada.call("delete_goal", { goal_id: goal.id });

    assert.deepEqual(trashed, { goals: 2, tasks: 2 });
    assert.deepEqual(idsOf((await ada.call("list_goals")).goals), [other.id]);
    assert.deepEqual(idsOf((await ada.call("list_tasks")).tasks), [kept.id]);
    assert.match(await ada.refused("get_goal", { goal_id: sub.id }), /^not_found: /);
    await ada.call("undo", { change_id });
    assert.equal((await ada.call("list_goals")).total, 3);
    assert.equal((await ada.call("list_tasks")).total, 3);
  },
);

onEveryStore("a goal cannot be put below itself, however far down", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal: top } = await ada.call("create_goal", { title: "Top" });
  const { goal: mid } = await ada.call("create_goal", { title: "Mid", parent_goal_id: top.id });
  const { goal: low } = await ada.call("create_goal", { title: "Low", parent_goal_id: mid.id });
  const before = await dumpOf(app);

  const below = await ada.refused("update_goal", { goal_id: top.id, parent_goal_id: low.id });
  const itself = await ada.refused("update_goal", { goal_id: top.id, parent_goal_id: top.id });

  assert.match(below, new RegExp(`^conflict: .*${top.id} → ${low.id} → ${mid.id} → ${top.id}`));
  assert.match(itself, /^conflict: .*below itself/);
  assert.deepEqual(await dumpOf(app), before);
});
