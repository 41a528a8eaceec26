import assert from "node:assert/strict";
import { Client } from "@modelcontextprotocol/client";
import { WebSocketClientTransport } from "../../src/demo/websocket.ts";
import { forged, secretOf, trash } from "../auth/making.ts";
import { openSession, startNetwork, type TestNetwork } from "../transports/network.ts";
import { until } from "../until.ts";
import { attempt, recordsOf } from "./records.ts";

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "cursor", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

function ask(
  network: TestNetwork,
  address: string,
  method: string,
  params: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Response> {
  const modern = headers["mcp-session-id"] === undefined;
  return network.send("/mcp", {
    method: "POST",
    body: JSON.stringify({
      ...{ jsonrpc: "2.0", id: 7, method },
      params: { ...params, ...(modern ? { _meta: META } : {}) },
    }),
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(modern ? { "mcp-protocol-version": "2026-07-28", "mcp-method": method } : {}),
      ...(modern && params["name"] ? { "mcp-name": String(params["name"]) } : {}),
      ...headers,
    },
  }, address);
}

Deno.test("a credential in the query string is in the trail, but not what it is", async () => {
  await using network = await startNetwork();
  const { status } = await network.send("/mcp?access_token=planted", {}, "192.0.2.1");

  const [record, ...others] = await recordsOf(network.app);

  assert.deepEqual([status, others], [400, []]);
  assert.deepEqual(
    [record?.action, record?.outcome, record?.reason, record?.address],
    ["authenticate", "unauthenticated", "exposed", "192.0.2.1"],
  );
  assert.doesNotMatch(JSON.stringify(record), /planted/);
});

Deno.test("a request has the address that it came from, in a session too", async () => {
  await using network = await startNetwork();
  const session = { "mcp-session-id": await openSession(network) };
  const forwarded = { "x-forwarded-for": "203.0.113.9" };
  await (await ask(network, "192.0.2.1", "tools/call", { name: "list_tasks" }, forwarded)).text();
  await (await ask(network, "192.0.2.2", "tools/call", { name: "list_tasks" }, session)).text();
  await (await ask(network, "192.0.2.3", "tools/call", { name: "get_task" }, session)).text();

  const records = await recordsOf(network.app);

  assert.deepEqual(
    records.map(({ address, client, target, outcome, request_id }) => [
      ...[address, client, target, outcome, request_id],
    ]),
    [
      ["192.0.2.1", "cursor", "list_tasks", "ok", "7"],
      ["192.0.2.2", "test", "list_tasks", "ok", "7"],
      ["192.0.2.3", "test", "get_task", "invalid_input", "7"],
    ],
  );
  assert.match(records[0]?.principal ?? "", /^\w{8}$/);
});

Deno.test("a WebSocket has the address of its first request, an SSE stream too", async () => {
  await using network = await startNetwork();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, { remoteAddr }) => network.network.fetch(request, { address: remoteAddr.hostname }),
  );
  const headers = { authorization: `Bearer ${network.key}`, host: "localhost" };
  const url = new URL(`ws://localhost:${server.addr.port}/mcp/ws`);
  const client = new Client({ name: "socket", version: "1" });
  await client.connect(new WebSocketClientTransport(url, headers));
  await client.callTool({ name: "list_tasks", arguments: {} });
  await client.close();
  const stream = await network.send("/mcp/sse", {}, "192.0.2.4");
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const path = /data: (\S+)/.exec((await reader.read()).value ?? "")?.[1] ?? "";
  const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "list_goals" } };
  await (await network.send(path, {
    method: "POST",
    body: JSON.stringify({ ...message, params: { ...message.params, _meta: META } }),
    headers: { "content-type": "application/json" },
  }, "192.0.2.5")).text();
  await reader.read();
  await reader.cancel();
  await server.shutdown();

  const records = await recordsOf(network.app);

  assert.deepEqual(records.map(({ address, client, target }) => [address, client, target]), [
    ["127.0.0.1", "socket", "list_tasks"],
    ["192.0.2.4", "cursor", "list_goals"],
  ]);
});

Deno.test("a stream of the 2026 era is recorded by what it names, also what it may not have", async () => {
  await using network = await startNetwork();
  const { task } = await network.app.as("ada").call("create_task", { title: "Milk" });
  const uris = [`selfos://tasks/${task.id}`, "selfos://tasks/4711", "my://pin"];
  const listen = (resourceSubscriptions: string[]) =>
    ask(network, "192.0.2.6", "subscriptions/listen", { notifications: { resourceSubscriptions } });
  const stream = await listen(uris);
  await stream.body?.cancel();
  await (await listen([])).body?.cancel();
  await (await listen(Array.from({ length: 101 }, (_, id) => `selfos://tasks/${id}`))).text();

  const records = (await recordsOf(network.app)).slice(1);

  assert.deepEqual(
    records.map(({ action, target, outcome, address, client }) => [
      ...[action, target, outcome, address, client],
    ]),
    [
      [`selfos://tasks/${task.id}`, "ok"],
      ["selfos://tasks/4711", "not_found"],
      ["unknown", "not_found"],
      [null, "ok"],
      [null, "invalid_input"],
    ].map((end) => ["subscriptions/listen", ...end, "192.0.2.6", "cursor"]),
  );
});

Deno.test("each wrong credential says why, and its id only where a key has it", async () => {
  await using network = await startNetwork();
  const { app: { clock, app: { auth } } } = network;
  const { keys } = await auth();
  const ends = new Date(clock.now.getTime() + 1000);
  const make = (user_id: string, expires_at: Date | null = null) =>
    keys.create({ user_id, level: "read_write", name: "test", expires_at });
  const expired = await make("ada", ends);
  const revoked = await make("ada");
  await keys.revoke(revoked.id);
  const suspended = await make("bob");
  await trash(network.app, "bob");
  clock.now = new Date(clock.now.getTime() + 5000);
  const { id } = await make("ada");
  const guesses = [
    ...[expired.key, revoked.key, suspended.key],
    ...[forged(id, "x".repeat(43)), forged("Zz99Zz99", "x".repeat(43)), `${expired.key}x`],
    ...["hunter2", undefined],
  ];
  for (const guess of guesses) {
    const headers: HeadersInit = guess === undefined ? {} : { authorization: `Bearer ${guess}` };
    const response = await network.send("/mcp", { headers }, "192.0.2.7", false);
    assert.equal(response.status, 401, await response.text());
  }

  const records = await recordsOf(network.app);

  assert.deepEqual(
    records.map(({ principal, user_id, reason }) => [principal, user_id, reason]),
    [
      [expired.id, "ada", "expired"],
      [revoked.id, "ada", "revoked"],
      [suspended.id, "bob", "suspended"],
      [id, "ada", "unknown"],
      [null, null, "unknown"],
      [null, null, "unknown"],
      [null, null, "unknown"],
      [null, null, "missing"],
    ],
  );
  for (const { action, outcome, address, person, target } of records) {
    assert.deepEqual([action, outcome, address, person, target], [
      ...["authenticate", "unauthenticated", "192.0.2.7", null, null],
    ]);
  }
});

Deno.test("who guesses is answered 429 and leaves one more record, whoever calls too often one", async () => {
  await using network = await startNetwork({ rate: { count: 2, period: 60 } });
  const statuses: number[] = [];
  for (let guess = 0; guess < 60; guess++) {
    const headers = { authorization: `Bearer ${forged("Zz99Zz99", "x".repeat(43))}` };
    const response = await network.send("/mcp", { headers }, "192.0.2.7");
    statuses.push(response.status);
    await response.text();
  }
  for (let call = 0; call < 10; call++) {
    const response = await ask(network, "192.0.2.8", "tools/call", { name: "list_tasks" });
    await response.text();
    assert.equal(response.status, call < 2 ? 200 : 429);
  }

  const records = await recordsOf(network.app);

  assert.equal(statuses.filter((status) => status === 429).length, 30);
  assert.deepEqual(records.map(({ action, outcome, reason }) => `${action} ${outcome} ${reason}`), [
    ...Array(30).fill("authenticate unauthenticated unknown"),
    "authenticate rate_limited limited",
    ...Array(2).fill("tools/call ok null"),
    "authenticate rate_limited limited",
  ]);
  assert.deepEqual([records.at(-1)?.person, records.at(-1)?.address], ["ada", "192.0.2.8"]);
});

Deno.test("a trail that cannot be kept fails no call, and the metrics say what was lost", async () => {
  await using network = await startNetwork();
  const { db } = network.app.app;
  await db.write(
    "test",
    async (tx) => await tx.schema.alterTable("audit").renameTo("lost").execute(),
  );
  const call = () => ask(network, "192.0.2.1", "tools/call", { name: "list_tasks" });
  const before = await (await network.send("/mcp/metrics", {}, "127.0.0.1", false)).json();
  for (let count = 0; count < 10_010; count++) network.app.app.audit.record(attempt());
  const answer = await (await call()).json();
  await until(async () => {
    const metrics = await network.send("/mcp/metrics?format=prometheus", {}, "127.0.0.1", false);
    return /^selfos_audit_lost_total 11$/m.test(await metrics.text());
  });

  const after = await (await network.send("/mcp/metrics", {}, "127.0.0.1", false)).json();

  assert.equal(answer.result.isError, undefined);
  assert.deepEqual([before.audit_lost, after.audit_lost], [0, 11]);
});

Deno.test("secrets never come into the trail, whatever carries them", async () => {
  await using network = await startNetwork();
  const planted = "PLANTED";
  const ada = network.app.as("ada");
  await ada.call("create_task", { title: planted, description: planted, tags: [planted] });
  await ada.call("create_goal", { title: planted });
  await ada.refused("create_task", { title: planted, due_date: planted });
  await ada.refused("list_tasks", { user_id: planted });
  await ada.refused("list_tasks", { cursor: planted, [planted]: 1 });
  const client = await ada.open();
  await client.callTool({ name: planted, arguments: { title: planted } }).catch(() => {});
  await client.readResource({ uri: `selfos://tasks/${planted}` }).catch(() => {});
  await client.readResource({ uri: `${planted}://x` }).catch(() => {});
  await client.subscribeResource({ uri: `selfos://tasks/${planted}` }).catch(() => {});
  const ref = { type: "ref/resource", uri: "selfos://tasks/{task_id}" } as const;
  await client.complete({ ref, argument: { name: "task_id", value: planted } });
  await client.complete({ ref, argument: { name: planted, value: planted } }).catch(() => {});
  await client.complete({ ref: { ...ref, uri: planted }, argument: { name: "a", value: planted } })
    .catch(() => {});
  for (const shown of [`sos_live_${planted}`, planted, forged("Zz99Zz99", "P".repeat(43))]) {
    const headers = { authorization: `Bearer ${shown}` };
    await (await network.send("/mcp", { headers }, "192.0.2.1", false)).text();
  }
  await (await network.send(`/mcp?key=${network.key}`)).text();
  await (await ask(network, "192.0.2.1", "tools/call", { name: "list_tasks" })).text();

  const records = await recordsOf(network.app);

  assert.ok(records.length >= 15, `${records.length}`);
  const text = JSON.stringify(records);
  for (const secret of [planted, "P".repeat(43), network.key, secretOf(network.key)]) {
    assert.ok(!text.includes(secret), text);
  }
});
