/** Who follows what is shared with them, or holds a narrow key, hears of it while it may be read. */
import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { ownerOf } from "../../src/app.ts";
import { type Caller, startApp, type TestApp } from "../harness.ts";
import { furnish, type Furnished, holder, share, unshare } from "../household.ts";
import { until } from "../until.ts";

/** Longer than changes are gathered for. */
const SETTLED_MS = 250;

interface Follower {
  readonly who: string;
  open(app: TestApp, bobs: Furnished): Promise<Caller>;
  /** What takes the task out of the follower's sight. */
  lose(app: TestApp, bobs: Furnished): Promise<unknown>;
}

const guest: Follower["open"] = async (app, { open }) => {
  await share(app, "bob", open.area, "ada", "reader");
  return app.as("ada");
};

const followers: readonly Follower[] = [
  {
    who: "a guest whose share is removed",
    open: guest,
    lose: (app, { open }) => unshare(app, "bob", open.area, "ada"),
  },
  {
    who: "a guest of an area that becomes private",
    open: guest,
    lose: (app, { open }) => {
      const args = { life_area_id: open.area, name: "bob open", private: true };
      return app.as("bob").call("save_life_area", args);
    },
  },
  {
    who: "a guest of a goal that leaves the area",
    open: guest,
    lose: (app, { open }) =>
      app.as("bob").call("update_goal", { goal_id: open.goal, life_area_id: null }),
  },
  {
    who: "a guest who goes to the trash",
    open: guest,
    lose: ({ app }) => app.life.users.delete(ownerOf("ada", "users delete")),
  },
  {
    who: "a narrow key whose task leaves the area",
    open: (app, { open }) => holder(app, { user_id: "bob", areas: [open.area] }),
    lose: (app, { open, closed }) =>
      app.as("bob").call("update_task", { task_id: open.task, goal_id: closed.goal }),
  },
  {
    who: "a narrow key whose goal leaves the area",
    open: (app, { open }) => holder(app, { user_id: "bob", areas: [open.area] }),
    lose: (app, { open, closed }) =>
      app.as("bob").call("update_goal", { goal_id: open.goal, life_area_id: closed.area }),
  },
];
for (const { who, open, lose } of followers) {
  Deno.test(`${who} hears of the task until then and no more`, async () => {
    await using app = await startApp();
    const bobs = await furnish(app, "bob");
    const client = await (await open(app, bobs)).open();
    const told = listenTo(client);
    const uri = uriOf(bobs.open.task);
    await client.subscribeResource({ uri });
    await write(app, bobs.open.task, "First");
    await until(() => told.length > 0);

    await lose(app, bobs);
    await settled();
    told.length = 0;
    await write(app, bobs.open.task, "Second");
    await settled();

    assert.deepEqual(told, []);
    await assert.rejects(client.readResource({ uri }));
    await assert.rejects(client.subscribeResource({ uri }));
  });
}

Deno.test("who follows with a narrow key hears that an item went, and that it is back", async () => {
  await using app = await startApp();
  const { open } = await furnish(app, "ada");
  const ada = app.as("ada");
  const client = await (await holder(app, { user_id: "ada", areas: [open.area] })).open();
  const told = listenTo(client);
  const uris = [
    uriOf(open.task),
    `selfos://goals/${open.goal}/context`,
    `selfos://memories/${open.memory}`,
  ];
  for (const uri of uris) await client.subscribeResource({ uri });
  const all = () => uris.every((uri) => told.includes(uri));

  for (const area of [null, open.area]) {
    told.length = 0;
    await ada.call("update_goal", { goal_id: open.goal, life_area_id: area });
    await until(all);
    await settled();
    assert.equal(told.length, uris.length, `${told}`);
  }
  told.length = 0;
  const { change_id } = await ada.call("delete_task", { task_id: open.task });
  await until(() => told.includes(uriOf(open.task)));
  await settled();
  told.length = 0;
  await ada.call("undo", { change_id });
  await until(() => told.includes(uriOf(open.task)));
  await ada.call("update_task", { task_id: open.task, title: "Back" });
  await until(() => told.filter((uri) => uri === uriOf(open.task)).length === 2);
});

Deno.test("a narrow key that follows the day hears of what it sees, and of nothing that is withheld", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const { life_area: { id: area } } = await ada.call("save_life_area", { name: "Open" });
  const { goal } = await ada.call("create_goal", { title: "Open", life_area_id: area });
  const { task } = await ada.call("create_task", {
    title: "Open",
    goal_id: goal.id,
    due_date: "today",
  });
  const client = await (await holder(app, { user_id: "ada", areas: [area] })).open();
  const told = listenTo(client);
  const uris = ["today", "profile", "daily/2026-11-22", "weekly/2026-W47"]
    .map((name) => `selfos://users/me/${name}`);
  for (const uri of uris) await client.subscribeResource({ uri });

  // The first that is withheld at all, then another.
  for (const title of ["Withheld", "Withheld too"]) {
    const { task: { id: task_id } } = await ada.call("create_task", { title, due_date: "today" });
    await ada.call("complete_task", { task_id });
    await ada.call("add_memory", { content: title });
    await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
    assert.deepEqual(told, [], title);
  }

  await ada.call("complete_task", { task_id: task.id });
  await until(() => uris.every((uri) => told.includes(uri)));
});

Deno.test("nobody follows what is withheld or not shared, also what waits for a task of theirs", async () => {
  await using app = await startApp();
  const bobs = await furnish(app, "bob");
  await share(app, "bob", bobs.open.area, "ada", "editor");
  const { tasks } = await app.as("bob").call("list_tasks", { limit: 100 });
  const secrets: number[] = tasks.map(({ id }: { id: number }) => id)
    .filter((id: number) => id !== bobs.open.task);
  const key = await holder(app, { user_id: "bob", areas: [bobs.open.area] });

  for (const caller of [app.as("ada"), key]) {
    const client = await caller.open();
    const told = listenTo(client);
    await client.subscribeResource({ uri: uriOf(bobs.open.task) });
    for (const id of secrets) {
      await assert.rejects(client.subscribeResource({ uri: uriOf(id) }), /not_found/);
    }
    await app.as("bob").call("update_task", { task_id: bobs.closed.task, title: "Changed" });
    await caller.call("complete_task", { task_id: bobs.open.task });
    await until(() => told.length > 0);
    await settled();

    assert.deepEqual([...new Set(told)], [uriOf(bobs.open.task)]);
    await caller.call("update_task", { task_id: bobs.open.task, status: "pending" });
    await client.unsubscribeResource({ uri: uriOf(bobs.open.task) });
    await settled();
  }
});

Deno.test("completion and reading of tasks know what is shared and open, and nothing else", async () => {
  await using app = await startApp();
  const bobs = await furnish(app, "bob");
  await share(app, "bob", bobs.open.area, "ada", "reader");
  const key = await holder(app, { user_id: "bob", areas: [bobs.open.area] });
  const closed = await holder(app, { user_id: "bob", areas: [], resources: [] });

  for (const caller of [app.as("ada"), key]) {
    const client = await caller.open();
    const { completion } = await complete(client);
    assert.deepEqual([completion.values, completion.total], [[String(bobs.open.task)], 1]);
    const { contents: [content] } = await client.readResource({ uri: uriOf(bobs.open.task) });
    assert.doesNotMatch(JSON.stringify(content), /secret/);
    const hidden = client.readResource({ uri: uriOf(bobs.closed.task) });
    await assert.rejects(hidden, { code: -32602, data: { uri: uriOf(bobs.closed.task) } });
  }
  await assert.rejects(complete(await closed.open()), /narrowed to the resources none/);
});

function complete(client: Client) {
  return client.complete({
    ref: { type: "ref/resource", uri: "selfos://tasks/{task_id}" },
    argument: { name: "task_id", value: "" },
  });
}

function listenTo(client: Client): string[] {
  const told: string[] = [];
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    told.push(params.uri);
  });
  return told;
}

async function write(app: TestApp, task_id: number, title: string): Promise<void> {
  await app.as("bob").call("update_task", { task_id, title });
}

function uriOf(task_id: number): string {
  return `selfos://tasks/${task_id}`;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
}
