import assert from "node:assert/strict";
import { type Caller, onEveryStore, startApp, type StoreKind } from "../harness.ts";
import { furnish, holder } from "../household.ts";
import { dumpOf } from "./answers.ts";

async function narrowed(store: StoreKind = "sqlite") {
  const app = await startApp({ store });
  const ada = await furnish(app, "ada");
  const key = await holder(app, { user_id: "ada", areas: [ada.open.area] });
  const { task } = await key.call("create_task", { title: "Plan", goal_id: ada.open.goal });
  return {
    ...{ app, key, own: app.as("ada", { client: "owner" }), task: Number(task.id) },
    ...{ open: ada.open, closed: ada.closed },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

async function changesOf(caller: Caller): Promise<number[]> {
  const { changes } = await caller.call("list_changes", { limit: 100 });
  return changes.map(({ id }: { id: number }) => id);
}

onEveryStore(
  "what moves out of the area takes its history along, and brings it back",
  async (store) => {
    await using life = await narrowed(store);
    const { key, own, task, closed } = life;
    const before = await changesOf(key);
    const moved = await own.call("update_task", {
      task_id: task,
      goal_id: closed.goal,
      title: "secret plan",
    });

    const meanwhile = await key.call("list_changes", { limit: 100 });
    const last = await key.refused("undo", { last: true, client: "test" });
    const refused = await key.refused("undo", { change_id: before[0] });
    await own.call("undo", { change_id: moved.change_id });

    assert.doesNotMatch(JSON.stringify(meanwhile), /Plan|secret/);
    assert.match(last, /^not_found: .* as none stands/);
    assert.match(refused, /^not_found: Cannot find change \d+/);
    assert.deepEqual(await changesOf(key), before);
  },
);

Deno.test("the goal of a task that moves out takes the history of the task along", async () => {
  await using life = await narrowed();
  const { key, own, open, closed } = life;

  await own.call("update_goal", { goal_id: open.goal, life_area_id: closed.area });

  const { changes } = await key.call("list_changes", { limit: 100 });
  const items = changes.flatMap(({ items }: { items: { entity: string; id: string }[] }) => items);
  const ids = items.map(({ entity, id }: { entity: string; id: string }) => `${entity} ${id}`);
  assert.ok(ids.length > 0 && !ids.includes(`goal ${open.goal}`), ids.join());
  assert.ok(!ids.some((id: string) => id.startsWith("task")), ids.join());
});

onEveryStore("undo takes away no link to what is withheld", async (store) => {
  await using life = await narrowed(store);
  const { key, own, task, open, closed } = life;
  const linked = await own.call("update_task", { task_id: task, depends_on: [closed.task] });
  const placed = await own.call("update_goal", {
    ...{ goal_id: open.goal, parent_goal_id: closed.goal },
  });

  const refusals = [
    await key.refused("undo", { change_id: linked.change_id }),
    await key.refused("undo", { change_id: placed.change_id }),
  ];
  const after = await own.call("get_task", { task_id: task });
  const goal = await own.call("get_goal", { goal_id: open.goal });

  for (const refusal of refusals) {
    assert.match(refusal, /^conflict: .*\n.*linked to what is withheld/);
  }
  assert.deepEqual(after.task.depends_on, [closed.task]);
  assert.equal(goal.goal.parent_goal_id, closed.goal);
  await own.call("undo", { change_id: linked.change_id });
});

Deno.test("undo of the last, or since a time, leaves alone what is withheld", async () => {
  await using life = await narrowed();
  const { app, key, own, task, open, closed } = life;
  await own.call("update_goal", { goal_id: closed.goal, title: "secret, later" });
  const before = await dumpOf(app);

  const last = await key.call("undo", { last: true });
  await key.call("update_task", { task_id: open.task, title: "ada open, changed" });
  const since = await key.call("undo", { since: "2026-11-01", client: "test" });

  assert.deepEqual(last.items, [{
    entity: "task",
    id: String(task),
    title: "Plan",
    action: "removed",
  }]);
  assert.doesNotMatch(JSON.stringify([last, since]), /secret/);
  const after = await dumpOf(app);
  const secrets = (rows: string[] = []) => rows.filter((row) => row.includes("secret"));
  for (const table of ["goals", "tasks", "life_areas"]) {
    assert.deepEqual(secrets(after[table]), secrets(before[table]));
  }
});

Deno.test("a report of conflicts names nothing that is withheld, nor who changed it", async () => {
  await using life = await narrowed();
  const { key, own, open, closed, task } = life;
  const { change_id: depends } = await key.call("update_task", {
    task_id: task,
    depends_on: [open.task],
  });
  const { goal, change_id: created } = await key.call("create_goal", {
    title: "Holiday",
    life_area_id: open.area,
  });
  await own.call("update_task", { task_id: task, depends_on: [closed.task] });
  const hidden = await own.call("create_goal", { title: "secret", parent_goal_id: goal.id });

  const reports = [
    await key.refused("undo", { change_id: depends }),
    await key.refused("undo", { change_id: created }),
    await key.refused("update_goal", { goal_id: open.goal, parent_goal_id: open.below }),
  ];

  for (const report of reports) assert.match(report, /^conflict: /);
  assert.match(reports[1]!, /something that is withheld belongs to goal/);
  const ids = [closed.task, hidden.goal.id, closed.below, closed.goal];
  for (const id of ids) assert.doesNotMatch(reports.join("\n"), new RegExp(`\\b${id}\\b`));
  assert.doesNotMatch(reports.join("\n"), /secret/);
});

Deno.test("the journal names no reference to what is withheld", async () => {
  await using life = await narrowed();
  const { key, own, closed, task } = life;
  const { change_id } = await own.call("update_task", {
    task_id: task,
    title: "Plan all",
    depends_on: [closed.task],
  });

  const { changes } = await key.call("list_changes");

  const change = changes.find(({ id }: { id: number }) => id === change_id);
  assert.deepEqual(change.items[0].fields, {
    title: { before: "Plan", after: "Plan all" },
    depends_on: { before: [], after: [] },
  });
});

Deno.test("the journal names no goal of a task that has left the area since", async () => {
  await using life = await narrowed();
  const { key, own, open, closed, task } = life;
  const { change_id } = await own.call("update_task", { task_id: task, goal_id: open.below });
  await own.call("update_goal", { goal_id: open.goal, life_area_id: closed.area });

  const { changes } = await key.call("list_changes");

  const change = changes.find(({ id }: { id: number }) => id === change_id);
  assert.deepEqual(change.items[0].fields, { goal_id: { before: null, after: open.below } });
});

onEveryStore("a repeated call is not answered with what is withheld since", async (store) => {
  await using life = await narrowed(store);
  const { key, own, open, closed } = life;
  const create = { title: "Once", goal_id: open.goal, idempotency_key: "k" };
  const nothing = { task_id: open.task, title: "ada open", idempotency_key: "n" };
  const { task } = await key.call("create_task", create);
  await key.call("update_task", nothing);
  const repeated = await key.call("create_task", create);
  for (const task_id of [task.id, open.task]) {
    await own.call("update_task", { task_id, goal_id: closed.goal });
  }

  const refused = await key.refused("create_task", create);
  const changeless = await key.refused("update_task", nothing);

  assert.equal(repeated.replayed, true);
  assert.match(refused, /^conflict: .*"k" as what change \d+ made is withheld now/);
  assert.doesNotMatch(refused, /Once/);
  assert.match(changeless, /^not_found: /);
});
