import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { idsOf, titlesOf } from "./answers.ts";

onEveryStore("undo of one change puts its fields back and is itself a change", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Paint", tags: ["a"] });
  const { change_id } = await ada.call("update_task", {
    task_id: task.id,
    title: "Burn",
    tags: [],
    due_date: "tomorrow",
    priority: "low",
  });

  const undone = await ada.call("undo", { change_id });

  assert.deepEqual(undone.undone, [change_id]);
  assert.deepEqual(undone.items, [
    { entity: "task", id: String(task.id), title: "Paint", action: "reverted" },
  ]);
  const { task: shown } = await ada.call("get_task", { task_id: task.id });
  const { subtasks: _, blocks: __, ...restored } = shown;
  assert.deepEqual(restored, task);
  const { changes } = await ada.call("list_changes");
  assert.deepEqual([changes[0].id, changes[0].tool], [undone.change_id, "undo"]);
  assert.equal(changes[1].undone_by, undone.change_id);
});

onEveryStore("undo of a creation removes, undo of a deletion restores", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const created = await ada.call("create_goal", { title: "Fly" });
  const deleted = await ada.call("delete_goal", { goal_id: created.goal.id });

  const restored = await ada.call("undo", { change_id: deleted.change_id });
  const titles = titlesOf((await ada.call("list_goals")).goals);
  const removed = await ada.call("undo", { change_id: created.change_id });

  assert.equal(restored.items[0].action, "restored");
  assert.deepEqual(titles, ["Fly"]);
  assert.equal(removed.items[0].action, "removed");
  assert.equal((await ada.call("list_goals")).total, 0);
});

onEveryStore("undo of the last goes back one change at a time", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  for (const title of ["One", "Two", "Three"]) await ada.call("create_task", { title });

  const left = [];
  for (let step = 0; step < 3; step++) {
    await ada.call("undo", { last: true });
    left.push(titlesOf((await ada.call("list_tasks")).tasks));
  }

  assert.deepEqual(left, [["One", "Two"], ["One"], []]);
  assert.match(await ada.refused("undo", { last: true }), /^not_found: /);
});

onEveryStore("undo of the last of one client leaves the others' changes", async (store) => {
  await using app = await startApp({ store });
  await app.as("ada", { client: "claude" }).call("create_task", { title: "Claude's" });
  await app.as("ada", { client: "cursor" }).call("create_task", { title: "Cursor's" });

  await app.as("ada").call("undo", { last: true, client: "claude" });

  assert.deepEqual(titlesOf((await app.as("ada").call("list_tasks")).tasks), ["Cursor's"]);
});

onEveryStore("undo of a client since a time reverses all of it and nothing else", async (store) => {
  await using app = await startApp({ store });
  const claude = app.as("ada", { client: "claude" });
  const { task: before } = await claude.call("create_task", { title: "Before" });
  app.clock.now = new Date("2026-11-22T13:00:00Z");
  await app.as("ada", { client: "cursor" }).call("create_task", { title: "Cursor's" });
  await claude.call("update_task", { task_id: before.id, title: "Spoiled" });
  await claude.call("update_task", { task_id: before.id, title: "Spoiled twice" });
  const { task: extra } = await claude.call("create_task", { title: "Extra" });
  await claude.call("complete_task", { task_id: extra.id });
  await app.as("bob", { client: "claude" }).call("create_task", { title: "Bob's" });

  const { undone, resolved, change_id } = await app.as("ada").call("undo", {
    since: "2026-11-22T13:00:00Z",
    client: "claude",
  });

  assert.equal(undone.length, 4);
  assert.equal(Date.parse(resolved.since.split(" ")[1]), Date.parse("2026-11-22T13:00:00Z"));
  assert.deepEqual(undone, [...undone].sort((a: number, b: number) => b - a));
  const { tasks } = await app.as("ada").call("list_tasks");
  assert.deepEqual(titlesOf(tasks), ["Before", "Cursor's"]);
  assert.deepEqual(titlesOf((await app.as("bob").call("list_tasks")).tasks), ["Bob's"]);
  await app.as("ada").call("undo", { change_id });
  const redone = await app.as("ada").call("list_tasks");
  assert.deepEqual(titlesOf(redone.tasks), ["Spoiled twice", "Cursor's", "Extra"]);
});

onEveryStore("undo of an undo does the change again, as often as one likes", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Old" });
  const change = await ada.call("update_task", { task_id: task.id, title: "New" });

  const titles = [];
  for (let { change_id } = change, step = 0; step < 4; step++) {
    ({ change_id } = await ada.call("undo", { change_id }));
    titles.push((await ada.call("get_task", { task_id: task.id })).task.title);
  }

  assert.deepEqual(titles, ["Old", "New", "Old", "New"]);
});

onEveryStore("a change that was brought back can be undone again by its own id", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { change_id } = await ada.call("create_task", { title: "Task" });
  const first = await ada.call("undo", { change_id });
  await ada.call("undo", { change_id: first.change_id });

  const { undone } = await ada.call("undo", { change_id });

  assert.deepEqual(undone, [change_id]);
  assert.equal((await ada.call("list_tasks")).total, 0);
});

onEveryStore("undo restores dependencies, tags and parents with a deleted tree", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "House" });
  const { tasks } = await ada.call("create_tasks", {
    tasks: [
      { title: "Plan", goal_id: goal.id, tags: ["x", "y"] },
      { title: "Build", goal_id: goal.id, depends_on: ["#1"] },
      { title: "Roof", parent_task_id: "#2", depends_on: ["#1"] },
    ],
  });
  const shown = await ada.call("list_tasks");
  const { change_id } = await ada.call("delete_goal", { goal_id: goal.id });

  const { items } = await ada.call("undo", { change_id });

  assert.equal(items.length, 4);
  assert.deepEqual(await ada.call("list_tasks"), shown);
  assert.deepEqual(idsOf(shown.tasks), idsOf(tasks));
});

onEveryStore("undo knows tags of any script for unchanged", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { change_id } = await ada.call("create_task", { title: "Task", tags: ["😀", "ｆ", "é"] });

  const { undone } = await ada.call("undo", { change_id });

  assert.deepEqual(undone, [change_id]);
});

onEveryStore(
  "undo since the time of a change leaves those earlier in the same second",
  async (store) => {
    await using app = await startApp({ store, now: "2026-11-22T12:00:00.100Z" });
    const ada = app.as("ada");
    await ada.call("create_task", { title: "Earlier" });
    app.clock.now = new Date("2026-11-22T12:00:00.900Z");
    const { change_id } = await ada.call("create_task", { title: "Later" });
    const { changes: [latest] } = await ada.call("list_changes");

    const { undone } = await ada.call("undo", { since: latest.at, client: "test" });

    assert.deepEqual(undone, [change_id]);
    assert.deepEqual(titlesOf((await ada.call("list_tasks")).tasks), ["Earlier"]);
  },
);
