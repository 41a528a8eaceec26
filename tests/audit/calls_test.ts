import assert from "node:assert/strict";
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { z } from "zod";
import type { Tool } from "../../src/mcp/define.ts";
import { requestIdOf } from "../../src/mcp/recorded.ts";
import { Registry } from "../../src/mcp/registry.ts";
import type { Serving } from "../../src/mcp/server.ts";
import { resources } from "../../src/resources/resources.ts";
import { defineTool, type ToolContext } from "../../src/tools/tool.ts";
import { toolsets } from "../../src/tools/toolsets.ts";
import { serveConnection } from "../../src/transports/connection.ts";
import { servePrimitives } from "../conformance/primitives.ts";
import { recordingLog } from "../events/recording_log.ts";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import { linesOf, recordsOf } from "./records.ts";

const ADA = { user_id: "ada", level: "read_write", id: "local" } as const;

async function connect(serving: Serving<ToolContext>): Promise<Client & AsyncDisposable> {
  const client = new Client({ name: "test", version: "1" });
  const [near, far] = InMemoryTransport.createLinkedPair();
  // deno-lint-ignore no-explicit-any
  serveConnection(serving, ADA, far as any, "test");
  await client.connect(near);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

onEveryStore(
  "a call leaves who, whose life, what, how it ended and how long it took",
  async (store) => {
    await using test = await startApp({ store });
    await test.as("ada", { client: "claude-ai" }).call("create_task", { title: "Secret" });

    const [record] = await recordsOf(test);

    const { id, duration_ms, request_id, previous, hash, ...rest } = record!;
    assert.ok(id > 0 && duration_ms > 0 && duration_ms < 10_000, `${duration_ms}`);
    assert.match(request_id ?? "", /^\d+$/);
    assert.match(`${previous} ${hash}`, /^0{64} [0-9a-f]{64}$/);
    assert.deepEqual(rest, {
      at: test.clock.now.toISOString(),
      ...{ user_id: "ada", principal: "local", person: "ada", client: "claude-ai", address: null },
      ...{ action: "tools/call", target: "create_task", outcome: "ok", reason: null },
    });
  },
);

Deno.test("a credential in the name of a client is in neither the trail nor the journal", async () => {
  await using test = await startApp();
  const secret = "S3cr".repeat(12);
  const client = `my client sos_live_Ab12Cd34_${secret}`;
  await test.as("ada", { client }).call("create_task", { title: "x" });

  const [record] = await recordsOf(test);
  const { changes } = await test.as("ada").call("list_changes");

  assert.deepEqual([record?.client, changes[0].client], [
    "my client sos_live_…",
    "my client sos_live_…",
  ]);
});

const ids = [
  { id: 7, kept: "7" },
  { id: "a-1:2.b_c", kept: "a-1:2.b_c" },
  { id: "req/1+2=3", kept: "req/1+2=3" },
  { id: "dear diary", kept: null },
  { id: `sos_live_${"x".repeat(20)}`, kept: null },
  { id: "x".repeat(65), kept: null },
];
for (const { id, kept } of ids) {
  Deno.test(`a request of the id ${JSON.stringify(id).slice(0, 20)} is recorded under ${kept}`, () => {
    assert.equal(requestIdOf(id), kept);
  });
}

onEveryStore("every way in which a call ends is told apart, in their order", async (store) => {
  await using test = await startApp({ store });
  const ada = test.as("ada");
  await ada.call("list_tasks");
  await ada.refused("list_tasks", { limit: 0 });
  await ada.refused("get_task", { task_id: 4711 });
  await test.as("ada", { level: "read_only" }).refused("create_task", { title: "x" });
  await assert.rejects((await ada.open()).callTool({ name: "list_my_secrets", arguments: {} }));

  const records = await recordsOf(test);

  assert.deepEqual(records.map(({ target, outcome, reason }) => [target, outcome, reason]), [
    ["list_tasks", "ok", null],
    ["list_tasks", "invalid_input", null],
    ["get_task", "not_found", null],
    [
      ...["create_task", "permission_denied"],
      "level read_only allows list_*, get_*, search_*, query_*, analyze_*, catch_up",
    ],
    ["unknown", "unknown_tool", null],
  ]);
});

onEveryStore("another's user_id is kept only where there is such a person", async (store) => {
  await using test = await startApp({ store });
  await test.app.life.users.delete({
    ...{ user_id: "bob", principal: "local", client: "test", tool: "users delete" },
  });
  const ada = test.as("ada");
  for (const user_id of ["bob", "my diary", "x".repeat(200)]) {
    await ada.refused("list_tasks", { user_id });
  }
  for (const user_id of ["me", "ada"]) await ada.call("list_tasks", { user_id });
  await test.as("ada", { level: "admin" }).refused("list_tasks", { user_id: "nobody" });

  assert.deepEqual(await linesOf(test), [
    "ada on bob: tools/call list_tasks permission_denied",
    "ada on null: tools/call list_tasks permission_denied",
    "ada on null: tools/call list_tasks permission_denied",
    "ada on ada: tools/call list_tasks ok",
    "ada on ada: tools/call list_tasks ok",
    "ada on null: tools/call list_tasks not_found",
  ]);
});

Deno.test("an admin's call on another's life says whose and by whom", async () => {
  await using test = await startApp();
  await test.as("ada", { level: "admin" }).call("list_tasks", { user_id: "bob" });

  assert.deepEqual(await linesOf(test), ["ada on bob: tools/call list_tasks ok"]);
});

Deno.test("resources are recorded by address, or by form where the rest is a client's text", async () => {
  await using test = await startApp();
  const { task } = await test.as("ada").call("create_task", { title: "Milk" });
  const client = await test.as("ada").open();
  const addresses = [`selfos://tasks/${task.id}`, "selfos://tasks/4711", "selfos://tasks/my%20pin"];
  for (const uri of [...addresses, "https://bank.example/my/pin"]) {
    await client.readResource({ uri }).catch(() => {});
    await client.subscribeResource({ uri }).catch(() => {});
  }
  await client.unsubscribeResource({ uri: addresses[0]! });
  await client.listResourceTemplates();
  await client.ping();

  const lines = (await linesOf(test)).slice(1).map((line) => line.replace("ada on ada: ", ""));
  assert.deepEqual(lines, [
    ...[`resources/read ${addresses[0]} ok`, `resources/subscribe ${addresses[0]} ok`],
    ...["resources/read selfos://tasks/4711 not_found"],
    ...["resources/subscribe selfos://tasks/4711 not_found"],
    ...["resources/read selfos://tasks/{task_id} not_found"],
    ...["resources/subscribe selfos://tasks/{task_id} not_found"],
    ...["resources/read unknown not_found", "resources/subscribe unknown not_found"],
  ]);
});

Deno.test("an address of another's life names them only where there is such a person", async () => {
  await using test = await startApp();
  const note = {
    ...{ name: "note", title: "Note", description: "A note.", mimeType: "text/plain" },
    uri: "test://people/{user_id}/note",
    prepare: () => ({ read: () => Promise.resolve({ text: "hello" }) }),
  };
  await using client = await connect(withTools(test, [], [note]));
  for (const who of ["me", "ada", "bob", "my%20pin"]) {
    await client.readResource({ uri: `test://people/${who}/note` }).catch(() => {});
  }

  assert.deepEqual(await linesOf(test), [
    "ada on ada: resources/read test://people/ada/note ok",
    "ada on ada: resources/read test://people/ada/note ok",
    "ada on bob: resources/read test://people/bob/note permission_denied",
    "ada on null: resources/read test://people/{user_id}/note permission_denied",
  ]);
});

Deno.test("prompts and completions are recorded by name, never what is typed", async () => {
  await using test = await startApp();
  await using client = await connect(servePrimitives(test.app, recordingLog().log));
  const name = "test_prompt_with_arguments";
  const complete = (ref: Parameters<Client["complete"]>[0]["ref"]) =>
    client.complete({ ref, argument: { name: "arg1", value: "my pin" } });
  await client.getPrompt({ name, arguments: { arg1: "my pin", arg2: "b" } });
  await client.getPrompt({ name: "my pin" }).catch(() => {});
  await complete({ type: "ref/prompt", name });
  await complete({ type: "ref/prompt", name: "my pin" }).catch(() => {});
  await complete({ type: "ref/resource", uri: "selfos://my/pin" }).catch(() => {});
  await client.listPrompts();

  const lines = (await linesOf(test)).map((line) => line.replace("ada on ada: ", ""));
  assert.deepEqual(lines, [
    `prompts/get ${name} ok`,
    "prompts/get unknown not_found",
    `completion/complete ${name} ok`,
    "completion/complete unknown not_found",
    "completion/complete unknown not_found",
  ]);
});

Deno.test("a call that is cancelled, one on a defect and one with a question are told apart", async () => {
  await using test = await startApp();
  const { log } = recordingLog();
  await using client = await connect({ ...servePrimitives(test.app, log) });
  const cancel = new AbortController();
  const slow = client.callTool({ name: "test_slow", arguments: {} }, { signal: cancel.signal });
  setTimeout(() => cancel.abort(), 20);
  await assert.rejects(slow);
  await using broken = await connect({ ...withTools(test, [brokenTool()]), log });
  await assert.rejects(broken.callTool({ name: "get_broken", arguments: {} }));
  await new Promise((resolve) => setTimeout(resolve, 50));

  assert.deepEqual(await linesOf(test), [
    "ada on ada: tools/call test_slow cancelled",
    "ada on ada: tools/call get_broken error",
  ]);
});

Deno.test("a round that ends with a question is recorded as that", async () => {
  await using test = await startApp();
  const client = new Client({ name: "test", version: "1" }, {
    capabilities: { elicitation: {} },
    versionNegotiation: { mode: { pin: "2026-07-28" } },
    inputRequired: { autoFulfill: false },
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  // deno-lint-ignore no-explicit-any
  serveConnection(servePrimitives(test.app, recordingLog().log), ADA, far as any, "test");
  await client.connect(near);
  const name = "test_input_required_result_multi_round";
  await client.callTool({ name, arguments: {} }, { allowInputRequired: true });
  await client.close();

  assert.deepEqual(await linesOf(test), [`ada on ada: tools/call ${name} input_required`]);
});

Deno.test("a request in the wrong form is recorded without what was in it", async () => {
  await using test = await startApp();
  const client = await test.as("ada").open();
  const params = { name: 42, arguments: { title: "my pin" } };
  await assert.rejects(
    client.request({ method: "tools/call", params } as never, z.object({}) as never),
  );

  assert.deepEqual(await linesOf(test), ["ada on ada: tools/call null invalid_input"]);
});

function withTools(
  { app }: TestApp,
  tools: readonly Tool<ToolContext>[],
  more: typeof resources = [],
): Serving<ToolContext> {
  const registry = new Registry({
    tools: [...Object.values(toolsets).flat(), ...tools],
    resources: [...resources, ...more],
  });
  return { log: recordingLog().log, engine: () => Promise.resolve({ ...app.engine, registry }) };
}

function brokenTool() {
  return defineTool({
    ...{ name: "get_broken", title: "Broken", description: "Fails.", access: "read" },
    input: z.object({}),
    output: z.object({}),
    run: () => Promise.reject(new Error("my pin")),
  });
}
