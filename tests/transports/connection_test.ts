import assert from "node:assert/strict";
import { InMemoryTransport, PROTOCOL_VERSION_META_KEY } from "@modelcontextprotocol/server";
import { serveConnection } from "../../src/transports/connection.ts";
import { recordingLog } from "../events/recording_log.ts";
import { startApp, type TestApp } from "../harness.ts";
import { INITIALIZE } from "./network.ts";

// deno-lint-ignore no-explicit-any
type Json = any;

const META = {
  [PROTOCOL_VERSION_META_KEY]: "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** A connection of Ada's that stays open; whatever answers the last request is its answer. */
async function connect({ app }: TestApp) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const serving = { log: recordingLog().log, engine: () => Promise.resolve(app.engine) };
  serveConnection(serving, { user_id: "ada", level: "read_write", id: "local" }, far, "test");
  let heard = (_: Json) => {};
  near.onmessage = (message) => heard(message);
  await near.start();
  return {
    async ask(message: object): Promise<Json> {
      const answer = new Promise<Json>((resolve) => heard = resolve);
      await near.send({ jsonrpc: "2.0", ...message } as Json);
      return await answer;
    },
    told(): Json[] {
      const told: Json[] = [];
      heard = (message) => told.push(message);
      return told;
    },
    [Symbol.asyncDispose]: () => near.close(),
  };
}

const LIST = { id: 0, method: "tools/list", params: { _meta: META } };

const refusals: { what: string; first: object; _meta: object; uris: number; code: number }[] = [
  { what: "as of 2025", first: INITIALIZE, _meta: {}, uris: 1, code: -32601 },
  { what: "as of 2026, in one of 2025", first: INITIALIZE, _meta: META, uris: 1, code: -32601 },
  { what: "to too much, in one of 2025", first: INITIALIZE, _meta: META, uris: 101, code: -32601 },
  { what: "to too much", first: LIST, _meta: META, uris: 101, code: -32602 },
  { what: "without an envelope", first: LIST, _meta: {}, uris: 1, code: -32602 },
  {
    what: "of an era to come",
    first: LIST,
    _meta: { ...META, [PROTOCOL_VERSION_META_KEY]: "2999-01-01" },
    uris: 1,
    code: -32022,
  },
];
for (const { what, first, _meta, uris, code } of refusals) {
  Deno.test(`listening ${what} on an open connection is refused and keeps nothing`, async () => {
    await using app = await startApp();
    const { task } = await app.as("ada").call("create_task", { title: "Own" });
    await using connection = await connect(app);
    assert.ok((await connection.ask(first)).result);
    const notifications = { resourceSubscriptions: Array(uris).fill(`selfos://tasks/${task.id}`) };

    const { id, error } = await connection.ask({
      id: 7,
      method: "subscriptions/listen",
      params: { _meta, notifications },
    });

    assert.deepEqual([id, error.code], [7, code]);
    assert.ok(!app.app.engine.subscriptions.any);
  });
}

Deno.test("listening as the first message, without an envelope, is refused and keeps nothing", async () => {
  await using app = await startApp();
  const { task } = await app.as("ada").call("create_task", { title: "Own" });
  await using connection = await connect(app);
  const notifications = { resourceSubscriptions: [`selfos://tasks/${task.id}`] };

  const { error } = await connection.ask({
    id: 7,
    method: "subscriptions/listen",
    params: { notifications },
  });

  assert.equal(error.code, -32601);
  assert.ok(!app.app.engine.subscriptions.any);
});

Deno.test("a stream goes on when other requests of its connection are answered", async () => {
  await using app = await startApp();
  const { task } = await app.as("ada").call("create_task", { title: "Own" });
  await using connection = await connect(app);
  const notifications = { resourceSubscriptions: [`selfos://tasks/${task.id}`] };
  const params = { _meta: META, notifications };
  const promised = await connection.ask({ id: 7, method: "subscriptions/listen", params });
  assert.equal(promised.method, "notifications/subscriptions/acknowledged");

  assert.ok((await connection.ask(LIST)).result);

  const told = connection.told();
  await app.as("ada").call("update_task", { task_id: task.id, title: "Mine" });
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.deepEqual(told.map(({ method }) => method), ["notifications/resources/updated"]);
});

Deno.test("what a connection as of 2025 subscribed to outlives its answers, whatever their ids", async () => {
  await using app = await startApp();
  const { task } = await app.as("ada").call("create_task", { title: "Own" });
  await using connection = await connect(app);
  await connection.ask(INITIALIZE);
  const params = { uri: `selfos://tasks/${task.id}` };

  for (const id of [7, "the connection"]) {
    assert.ok((await connection.ask({ id, method: "resources/subscribe", params })).result);
  }

  assert.ok(app.app.engine.subscriptions.any);
});
