import assert from "node:assert/strict";
import { moveClock } from "./clock.ts";
import { INITIALIZE, openSession, startNetwork } from "./network.ts";

const call = (name: string, args = {}) => ({
  jsonrpc: "2.0",
  id: 2,
  method: "tools/call",
  params: { name, arguments: args },
});

Deno.test("a session goes on from request to request, until it is ended", async () => {
  await using network = await startNetwork();
  const session = { "mcp-session-id": await openSession(network) };

  const created = await (await network.post(call("create_task", { title: "Milk" }), session))
    .text();
  const ended = await network.send("/mcp", { method: "DELETE", headers: session });
  const late = await network.post(call("list_tasks"), session);

  assert.match(created, /"title":"Milk"/);
  assert.equal(ended.status, 200);
  assert.equal(late.status, 404);
  for (const response of [ended, late]) await response.text();
});

const strangers = [
  { when: "another principal's", session: undefined, other: true, status: 404 },
  { when: "forged", session: crypto.randomUUID(), other: false, status: 404 },
  { when: "missing", session: "", other: false, status: 400 },
];

for (const { when, session, other, status } of strangers) {
  Deno.test(`a session id that is ${when} is answered with ${status}`, async () => {
    await using network = await startNetwork();
    const own = await openSession(network);
    const bob = await network.issue("bob");
    const id = session ?? own;

    const response = await network.post(call("create_task", { title: "Stolen" }), {
      ...(id === "" ? {} : { "mcp-session-id": id }),
      ...(other ? { authorization: `Bearer ${bob.key}` } : {}),
    });

    assert.equal(response.status, status, await response.text());
    const { total } = await network.app.as("ada").call("list_tasks");
    assert.equal(total, 0);
  });
}

Deno.test("connections beyond the cap are refused until one ends", async () => {
  await using network = await startNetwork();
  const sessions = [];
  for (let count = 0; count < 3; count++) sessions.push(await openSession(network));

  const session = await network.post(INITIALIZE);
  const stream = await network.send("/mcp/sse");
  const first = { "mcp-session-id": sessions[0] ?? "" };
  const ended = await network.send("/mcp", { method: "DELETE", headers: first });
  const again = await openSession(network);

  for (const response of [session, stream]) {
    assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "30"]);
  }
  for (const response of [session, stream, ended]) await response.text();
  assert.match(again, /^[0-9a-f-]{36}$/);
});

Deno.test("a session that only listens is not left behind, one that does nothing is", async () => {
  await using network = await startNetwork();
  const sessions = [];
  for (let count = 0; count < 3; count++) {
    sessions.push({ "mcp-session-id": await openSession(network) });
  }
  const listen = (session?: Record<string, string>) =>
    network.send("/mcp", { headers: { ...session, accept: "text/event-stream" } });
  const streams = [await listen(sessions[0]), await listen(sessions[1])];

  using clock = moveClock(2 * 60_000);
  const first = await openSession(network);
  const answers = [];
  for (const session of sessions) {
    const response = await network.post(call("list_tasks"), session);
    answers.push(response.status);
    await response.text();
  }
  streams.push(await listen({ "mcp-session-id": first }));
  clock.move(2 * 60_000);
  const refused = await network.post(INITIALIZE);
  await streams[1]!.body?.cancel();
  await new Promise((resolve) => setTimeout(resolve, 50));
  clock.move(2 * 60_000);
  const second = await network.post(INITIALIZE);

  assert.deepEqual(answers, [200, 200, 404]);
  assert.deepEqual([refused.status, second.status], [503, 200]);
  for (const response of [refused, second]) await response.text();
  for (const { body } of [streams[0]!, streams[2]!]) await body?.cancel();
});

Deno.test("what one key left behind for five minutes makes room for another key", async () => {
  await using network = await startNetwork();
  const bob = { authorization: `Bearer ${(await network.issue("bob")).key}` };
  for (let count = 0; count < 3; count++) await openSession(network);
  const status = async () => {
    const response = await network.post(INITIALIZE, bob);
    await response.text();
    return response.status;
  };

  using clock = moveClock(4 * 60_000);
  const early = await status();
  clock.move(2 * 60_000);

  assert.deepEqual([early, await status()], [503, 200]);
});

Deno.test("a stream that broke is taken up again where it was", async () => {
  await using network = await startNetwork();
  const id = await openSession(network);
  const answered = await (await network.post(call("list_tasks"), { "mcp-session-id": id })).text();
  const first = /^id: (\S+)$/m.exec(answered)?.[1];

  const resumed = await network.send("/mcp", {
    headers: { "mcp-session-id": id, accept: "text/event-stream", "last-event-id": first ?? "" },
  });
  const unknown = await network.send("/mcp", {
    headers: { "mcp-session-id": id, accept: "text/event-stream", "last-event-id": "999" },
  });

  assert.ok(first, answered);
  assert.equal(resumed.status, 200);
  await resumed.body?.cancel();
  assert.equal(unknown.status, 400);
  await unknown.text();
});

Deno.test("the second era needs no session, and two keys act for two people", async () => {
  await using network = await startNetwork();
  const bob = await network.issue("bob");
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const request = (name: string, args: object) => ({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: { name, arguments: args, _meta },
  });
  const headers = (name: string) => ({
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": name,
  });

  const created = await network.post(request("create_task", { title: "Milk" }), {
    ...headers("create_task"),
  });
  const listed = await network.post(request("list_tasks", {}), {
    ...headers("list_tasks"),
    authorization: `Bearer ${bob.key}`,
  });

  const { result } = await created.json();
  assert.equal(result.structuredContent.task.title, "Milk");
  assert.equal((await listed.json()).result.structuredContent.total, 0);
});
