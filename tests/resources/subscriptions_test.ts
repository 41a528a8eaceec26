import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { startApp, type TestApp } from "../harness.ts";

/** Longer than changes are gathered for. */
const SETTLED_MS = 250;

/** How a client of each era asks to be told. */
const eras = [
  {
    era: "2025",
    options: {},
    subscribe: async (client: Client, uri: string) => {
      await client.subscribeResource({ uri });
      return async () => void await client.unsubscribeResource({ uri });
    },
  },
  {
    era: "2026",
    options: { revision: "2026-07-28" },
    subscribe: async (client: Client, uri: string) => {
      const subscription = await client.listen({ resourceSubscriptions: [uri] });
      return () => subscription.close();
    },
  },
] as const;

for (const { era, options, subscribe } of eras) {
  Deno.test(`who subscribed to a task is told of its changes until told no more, as of ${era}`, async () => {
    await using app = await startApp();
    const { one, other } = await twoTasks(app);
    const client = await app.as("ada", options).open();
    const told = listenTo(client);
    const end = await subscribe(client, uriOf(one));

    await app.as("ada").call("update_task", { task_id: one, title: "Buy oat milk" });
    await app.as("ada").call("update_task", { task_id: other, title: "Buy rye bread" });
    await settled();
    assert.deepEqual(told, [uriOf(one)]);

    await end();
    await app.as("ada").call("update_task", { task_id: one, title: "Buy soy milk" });
    await settled();
    assert.deepEqual(told, [uriOf(one)]);
  });

  Deno.test(`a burst of changes of one task is told fewer times than it has changes, as of ${era}`, async () => {
    await using app = await startApp();
    const { one } = await twoTasks(app);
    const client = await app.as("ada", options).open();
    const told = listenTo(client);
    await subscribe(client, uriOf(one));

    await Promise.all(
      ["a", "b", "c", "d", "e"].map((title) =>
        app.as("ada").call("update_task", { task_id: one, title })
      ),
    );
    await settled();

    assert.ok(told.length >= 1 && told.length < 5, `told ${told.length} times`);
  });

  Deno.test(`nobody is told of a stranger's task, whatever the level, as of ${era}`, async () => {
    await using app = await startApp();
    const { one } = await twoTasks(app);
    for (const level of ["read_only", "read_write", "admin"] as const) {
      const client = await app.as("bob", { ...options, level }).open();
      const told = listenTo(client);
      const ended = await subscribe(client, uriOf(one)).catch((error) => error);
      if (era === "2025") assert.deepEqual([ended.code, ended.data], [-32602, { uri: uriOf(one) }]);

      await app.as("ada").call("update_task", { task_id: one, title: `Secret ${level}` });
      await settled();

      assert.deepEqual(told, [], level);
    }
  });

  Deno.test(`a task that a change makes ready is told of, too, as of ${era}`, async () => {
    await using app = await startApp();
    const { one } = await twoTasks(app);
    const { task: waiting } = await app.as("ada").call("create_task", {
      title: "Bake",
      depends_on: [one],
    });
    const client = await app.as("ada", options).open();
    const told = listenTo(client);
    await subscribe(client, uriOf(waiting.id));

    await app.as("ada").call("complete_task", { task_id: one });
    await settled();

    assert.deepEqual(told, [uriOf(waiting.id)]);
  });
}

Deno.test("a stream is promised those resources alone that can be read", async () => {
  await using app = await startApp();
  const { one, other } = await twoTasks(app);
  const { task: secret } = await app.as("bob").call("create_task", { title: "Secret" });
  const client = await app.as("ada", { revision: "2026-07-28" }).open();

  const { honoredFilter } = await client.listen({
    resourceSubscriptions: [one, secret.id, 4711, other].map(uriOf),
    toolsListChanged: true,
  });

  assert.deepEqual(honoredFilter, { resourceSubscriptions: [one, other].map(uriOf) });
});

Deno.test("two streams of a connection end apart from each other", async () => {
  await using app = await startApp();
  const { one } = await twoTasks(app);
  const client = await app.as("ada", { revision: "2026-07-28" }).open();
  const told = listenTo(client);
  const first = await client.listen({ resourceSubscriptions: [uriOf(one)] });
  await client.listen({ resourceSubscriptions: [uriOf(one)] });

  await first.close();
  await app.as("ada").call("update_task", { task_id: one, title: "Buy oat milk" });
  await settled();

  assert.deepEqual(told, [uriOf(one)]);
});

Deno.test("one stream names so many resources and no more", async () => {
  await using app = await startApp();
  const client = await app.as("ada", { revision: "2026-07-28" }).open();

  await assert.rejects(
    client.listen({ resourceSubscriptions: Array.from({ length: 101 }, (_, id) => uriOf(id + 1)) }),
    /at most 100/,
  );
});

Deno.test("what is told of a connection that closed is not told", async () => {
  await using app = await startApp();
  const { one } = await twoTasks(app);
  const client = await app.as("ada", { client: "leaving" }).open();
  await client.subscribeResource({ uri: uriOf(one) });
  assert.ok(app.app.engine.subscriptions.any);

  await client.close();
  await settled();

  assert.ok(!app.app.engine.subscriptions.any);
});

async function twoTasks(app: TestApp) {
  const { tasks: [one, other] } = await app.as("ada").call("create_tasks", {
    tasks: [{ title: "Buy milk" }, { title: "Buy bread" }],
  });
  return { one: Number(one.id), other: Number(other.id) };
}

function listenTo(client: Client): string[] {
  const told: string[] = [];
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    told.push(params.uri);
  });
  return told;
}

function uriOf(task_id: number): string {
  return `selfos://tasks/${task_id}`;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
}
