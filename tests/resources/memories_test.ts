import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { onEveryStore, startApp } from "../harness.ts";
import { until } from "../until.ts";

const TEMPLATE = "selfos://memories/{memory_id}";

onEveryStore("a memory is read as list_memories shows it, whatever the level", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Boiler" });
  const { memory } = await ada.call("add_memory", {
    content: "The boiler was repaired",
    metadata: { by: "Kowalczyk" },
    occurred_at: "2026-11-01",
    task_id: task.id,
  });
  const { memories: [listed] } = await ada.call("list_memories");
  const uri = `selfos://memories/${memory.id}`;

  for (const level of ["read_only", "read_write", "admin"] as const) {
    const client = await app.as("ada", { level }).open();
    const { contents: [content] } = await client.readResource({ uri });

    assert.deepEqual([content?.uri, content?.mimeType], [uri, "application/json"]);
    assert.deepEqual(contentOf(content), { memory: listed });
  }
});

Deno.test("a stranger's memory, a forgotten one and none are refused in the same words", async () => {
  await using app = await startApp();
  const { memory: bobs } = await app.as("bob").call("add_memory", { content: "Secret" });
  const { memory: gone } = await app.as("ada").call("add_memory", { content: "Gone" });
  await app.as("ada").call("forget_memory", { memory_id: gone.id });
  const client = await app.as("ada").open();

  const messages = [];
  for (const id of [bobs.id, gone.id, 999]) {
    const uri = `selfos://memories/${id}`;
    const error = await client.readResource({ uri }).then(() => undefined, (error) => error);
    assert.deepEqual([error?.code, error?.data], [-32602, { uri }]);
    messages.push(String(error.message).replaceAll(String(id), "N"));
  }

  assert.equal(new Set(messages).size, 1);
  assert.doesNotMatch(messages[0] ?? "", /Secret|Gone/);
});

for (
  const id of ["0", "01", "-1", "1.0", "one", "", "1/", "%00", "9".repeat(400), "1?user_id=bob"]
) {
  Deno.test(`selfos://memories/${id.slice(0, 20)} names no memory`, async () => {
    await using app = await startApp();
    await app.as("ada").call("add_memory", { content: "A memory" });
    const client = await app.as("ada", { level: "admin" }).open();

    await assert.rejects(client.readResource({ uri: `selfos://memories/${id}` }), { code: -32602 });
  });
}

onEveryStore("memory_id completes with one's own memories, the latest first", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const ids: string[] = [];
  for (const content of ["One", "Two", "Three"]) {
    const { memory } = await ada.call("add_memory", { content });
    ids.unshift(String(memory.id));
  }
  await app.as("bob").call("add_memory", { content: "Secret" });
  const [three = "", two = "", one = ""] = ids;
  await ada.call("forget_memory", { memory_id: Number(two) });
  const client = await ada.open();

  assert.deepEqual(await complete(client, ""), [three, one]);
  assert.deepEqual(await complete(client, one), [one]);
  assert.deepEqual(await complete(client, two), []);
  assert.deepEqual(await complete(client, "%"), []);
  assert.deepEqual(await complete(client, "_"), []);
  assert.deepEqual(await complete(client, "One"), []);
});

onEveryStore(
  "who subscribed to a memory is told when it changes, and of no other",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { memory: mine } = await ada.call("add_memory", { content: "The boiler is old" });
    const { memory: other } = await ada.call("add_memory", { content: "The roof is new" });
    const client = await ada.open();
    const told: string[] = [];
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      told.push(params.uri);
    });
    const uri = `selfos://memories/${mine.id}`;
    await client.subscribeResource({ uri });

    await ada.call("update_memory", { memory_id: other.id, content: "The roof leaks" });
    await ada.call("search_memory", { query: "roof" });
    await ada.call("update_memory", { memory_id: mine.id, content: "The boiler is new" });
    await until(() => told.length === 1);
    const { change_id } = await ada.call("add_memory", {
      content: "No boiler",
      supersedes: mine.id,
    });
    await until(() => told.length === 2);
    await ada.call("undo", { change_id });
    await until(() => told.length === 3);

    assert.deepEqual(told, [uri, uri, uri]);
  },
);

async function complete(client: Client, value: string): Promise<string[]> {
  const { completion } = await client.complete({
    ref: { type: "ref/resource", uri: TEMPLATE },
    argument: { name: "memory_id", value },
  });
  return completion.values;
}

function contentOf(content: object | undefined): unknown {
  return content && "text" in content ? JSON.parse(String(content.text)) : undefined;
}
