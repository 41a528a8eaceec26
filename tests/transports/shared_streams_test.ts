import assert from "node:assert/strict";
import { MAY_STILL_WAIT, withRedis } from "../services/redis.ts";
import { until } from "../until.ts";
import { INITIALIZE } from "./network.ts";
import { openSessionOn, type Pair, startPair } from "./pair.ts";

const call = (name: string, args = {}) => ({
  id: 2,
  method: "tools/call",
  params: { name, arguments: args },
});

/** A stream of HTTP+SSE on one instance, and where its client posts. */
async function openStreamOn(pair: Pair, instance: 0 | 1) {
  const stream = await pair.on(instance)("http://localhost/mcp/sse");
  const heard: string[] = [];
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const reading = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      heard.push(value);
    }
  })();
  await until(() => heard.length > 0);
  const path = /data: (\S+)/.exec(heard[0]!)?.[1] ?? "";
  const post = (instance: 0 | 1, message: object, headers: Record<string, string> = {}) =>
    pair.on(instance)(`http://localhost${path}`, {
      method: "POST",
      body: JSON.stringify({ jsonrpc: "2.0", ...message }),
      headers: { "content-type": "application/json", ...headers },
    });
  return { heard, post, end: () => reader.cancel().then(() => reading) };
}

withRedis("a message of HTTP+SSE finds the stream of another instance", async () => {
  await using pair = await startPair();
  const stream = await openStreamOn(pair, 0);
  const stranger = { authorization: `Bearer ${(await pair.issue("bob")).key}` };

  const opened = await stream.post(1, INITIALIZE);
  await until(() => stream.heard.some((text) => text.includes("protocolVersion")));
  const called = await stream.post(1, call("create_task", { title: "Milk" }));
  await until(() => stream.heard.some((text) => text.includes('"title":"Milk"')));
  const stolen = await stream.post(1, call("create_task", { title: "Stolen" }), stranger);
  const malformed = await stream.post(1, { jsonrpc: "1.0" });
  await stream.end();
  await until(async () => {
    const late = await stream.post(1, call("list_tasks"));
    await late.text();
    return late.status === 404;
  });

  const statuses = [opened, called, stolen, malformed].map(({ status }) => status);
  assert.deepEqual(statuses, [202, 202, 404, 400]);
  assert.ok(!stream.heard.some((text) => text.includes("Stolen")));
  for (const response of [opened, called, stolen, malformed]) await response.text();
});

withRedis(
  "sessions go on while Redis is away, new ones too, and are shared when it is back",
  async () => {
    await using pair = await startPair();
    const before = await openSessionOn(pair, 0);
    const known = await pair.post(1, call("list_tasks"), before);
    await known.text();

    await pair.redis.kill();
    const during = await openSessionOn(pair, 0);
    const statuses: number[] = [];
    for (const session of [before, during]) {
      for (const instance of [0, 1] as const) {
        const response = await pair.post(instance, call("create_task", { title: "Milk" }), session);
        assert.match(await response.text(), /"title":"Milk"/);
        statuses.push(response.status);
      }
    }
    const ended = await pair.on(0)("http://localhost/mcp", { method: "DELETE", headers: before });
    const health = await pair.on(0)("http://localhost/mcp/health");
    const { status, failing } = await health.json();
    await pair.redis.start();
    await until(() => pair.instances.every(({ standing }) => standing === "joined"));
    const healed = await pair.on(0)("http://localhost/mcp/health");
    await healed.text();
    // What was guessed is given up once everyone had the time to tell what there is.
    await until(async () => {
      const named = await pair.post(1, call("get_logged"), during);
      return (await named.text()).includes('"said":"test"');
    });
    const forged = { "mcp-session-id": crypto.randomUUID() };
    const late = [
      await pair.post(0, call("list_tasks"), before),
      await pair.post(1, call("list_tasks"), before),
      await pair.post(1, call("list_tasks"), forged),
    ];

    assert.deepEqual(statuses, [200, 200, 200, 200]);
    assert.deepEqual([ended.status, health.status, status, failing], [200, 503, "degraded", [
      "redis",
    ]]);
    assert.equal(healed.status, 200);
    assert.deepEqual(late.map(({ status }) => status), [404, 404, 404]);
    for (const response of [ended, ...late]) await response.text();
  },
  MAY_STILL_WAIT,
);

withRedis(
  "without Redis a message to the stream of another instance is refused for now",
  async () => {
    await using pair = await startPair();
    const stream = await openStreamOn(pair, 0);
    await pair.redis.kill();
    await until(() => pair.instances[1].standing === "cut off");

    const [own, other] = [await stream.post(0, INITIALIZE), await stream.post(1, INITIALIZE)];

    assert.deepEqual([own.status, other.status, other.headers.get("retry-after")], [202, 503, "5"]);
    for (const response of [own, other]) await response.text();
    await stream.end();
  },
  MAY_STILL_WAIT,
);
