import assert from "node:assert/strict";
import { onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { allSeen, found, furnish, type Furnished, holder } from "../household.ts";
import { dumpOf, idsOf, titlesOf } from "./answers.ts";

/** Ada's life with a key that sees one area of it, and that of Bob, which nobody shares. */
async function narrowed(store: StoreKind = "sqlite") {
  const app = await startApp({ store });
  await furnish(app, "bob");
  const ada = await furnish(app, "ada");
  const key = await holder(app, { user_id: "ada", areas: [ada.open.area] });
  return { app, ada, key, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

/** What is in a store, where nothing but these goals and tasks may differ. */
async function rest(app: TestApp, { open }: Furnished) {
  const dump = await dumpOf(app);
  const others = (rows: string[] = [], ids: number[]) =>
    rows.filter((row) => !ids.includes(JSON.parse(row).id));
  return {
    life_areas: dump["life_areas"],
    goals: others(dump["goals"], [open.goal, open.below]),
    tasks: others(dump["tasks"], [open.task]),
  };
}

onEveryStore(
  "a narrow key is shown nothing from elsewhere, whatever it asks for",
  async (store) => {
    await using life = await narrowed(store);
    const { key, ada: { open } } = life;

    const answers = await allSeen(key, open);

    const text = JSON.stringify(answers);
    assert.doesNotMatch(text, /secret|bob/);
    assert.match(text, /ada open/);
    const [all] = answers;
    assert.deepEqual([all?.["total"], titlesOf(all?.["goals"]).sort()], [
      2,
      ["ada open", "ada open, below"],
    ]);
  },
);

onEveryStore(
  "a narrow key finds nothing from elsewhere, and writes nothing there",
  async (store) => {
    await using life = await narrowed(store);
    const { app, key, ada: { open, closed } } = life;
    const before = await dumpOf(app);

    const wrong = await found(key, closed, open);

    assert.deepEqual(wrong, []);
    assert.deepEqual(await dumpOf(app), before);
  },
);

Deno.test("lists and statistics say how many are withheld, and count them nowhere else", async () => {
  await using life = await narrowed();
  const { key } = life;

  const goals = await key.call("list_goals", { limit: 1 });
  const tasks = await key.call("list_tasks");
  const areas = await key.call("list_life_areas");
  const changes = await key.call("list_changes");
  const memories = await key.call("list_memories");
  const stats = await key.call("query_user_stats");

  assert.deepEqual([goals.total, goals.withheld], [2, 3]);
  assert.deepEqual([tasks.total, tasks.withheld], [1, 4]);
  assert.deepEqual([areas.total, areas.withheld], [1, 1]);
  assert.deepEqual([memories.total, memories.withheld], [1, 3]);
  assert.equal(changes.total + changes.withheld, 20);
  const { active_goals, pending_tasks, memory_items, withheld } = stats;
  assert.deepEqual([active_goals, pending_tasks, memory_items, withheld], [2, 1, 1, 10]);
});

Deno.test("how many are withheld tells nothing of what is in them", async () => {
  await using life = await narrowed();
  const { key } = life;
  const counts = async (tool: string, asked: readonly object[]) => {
    const answers = [];
    for (const args of asked) answers.push((await key.call(tool, args)).withheld);
    return new Set(answers).size;
  };

  const different = [
    await counts("list_goals", [{}, { query: "secret" }, { query: "no" }, { status: "paused" }]),
    await counts("list_tasks", [
      ...[{}, { query: "secret" }, { tag: "secret" }, { status: "completed" }, { ready: false }],
      ...[{ due_date: "2026-11-25" }, { due_after: "2030-01-01" }, { priority: "urgent" }],
    ]),
    await counts("list_changes", [{}, { client: "nobody" }, { since: "2026-11-22T11:59" }]),
  ];

  assert.deepEqual(different, [1, 1, 1]);
});

Deno.test("a narrow key sees no reference to what is withheld, and takes none away", async () => {
  await using life = await narrowed();
  const { app, key, ada: { open, closed } } = life;

  const { goal } = await key.call("get_goal", { goal_id: open.goal });
  const { task } = await key.call("get_task", { task_id: open.task });
  const updated = await key.call("update_task", {
    task_id: open.task,
    depends_on: [],
    parent_task_id: null,
  });
  const below = await key.call("update_goal", { goal_id: open.below, parent_goal_id: null });

  assert.deepEqual([goal.subgoals, goal.progress.tasks], [[], 1]);
  assert.deepEqual([task.subtasks, task.blocks, task.depends_on], [[], [], []]);
  assert.deepEqual([task.ready, updated.task.depends_on, updated.change_id], [false, [], null]);
  assert.deepEqual([below.goal.parent_goal_id, below.change_id], [null, null]);
  const whole = app.as("ada");
  assert.deepEqual((await whole.call("get_task", { task_id: open.task })).task.depends_on, [
    closed.task,
  ]);
  const { goal: shown } = await whole.call("get_goal", { goal_id: open.below });
  assert.equal(shown.parent_goal_id, closed.below);
});

const outside: readonly (readonly [string, (ids: Furnished) => object])[] = [
  ["create_goal", () => ({ title: "In no area" })],
  ["create_goal", ({ open }) => ({ title: "In no area", parent_goal_id: open.goal })],
  ["update_goal", ({ open }) => ({ goal_id: open.goal, life_area_id: null })],
  ["create_task", () => ({ title: "Of no goal" })],
  ["create_task", ({ open }) => ({ title: "Of no goal", parent_task_id: open.task })],
  ["create_tasks", ({ open }) => ({
    tasks: [{ title: "In it", goal_id: open.goal }, { title: "Out", parent_task_id: "#1" }],
  })],
  ["update_goal", ({ open }) => ({ goal_id: open.below, parent_goal_id: open.goal })],
  ["update_task", ({ open }) => ({ task_id: open.task, goal_id: null })],
  ["add_memory", () => ({ content: "About nothing" })],
  ["update_memory", ({ open }) => ({ memory_id: open.memory, task_id: null })],
  ["delete_goal", ({ open }) => ({ goal_id: open.goal })],
  ["delete_task", ({ open }) => ({ task_id: open.task })],
  ["save_life_area", () => ({ name: "Another" })],
  ["save_life_area", () => ({ name: "ada secret" })],
];
Deno.test("what would make, move, or trash something outside is refused with the rule, and not named", async () => {
  await using life = await narrowed();
  const { app, key, ada } = life;
  const before = await dumpOf(app);

  const texts = [];
  for (const [tool, args] of outside) texts.push(await key.refused(tool, args(ada)));

  for (const text of texts) {
    assert.match(text, /^permission_denied: .*the key is narrowed to the life areas \d+\nTry: /s);
    assert.doesNotMatch(text, /secret/);
  }
  assert.deepEqual(await dumpOf(app), before);
});

Deno.test("a narrow key works within its area, and its own work can be undone", async () => {
  await using life = await narrowed();
  const { app, key, ada } = life;
  const before = await rest(app, ada);
  const { goal } = await key.call("create_goal", { title: "New", life_area_id: ada.open.area });
  const { tasks: [first] } = await key.call("create_tasks", {
    tasks: [{ title: "One", goal_id: goal.id }, {
      title: "Two",
      goal_id: goal.id,
      depends_on: ["#1"],
    }],
  });
  await key.call("complete_task", { task_id: first.id });
  const renamed = await key.call("save_life_area", {
    life_area_id: ada.open.area,
    name: "Renamed",
  });
  const trashed = await key.call("delete_goal", { goal_id: goal.id });

  const undone = await key.call("undo", { last: true });
  await key.call("undo", { change_id: renamed.change_id });

  assert.deepEqual(undone.undone, [trashed.change_id]);
  const { goals } = await key.call("list_goals");
  assert.ok(idsOf(goals).includes(goal.id));
  const after = await rest(app, ada);
  const kept = (rows: string[]) => rows.filter((row) => JSON.parse(row).goal_id !== goal.id);
  assert.deepEqual(after.goals.filter((row) => JSON.parse(row).id !== goal.id), before.goals);
  assert.deepEqual(kept(after.tasks), before.tasks);
});

Deno.test("an occurrence whose subtask is withheld is not completed by halves", async () => {
  await using life = await narrowed();
  const { app, key, ada: { open } } = life;
  const own = app.as("ada");
  const { task } = await own.call("create_task", {
    title: "Every day",
    goal_id: open.goal,
    recurrence: "daily",
  });
  await own.call("create_task", { title: "secret step", parent_task_id: task.id });
  const before = await dumpOf(app);

  const refused = await key.refused("complete_task", { task_id: task.id });

  assert.match(
    refused,
    /^permission_denied: Cannot write task \d+ with what belongs to it/,
  );
  assert.doesNotMatch(refused, /secret/);
  assert.deepEqual(await dumpOf(app), before);
});

Deno.test("the name of a withheld area is taken, and says no more", async () => {
  await using life = await narrowed();
  const { key, ada: { open, closed } } = life;

  const refused = await key.refused("save_life_area", {
    life_area_id: open.area,
    name: "ada secret",
  });

  assert.match(refused, /^conflict: .*\nTry: choose another name$/s);
  assert.ok(!refused.includes(String(closed.area)));
});

Deno.test("an admin's narrow key sees of another person only what it names", async () => {
  await using life = await narrowed();
  const { app, ada } = life;
  const admin = await holder(app, { user_id: "bob", level: "admin", areas: [ada.open.area] });

  const own = await admin.call("list_goals");
  const adas = await admin.call("list_goals", { user_id: "ada" });
  const refused = await admin.refused("get_goal", { user_id: "ada", goal_id: ada.closed.goal });

  assert.deepEqual([own.total, own.withheld], [0, 5]);
  assert.deepEqual(titlesOf(adas.goals), ["ada open", "ada open, below"]);
  assert.match(refused, /^not_found: /);
});
