import assert from "node:assert/strict";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import { dumpOf } from "./answers.ts";

/** A life with one of everything; the ids of both lives differ. */
async function furnish(app: TestApp, user: string) {
  const { call } = app.as(user);
  const { life_area } = await call("save_life_area", { name: `${user}'s area` });
  const { goal } = await call("create_goal", {
    title: `${user}'s goal`,
    life_area_id: life_area.id,
    target_date: "2026-11-25",
  });
  const { task, change_id } = await call("create_task", {
    title: `${user}'s task`,
    goal_id: goal.id,
    due_date: "2026-11-25",
    tags: ["shared"],
  });
  const { memory } = await call("add_memory", { content: `${user}'s memory`, task_id: task.id });
  const [area, change] = [life_area.id as number, change_id as number];
  return {
    ...{ area, goal: goal.id as number, task: task.id as number },
    ...{ memory: memory.id as number, change },
  };
}

type Ids = Awaited<ReturnType<typeof furnish>>;

/** Every argument of every tool that names an item, with the id of somebody's. */
function calls({ area, goal, task, memory, change }: Ids, own: Ids) {
  return [
    ["get_goal", { goal_id: goal }],
    ["update_goal", { goal_id: goal, title: "Mine now" }],
    ["delete_goal", { goal_id: goal }],
    ["create_goal", { title: "New", parent_goal_id: goal }],
    ["create_goal", { title: "New", life_area_id: area }],
    ["update_goal", { goal_id: own.goal, parent_goal_id: goal }],
    ["update_goal", { goal_id: own.goal, life_area_id: area }],
    ["list_goals", { life_area_id: area }],
    ["save_life_area", { life_area_id: area, name: "Mine now" }],
    ["list_tasks", { goal_id: goal }],
    ["get_task", { task_id: task }],
    ["analyze_progress", { goal_id: goal }],
    ["update_task", { task_id: task, title: "Mine now" }],
    ["complete_task", { task_id: task }],
    ["delete_task", { task_id: task }],
    ["create_task", { title: "New", goal_id: goal }],
    ["create_task", { title: "New", parent_task_id: task }],
    ["create_task", { title: "New", depends_on: [task] }],
    ["create_tasks", { tasks: [{ title: "New" }, { title: "New", goal_id: goal }] }],
    ["create_tasks", { tasks: [{ title: "New" }, { title: "New", parent_task_id: task }] }],
    ["create_tasks", { tasks: [{ title: "New" }, { title: "New", depends_on: [task] }] }],
    ["update_task", { task_id: own.task, goal_id: goal }],
    ["update_task", { task_id: own.task, parent_task_id: task }],
    ["update_task", { task_id: own.task, depends_on: [task] }],
    ["add_memory", { content: "New", goal_id: goal }],
    ["add_memory", { content: "New", task_id: task }],
    ["add_memory", { content: "New", supersedes: memory }],
    ["update_memory", { memory_id: memory, content: "Mine now" }],
    ["update_memory", { memory_id: own.memory, goal_id: goal }],
    ["update_memory", { memory_id: own.memory, task_id: task }],
    ["forget_memory", { memory_id: memory }],
    ["undo", { change_id: change }],
  ] as const;
}

const unknown: Ids = { area: 9999, goal: 9999, task: 9999, memory: 9999, change: 9999 };
const names = calls(unknown, unknown).map(([tool, args]) => {
  const named = Object.entries(args).filter(([, value]) => JSON.stringify(value).includes("9999"));
  return `${tool} ${named.map(([name]) => name).join(", ")}`;
});
for (const [index, name] of names.entries()) {
  onEveryStore(
    `${name}: a neighbour's id is not found, in the words for an unknown one`,
    async (store) => {
      await using app = await startApp({ store });
      const own = await furnish(app, "ada");
      const foreign = await furnish(app, "bob");
      const [tool, args] = calls(foreign, own)[index]!;
      const [, without] = calls(unknown, own)[index]!;
      const before = await dumpOf(app);

      const refused = await app.as("ada").refused(tool, args);
      const nobodys = await app.as("ada").refused(tool, without);

      assert.match(refused, /^not_found: /);
      assert.equal(refused.replaceAll(/\d+/g, "N"), nobodys.replaceAll(/\d+/g, "N"));
      assert.deepEqual(await dumpOf(app), before);
    },
  );
}

const reads = [
  ["list_goals", {}],
  ["list_goals", { query: "goal" }],
  ["list_life_areas", {}],
  ["list_tasks", {}],
  ["list_tasks", { query: "task", tag: "shared", ready: true, due_date: "2026-11-25" }],
  ["list_memories", { memory_type: "reflection" }],
  ["list_goals", { query: "aim" }],
  ["list_tasks", { query: "work to do" }],
  ["list_changes", {}],
  ["list_changes", { client: "test", since: "2026-11-01" }],
] as const;
onEveryStore("no list of Ada's shows anything of Bob's", async (store) => {
  await using app = await startApp({ store });
  await furnish(app, "ada");
  await furnish(app, "bob");

  const answers = [];
  for (const [tool, args] of reads) answers.push(await app.as("ada").call(tool, args));

  for (const answer of answers) {
    assert.ok(answer.total > 0);
    assert.match(JSON.stringify(answer), /ada/);
    assert.doesNotMatch(JSON.stringify(answer), /bob/);
  }
});

onEveryStore(
  "undo of the last change, or of a client's, never reaches a neighbour's",
  async (store) => {
    await using app = await startApp({ store });
    await furnish(app, "bob");
    const before = await dumpOf(app);

    const last = await app.as("ada").refused("undo", { last: true });
    const since = await app.as("ada").refused("undo", { since: "2026-11-01", client: "test" });

    assert.match(last, /^not_found: /);
    assert.match(since, /^not_found: /);
    assert.deepEqual(await dumpOf(app), before);
  },
);

onEveryStore("items in the trash are not found either", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Gone" });
  const { task } = await ada.call("create_task", { title: "Gone" });
  await ada.call("delete_goal", { goal_id: goal.id });
  await ada.call("delete_task", { task_id: task.id });
  const { memory } = await ada.call("add_memory", { content: "Gone" });
  await ada.call("forget_memory", { memory_id: memory.id });

  const texts = [
    await ada.refused("get_goal", { goal_id: goal.id }),
    await ada.refused("update_goal", { goal_id: goal.id, title: "Back" }),
    await ada.refused("delete_goal", { goal_id: goal.id }),
    await ada.refused("create_goal", { title: "Below", parent_goal_id: goal.id }),
    await ada.refused("get_task", { task_id: task.id }),
    await ada.refused("complete_task", { task_id: task.id }),
    await ada.refused("delete_task", { task_id: task.id }),
    await ada.refused("create_task", { title: "In it", goal_id: goal.id }),
    await ada.refused("create_task", { title: "After it", depends_on: [task.id] }),
    await ada.refused("add_memory", { content: "About it", goal_id: goal.id }),
    await ada.refused("add_memory", { content: "About it", task_id: task.id }),
    await ada.refused("add_memory", { content: "After it", supersedes: memory.id }),
    await ada.refused("update_memory", { memory_id: memory.id, content: "Back" }),
    await ada.refused("forget_memory", { memory_id: memory.id }),
  ];

  for (const text of texts) assert.match(text, /^not_found: /);
});
