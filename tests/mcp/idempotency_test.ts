import assert from "node:assert/strict";
import { NOW, onEveryStore, startApp, type TestApp } from "../harness.ts";
import { dumpOf } from "../tools/answers.ts";

function wait(app: TestApp, milliseconds: number): void {
  app.clock.now = new Date(Date.parse(NOW) + milliseconds);
}

const MINUTE = 60_000;
const key = { idempotency_key: "retry-1" };

const writes = [
  { tool: "create_goal", args: { title: "New" } },
  { tool: "update_goal", args: { goal_id: 1, title: "New" } },
  { tool: "delete_goal", args: { goal_id: 1 } },
  { tool: "save_life_area", args: { name: "New" } },
  { tool: "create_task", args: { title: "New" } },
  { tool: "create_tasks", args: { tasks: [{ title: "New" }, { title: "Newer" }] } },
  { tool: "update_task", args: { task_id: 1, title: "New" } },
  { tool: "complete_task", args: { task_id: 1 } },
  { tool: "delete_task", args: { task_id: 1 } },
  { tool: "add_memory", args: { content: "New" } },
  { tool: "update_memory", args: { memory_id: 1, content: "New" } },
  { tool: "forget_memory", args: { memory_id: 1 } },
  { tool: "undo", args: { last: true } },
];
for (const { tool, args } of writes) {
  onEveryStore(`${tool} with an idempotency_key is done once in ten minutes`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    await ada.call("create_goal", { title: "Goal" });
    await ada.call("create_task", { title: "Task" });
    await ada.call("add_memory", { content: "Memory" });
    const first = await ada.call(tool, { ...args, ...key });
    const before = await dumpOf(app);
    wait(app, 10 * MINUTE - 1);

    const second = await ada.call(tool, { ...args, ...key });

    assert.equal(first.replayed, undefined);
    assert.deepEqual(second, { ...first, replayed: true });
    assert.deepEqual(await dumpOf(app), before);
  });
}

onEveryStore("a key is free again after ten minutes", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const first = await ada.call("create_task", { title: "Milk", ...key });
  wait(app, 10 * MINUTE);

  const second = await ada.call("create_task", { title: "Milk", ...key });
  const other = await ada.call("create_goal", { title: "Milk", ...key });

  assert.notEqual(second.task.id, first.task.id);
  assert.equal(second.replayed, undefined);
  assert.equal(other.replayed, undefined);
});

onEveryStore("a key with other arguments is a conflict, and changes nothing", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await ada.call("create_task", { title: "Milk", ...key });
  const before = await dumpOf(app);

  const text = await ada.refused("create_task", { title: "Bread", ...key });

  assert.match(text, /^conflict: .*"retry-1".*other arguments.*\n.*new idempotency_key/);
  assert.deepEqual(await dumpOf(app), before);
});

onEveryStore("a key of a call that changed nothing is kept too", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Milk" });
  const args = { task_id: task.id, title: "Milk", ...key };
  const first = await ada.call("update_task", args);
  await ada.call("update_task", { task_id: task.id, title: "Bread" });

  const second = await ada.call("update_task", args);
  const text = await ada.refused("update_task", { ...args, title: "Honey" });

  assert.equal(first.change_id, null);
  assert.deepEqual(second, { ...first, replayed: true });
  assert.match(text, /^conflict: .*other arguments/);
  const { task: stored } = await ada.call("get_task", { task_id: task.id });
  assert.equal(stored.title, "Bread");
});

onEveryStore("a key is the same however the same arguments are written", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const first = await ada.call("create_task", {
    title: "Milk",
    estimated_duration: 5,
    tags: ["shop"],
    ...key,
  });

  const second = await ada.call("create_task", {
    ...key,
    tags: '["shop"]',
    estimated_duration: "5",
    description: null,
    priority: "medium",
    title: " Milk ",
  });

  assert.deepEqual(second, { ...first, replayed: true });
});

onEveryStore("a key whose change was undone is a conflict, not a stale success", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { change_id } = await ada.call("create_task", { title: "Milk", ...key });
  await ada.call("undo", { change_id });

  const text = await ada.refused("create_task", { title: "Milk", ...key });

  assert.match(text, new RegExp(`^conflict: .*change ${change_id} was undone`));
});

onEveryStore("one person's key, or one tool's, is nobody else's", async (store) => {
  await using app = await startApp({ store });
  await app.as("ada").call("create_task", { title: "Milk", ...key });

  const bobs = await app.as("bob").call("create_task", { title: "Milk", ...key });
  const goal = await app.as("ada").call("create_goal", { title: "Milk", ...key });

  assert.equal(bobs.replayed, undefined);
  assert.equal(goal.replayed, undefined);
});

onEveryStore("a refused call does not use its key up", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await ada.refused("create_task", { title: "Milk", goal_id: 1, ...key });
  await ada.call("create_goal", { title: "Shop" });

  const { task, replayed } = await ada.call("create_task", { title: "Milk", goal_id: 1, ...key });

  assert.deepEqual([task.goal_id, replayed], [1, undefined]);
});

onEveryStore("parallel calls with one key do the work once", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");

  const answers = await Promise.all(
    Array.from({ length: 10 }, () => ada.call("create_task", { title: "Milk", ...key })),
  );

  assert.equal(new Set(answers.map(({ task }) => task.id)).size, 1);
  assert.equal(answers.filter(({ replayed }) => replayed === true).length, 9);
  assert.equal((await ada.call("list_tasks")).total, 1);
});

const creates = writes.filter(({ tool }) => tool.startsWith("create_"));
for (const { tool, args } of creates) {
  onEveryStore(`${tool} without a key is done once in 30 s, then again`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const first = await ada.call(tool, args);
    wait(app, 29_999);
    const within = await ada.call(tool, args);
    wait(app, 30_000);

    const after = await ada.call(tool, args);

    assert.deepEqual(within, { ...first, replayed: true });
    assert.equal(after.replayed, undefined);
    assert.notEqual(after.change_id, first.change_id);
  });
}

const changes = [
  { what: "undone", tool: "undo", args: { last: true } },
  { what: "trashed", tool: "delete_task", args: { task_id: 1 } },
  { what: "changed", tool: "update_task", args: { task_id: 1, title: "Oat milk" } },
  { what: "completed", tool: "complete_task", args: { task_id: 1 } },
];
for (const { what, tool, args } of changes) {
  onEveryStore(`a task that was ${what} is created anew by the same call`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const first = await ada.call("create_task", { title: "Milk" });
    await ada.call(tool, args);

    const second = await ada.call("create_task", { title: "Milk" });

    assert.equal(second.replayed, undefined);
    assert.notEqual(second.task.id, first.task.id);
    assert.deepEqual([second.task.title, second.task.status], ["Milk", "pending"]);
  });
}

onEveryStore("updates without a key are done every time", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await ada.call("create_task", { title: "Milk" });
  await ada.call("update_task", { task_id: 1, title: "A" });
  await ada.call("update_task", { task_id: 1, title: "B" });

  const { task, replayed } = await ada.call("update_task", { task_id: 1, title: "A" });

  assert.deepEqual([task.title, replayed], ["A", undefined]);
});

const badKeys = [
  { when: "a number", value: 5 },
  { when: "too long", value: "k".repeat(201) },
  { when: "nested without end", value: JSON.parse("[".repeat(5000) + "]".repeat(5000)) },
  { when: "holding a NUL", value: "a\0b" },
  { when: "holding half a surrogate pair", value: "a\ud800b" },
];
for (const { when, value } of badKeys) {
  Deno.test(`an idempotency_key ${when} is refused`, async () => {
    await using app = await startApp();
    const before = await dumpOf(app);

    const text = await app.as("ada").refused("create_task", {
      title: "Milk",
      idempotency_key: value,
    });

    assert.match(text, /^invalid_input: .*key/);
    assert.deepEqual(await dumpOf(app), before);
  });
}
