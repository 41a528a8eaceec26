import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { onEveryStore, startApp } from "../harness.ts";

const TEMPLATE = "selfos://tasks/{task_id}";

Deno.test("the capabilities announce what is there and nothing else", async () => {
  await using app = await startApp();
  const client = await app.as("ada").open();

  assert.deepEqual(client.getServerCapabilities(), {
    tools: {},
    resources: { subscribe: true },
    completions: {},
    logging: {},
  });
  const { resources } = await client.listResources();
  assert.deepEqual(resources.map(({ uri }) => uri), ["selfos://schema"]);
  const { resourceTemplates } = await client.listResourceTemplates();
  assert.deepEqual(
    resourceTemplates.map(({ uriTemplate, mimeType }) => [uriTemplate, mimeType]),
    [TEMPLATE, "selfos://memories/{memory_id}"].map((uri) => [uri, "application/json"]),
  );
});

onEveryStore("a task is read as get_task shows it, whatever the level", async (store) => {
  await using app = await startApp({ store });
  const { task } = await app.as("ada").call("create_task", {
    title: "Buy shoes",
    description: "Blue",
    due_date: "2026-12-24",
    tags: ["shop"],
  });
  const { task: { subtasks: _, blocks: __, ...shown } } = await app.as("ada").call("get_task", {
    task_id: task.id,
  });

  for (const level of ["read_only", "read_write", "admin"] as const) {
    const client = await app.as("ada", { level }).open();
    const { contents } = await client.readResource({ uri: `selfos://tasks/${task.id}` });

    assert.equal(contents.length, 1);
    const [content] = contents;
    assert.deepEqual([content?.uri, content?.mimeType], [
      `selfos://tasks/${task.id}`,
      "application/json",
    ]);
    assert.deepEqual(contentOf(content), { task: shown });
  }
});

const nothing = [
  "selfos://tasks/4711",
  "selfos://tasks/0",
  "selfos://tasks/01",
  "selfos://tasks/1.0",
  "selfos://tasks/-1",
  "selfos://tasks/one",
  "selfos://tasks/",
  "selfos://tasks/1/",
  "selfos://tasks/1?user_id=bob",
  "selfos://tasks/%",
  "selfos://tasks/%31%00",
  `selfos://tasks/${"1".repeat(5000)}`,
  "selfos://goals/1",
  "file:///etc/passwd",
  TEMPLATE,
];
for (const revision of [undefined, "2026-07-28"] as const) {
  const era = revision ?? "2025";
  Deno.test(`what is no address of one's own is not found, as of ${era}`, async () => {
    await using app = await startApp();
    await app.as("ada").call("create_task", { title: "Buy milk" });
    const { task: secret } = await app.as("bob").call("create_task", { title: "Secret" });
    const { task: gone } = await app.as("ada").call("create_task", { title: "Gone" });
    await app.as("ada").call("delete_task", { task_id: gone.id });

    for (const level of ["read_only", "admin"] as const) {
      const client = await app.as("ada", { level, ...(revision ? { revision } : {}) }).open();
      for (
        const uri of [...nothing, `selfos://tasks/${secret.id}`, `selfos://tasks/${gone.id}`]
      ) {
        const error = await refusalOf(client.readResource({ uri }));
        assert.deepEqual([error.code, error.data], [-32602, { uri }], uri);
        assert.doesNotMatch(error.message, /Secret|Gone/);
      }
    }
  });
}

Deno.test("a stranger's task and none at all are refused in the same words", async () => {
  await using app = await startApp();
  const { task } = await app.as("bob").call("create_task", { title: "Secret" });
  const client = await app.as("ada").open();

  const stranger = await refusalOf(client.readResource({ uri: `selfos://tasks/${task.id}` }));
  const none = await refusalOf(client.readResource({ uri: "selfos://tasks/999" }));

  assert.equal(stranger.message.replaceAll(String(task.id), "999"), none.message);
});

onEveryStore(
  "task_id completes with one's own tasks, what is open and due first",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const ids: string[] = [];
    for (const due_date of ["2026-12-24", undefined, "2026-12-01"]) {
      const { task } = await ada.call("create_task", { title: `Task ${due_date}`, due_date });
      ids.push(String(task.id));
    }
    await app.as("bob").call("create_task", { title: "Secret" });
    const [christmas = "", some = "", advent = ""] = ids;
    await ada.call("complete_task", { task_id: Number(christmas) });
    const client = await ada.open();

    assert.deepEqual(await complete(client, ""), [advent, some, christmas]);
    assert.deepEqual(await complete(client, advent), [advent]);
    assert.deepEqual(await complete(client, `${advent}0`), []);
    assert.deepEqual(await complete(client, "%"), []);
    assert.deepEqual(await complete(client, "milk"), []);
  },
);

Deno.test("a completion says that there is more than it shows", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  for (let part = 0; part < 3; part++) {
    const tasks = Array.from({ length: 40 }, (_, index) => ({ title: `Task ${part} ${index}` }));
    await ada.call("create_tasks", { tasks });
  }
  const client = await ada.open();

  const { completion } = await client.complete({
    ref: { type: "ref/resource", uri: TEMPLATE },
    argument: { name: "task_id", value: "" },
  });

  assert.deepEqual([completion.values.length, completion.hasMore], [100, true]);
});

const refusals = [
  {
    ref: { type: "ref/resource", uri: "selfos://goals/{goal_id}" },
    name: "goal_id",
    says: /goals/,
  },
  { ref: { type: "ref/resource", uri: TEMPLATE }, name: "goal_id", says: /"goal_id"/ },
  { ref: { type: "ref/prompt", name: "daily_planning" }, name: "date", says: /daily_planning/ },
] as const;
for (const { ref, name, says } of refusals) {
  Deno.test(`completing ${name} of what is not there is refused`, async () => {
    await using app = await startApp();
    const client = await app.as("ada").open();

    const error = await refusalOf(client.complete({ ref, argument: { name, value: "" } }));

    assert.equal(error.code, -32602);
    assert.match(error.message, says);
  });
}

async function complete(client: Client, value: string): Promise<string[]> {
  const { completion } = await client.complete({
    ref: { type: "ref/resource", uri: TEMPLATE },
    argument: { name: "task_id", value },
  });
  return completion.values;
}

function contentOf(content: object | undefined): unknown {
  return content && "text" in content ? JSON.parse(String(content.text)) : undefined;
}

async function refusalOf(work: Promise<unknown>) {
  const error = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof Error, "it was not refused");
  return error as Error & { code: number; data: unknown };
}
