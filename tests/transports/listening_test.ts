import assert from "node:assert/strict";
import { PROTOCOL_VERSION_META_KEY } from "@modelcontextprotocol/server";
import { furnish, share, unshare } from "../household.ts";
import { until } from "../until.ts";
import { startNetwork, type TestNetwork } from "./network.ts";

const PREFIX = "io.modelcontextprotocol/";
const META = {
  [PROTOCOL_VERSION_META_KEY]: "2026-07-28",
  [`${PREFIX}clientInfo`]: { name: "test", version: "1" },
  [`${PREFIX}clientCapabilities`]: {},
};

/** Opens a stream of the 2026 era that names these tasks. */
async function listen(
  network: TestNetwork,
  task_ids: readonly number[],
  headers: Record<string, string> = {},
): Promise<Response> {
  const notifications = { resourceSubscriptions: task_ids.map((id) => `selfos://tasks/${id}`) };
  const params = { _meta: META, notifications };
  return await network.post(
    { jsonrpc: "2.0", id: "a stream", method: "subscriptions/listen", params },
    { "mcp-protocol-version": "2026-07-28", "mcp-method": "subscriptions/listen", ...headers },
  );
}

/** The messages of a stream, one after the other; `undefined` at its end. */
function messagesOf({ body }: Response) {
  assert.ok(body);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    async next() {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end >= 0) {
          const event = text.slice(0, end);
          text = text.slice(end + 2);
          const data = event.split("\n").find((line) => line.startsWith("data: "));
          if (data !== undefined) return JSON.parse(data.slice(6));
          continue;
        }
        const { value, done } = await reader.read();
        if (done) return undefined;
        text += value;
      }
    },
    leave: () => reader.cancel(),
  };
}

async function twoTasks(network: TestNetwork): Promise<[number, number]> {
  const { task: own } = await network.app.as("ada").call("create_task", { title: "Own" });
  const { task: secret } = await network.app.as("bob").call("create_task", { title: "Secret" });
  return [own.id, secret.id];
}

Deno.test("a stream tells of what its principal can read, until its client leaves", async () => {
  await using network = await startNetwork();
  const [own, secret] = await twoTasks(network);
  const response = await listen(network, [own, secret, 4711]);
  const messages = messagesOf(response);

  const promised = await messages.next();
  assert.equal(promised.method, "notifications/subscriptions/acknowledged");
  assert.deepEqual(promised.params.notifications, {
    resourceSubscriptions: [`selfos://tasks/${own}`],
  });
  await network.app.as("bob").call("update_task", { task_id: secret, title: "Still secret" });
  await network.app.as("ada").call("update_task", { task_id: own, title: "Mine" });
  const told = await messages.next();
  assert.deepEqual(
    [told.method, told.params.uri, told.params._meta[`${PREFIX}subscriptionId`]],
    ["notifications/resources/updated", `selfos://tasks/${own}`, "a stream"],
  );

  await messages.leave();
  assert.ok(!network.app.app.engine.subscriptions.any);
});

Deno.test("a stream ends when its server stops, and says so", async () => {
  await using network = await startNetwork();
  const [own] = await twoTasks(network);
  const messages = messagesOf(await listen(network, [own]));
  await messages.next();

  await network.network.stop(0);

  const goodbye = await messages.next();
  assert.deepEqual([goodbye.id, goodbye.result.resultType], ["a stream", "complete"]);
  assert.equal(await messages.next(), undefined);
});

Deno.test("streams take places among the connections, and give them back", async () => {
  await using network = await startNetwork({ maxConnections: 2 });
  const [own] = await twoTasks(network);
  const streams = [];
  for (let n = 0; n < 2; n++) {
    const messages = messagesOf(await listen(network, [own]));
    await messages.next();
    streams.push(messages);
  }

  const refused = await listen(network, [own]);
  assert.equal(refused.status, 503);
  await refused.text();
  await streams[0]?.leave();
  const admitted = messagesOf(await listen(network, [own]));
  assert.equal((await admitted.next()).method, "notifications/subscriptions/acknowledged");

  await admitted.leave();
  await streams[1]?.leave();
});

Deno.test("a stream that can tell nothing ends at once and keeps no place", async () => {
  await using network = await startNetwork({ maxConnections: 1 });
  const [, secret] = await twoTasks(network);
  for (let attempt = 0; attempt < 3; attempt++) {
    const messages = messagesOf(await listen(network, [secret]));
    assert.deepEqual((await messages.next()).params.notifications, {});
    assert.equal((await messages.next()).id, "a stream");
    assert.equal(await messages.next(), undefined);
  }
});

Deno.test("streams end whose key is revoked, or with whom nothing is shared any more; others go on", async () => {
  await using network = await startNetwork({ maxConnections: 4 });
  const { app } = network.app;
  const { open: { area, goal, task: own }, closed } = await furnish(network.app, "ada");
  await share(network.app, "ada", area, "bob", "reader");
  const guest = await network.issue("bob");
  const doomed = await network.issue("ada");
  const other = await network.issue("ada");
  const { keys } = await app.auth();
  const narrow = await keys.create({
    ...{ user_id: "ada", name: "narrow", level: "read_only", areas: [area], expires_at: null },
  });
  const headersOf = ({ key }: { key: string }) => ({ authorization: `Bearer ${key}` });
  const cut = messagesOf(await listen(network, [own], headersOf(doomed)));
  const kept = messagesOf(await listen(network, [own], headersOf(other)));
  const shared = messagesOf(await listen(network, [own], headersOf(guest)));
  const narrowed = messagesOf(await listen(network, [own], headersOf(narrow)));
  for (const messages of [cut, kept, shared, narrowed]) await messages.next();
  let ended = 0;

  await network.app.as("ada").call("update_goal", { goal_id: goal, life_area_id: closed.area });
  const uri = `selfos://tasks/${own}`;
  for (const messages of [cut, kept, narrowed]) {
    assert.equal((await messages.next()).params.uri, uri);
  }
  await keys.revoke(doomed.id);
  await unshare(network.app, "ada", area, "bob");
  const goodbyes = [cut, shared].map(async (messages) => {
    const [last, end] = [await messages.next(), await messages.next()];
    ended++;
    return [last.id, last.result.resultType, end];
  });
  await until(() => ended === 2, 30_000);

  await narrowed.leave();
  for (const goodbye of await Promise.all(goodbyes)) {
    assert.deepEqual(goodbye, ["a stream", "complete", undefined]);
  }
  await network.app.as("ada").call("update_task", { task_id: own, title: "Mine" });
  assert.equal((await kept.next()).method, "notifications/resources/updated");
  await kept.leave();
});

const refusals = [
  { what: "without a list", notifications: undefined, code: -32602 },
  { what: "of numbers", notifications: { resourceSubscriptions: [1] }, code: -32602 },
  {
    what: "that is too long",
    notifications: { resourceSubscriptions: Array(101).fill("selfos://tasks/1") },
    code: -32602,
  },
];
for (const { what, notifications, code } of refusals) {
  Deno.test(`a stream ${what} is refused and keeps nothing`, async () => {
    await using network = await startNetwork();
    const response = await network.post(
      {
        jsonrpc: "2.0",
        id: 7,
        method: "subscriptions/listen",
        params: { _meta: META, notifications },
      },
      { "mcp-protocol-version": "2026-07-28", "mcp-method": "subscriptions/listen" },
    );

    const { id, error } = await response.json();

    assert.deepEqual([id, error.code], [7, code]);
    assert.ok(!network.app.app.engine.subscriptions.any);
  });
}

Deno.test("a stream whose header names another method is refused and keeps nothing", async () => {
  await using network = await startNetwork();
  const [own] = await twoTasks(network);

  const response = await listen(network, [own], { "mcp-method": "tools/list" });

  assert.equal(response.status, 400);
  await response.text();
  assert.ok(!network.app.app.engine.subscriptions.any);
});
