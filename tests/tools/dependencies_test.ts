import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { dumpOf, idsOf, titlesOf } from "./answers.ts";

onEveryStore("a task is ready once everything it depends on is completed", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { tasks: [sand, cement, mix] } = await ada.call("create_tasks", {
    tasks: [{ title: "Sand" }, { title: "Cement" }, { title: "Mix", depends_on: ["#1", "#2"] }],
  });
  const readyOnes = async () => titlesOf((await ada.call("list_tasks", { ready: true })).tasks);

  const atFirst = await readyOnes();
  await ada.call("complete_task", { task_id: sand.id });
  const afterSand = await readyOnes();
  await ada.call("complete_task", { task_id: cement.id });
  const afterBoth = await readyOnes();
  await ada.call("update_task", { task_id: sand.id, status: "in_progress" });
  const afterReopening = await readyOnes();

  assert.deepEqual({ atFirst, afterSand, afterBoth, afterReopening }, {
    atFirst: ["Sand", "Cement"],
    afterSand: ["Cement"],
    afterBoth: ["Mix"],
    afterReopening: [],
  });
  assert.equal((await ada.call("get_task", { task_id: mix.id })).task.ready, false);
});

onEveryStore("what a task depends on no longer counts once it is in the trash", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { tasks: [sand, mix] } = await ada.call("create_tasks", {
    tasks: [{ title: "Sand" }, { title: "Mix", depends_on: ["#1"] }],
  });

  const deleted = await ada.call("delete_task", { task_id: sand.id });
  const { task: without } = await ada.call("get_task", { task_id: mix.id });
  await ada.call("undo", { change_id: deleted.change_id });
  const { task: restored } = await ada.call("get_task", { task_id: mix.id });

  assert.deepEqual([without.ready, without.depends_on], [true, []]);
  assert.deepEqual([restored.ready, restored.depends_on], [false, [sand.id]]);
});

onEveryStore(
  "dependencies that lead back to the task are refused, however long the way",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { tasks } = await ada.call("create_tasks", {
      tasks: [
        { title: "A" },
        { title: "B", depends_on: ["#1"] },
        { title: "C", depends_on: ["#2"] },
        { title: "D", depends_on: ["#3"] },
      ],
    });
    const [a, b, c, d] = idsOf(tasks);
    const before = await dumpOf(app);

    const long = await ada.refused("update_task", { task_id: a, depends_on: [d] });
    const short = await ada.refused("update_task", { task_id: b, depends_on: [a, c] });
    const itself = await ada.refused("update_task", { task_id: a, depends_on: [a] });

    for (const text of [long, short, itself]) assert.match(text, /^conflict: /);
    assert.deepEqual(await dumpOf(app), before);
  },
);

onEveryStore("a diamond of dependencies is no cycle", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");

  const { tasks } = await ada.call("create_tasks", {
    tasks: [
      { title: "Top" },
      { title: "Left", depends_on: ["#1"] },
      { title: "Right", depends_on: ["#1"] },
      { title: "Bottom", depends_on: ["#3", "#2"] },
    ],
  });

  assert.deepEqual(tasks[3].depends_on, [tasks[1].id, tasks[2].id]);
});

onEveryStore("a task cannot be put below itself, however far down", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { tasks } = await ada.call("create_tasks", {
    tasks: [
      { title: "Top" },
      { title: "Mid", parent_task_id: "#1" },
      { title: "Low", parent_task_id: "#2" },
    ],
  });
  const [top, , low] = idsOf(tasks);
  const before = await dumpOf(app);

  const below = await ada.refused("update_task", { task_id: top, parent_task_id: low });
  const itself = await ada.refused("update_task", { task_id: top, parent_task_id: top });

  for (const text of [below, itself]) assert.match(text, /^conflict: .*below itself/);
  assert.deepEqual(await dumpOf(app), before);
});

onEveryStore(
  "create_tasks makes a whole plan, whose tasks refer to each other by position",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { task: known } = await ada.call("create_task", { title: "Known" });

    const { tasks, change_id } = await ada.call("create_tasks", {
      tasks: [
        { title: "First", depends_on: [known.id] },
        { title: "Second", parent_task_id: "#1" },
        { title: "Third", parent_task_id: known.id, depends_on: ["#1", "#2", known.id] },
      ],
    });

    const [first, second, third] = tasks;
    assert.deepEqual(titlesOf(tasks), ["First", "Second", "Third"]);
    assert.deepEqual(first.depends_on, [known.id]);
    assert.equal(second.parent_task_id, first.id);
    assert.deepEqual(third.depends_on, [known.id, first.id, second.id]);
    const { undone } = await ada.call("undo", { change_id });
    assert.deepEqual(undone, [change_id]);
    assert.deepEqual(idsOf((await ada.call("list_tasks")).tasks), [known.id]);
  },
);

const broken = [
  {
    when: "the last has no title",
    task: {},
    says: /^invalid_input: .*tasks\[1\]\.title is missing/,
  },
  {
    when: "the last has an unknown goal",
    task: { title: "B", goal_id: 999 },
    says: /^not_found: tasks\[1\]: .*goal_id.*999/,
  },
  {
    when: "a date does not exist",
    task: { title: "B", due_date: "2027-02-30" },
    says: /^invalid_input: tasks\[1\]: .*due_date.*2027-02-30/,
  },
  {
    when: "a rule is broken",
    task: { title: "B", recurrence: "FREQ=NEVER" },
    says: /^invalid_input: tasks\[1\]: .*FREQ=NEVER/,
  },
  {
    when: "a task refers to itself",
    task: { title: "B", depends_on: ["#2"] },
    says: /^invalid_input: tasks\[1\]: .*#2/,
  },
  {
    when: "a task refers to a later one",
    task: { title: "B", parent_task_id: "#9" },
    says: /^invalid_input: tasks\[1\]: .*#9/,
  },
  {
    when: "a task refers to position 0",
    task: { title: "B", parent_task_id: "#0" },
    says: /^invalid_input: tasks\[1\]: .*#0/,
  },
  {
    when: "a reference has another form",
    task: { title: "B", parent_task_id: "first" },
    says: /^invalid_input: .*tasks\[1\]\.parent_task_id.*"first"/,
  },
];
for (const { when, task, says } of broken) {
  onEveryStore(`create_tasks creates none when ${when}`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const before = await dumpOf(app);

    const text = await ada.refused("create_tasks", { tasks: [{ title: "A" }, task] });

    assert.match(text, says);
    assert.deepEqual(await dumpOf(app), before);
  });
}

const sizes = [{ count: 0, says: /tasks must have at least 1 items/ }, {
  count: 51,
  says: /tasks must have at most 50 items/,
}];
for (const { count, says } of sizes) {
  Deno.test(`create_tasks refuses ${count} tasks at once`, async () => {
    await using app = await startApp();
    const before = await dumpOf(app);

    const tasks = Array.from({ length: count }, (_, index) => ({ title: `Task ${index}` }));
    const text = await app.as("ada").refused("create_tasks", { tasks });

    assert.match(text, says);
    assert.deepEqual(await dumpOf(app), before);
  });
}
