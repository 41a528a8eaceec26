import assert from "node:assert/strict";
import { holderOf } from "../../src/permissions.ts";
import { MAY_STILL_WAIT, withRedis } from "../services/redis.ts";
import { until } from "../until.ts";
import { moveClock } from "./clock.ts";
import { openSessionOn, type Pair, startPair } from "./pair.ts";

const CLIENT = { name: "test", version: "1" };

const MCP = "http://localhost/mcp";

const call = (name: string, args = {}) => ({
  id: 2,
  method: "tools/call",
  params: { name, arguments: args },
});

const whereChanged = [
  { where: "where the session was opened", changed: 0, listening: 1 },
  { where: "where nothing is known of the session", changed: 1, listening: 0 },
] as const;

for (const { where, changed, listening } of whereChanged) {
  withRedis(
    `what a session subscribes to while Redis hangs, ${where}, is told everywhere after it`,
    async () => {
      await using pair = await startPair();
      const session = await openSessionOn(pair, 0);
      const task_id = await createTask(pair, session);
      const uri = `selfos://tasks/${task_id}`;
      const stream = await pair.on(listening)(MCP, {
        headers: { ...session, accept: "text/event-stream" },
      });
      const heard: string[] = [];
      const reading = readEvents(stream, heard);
      const change = async (method: string, params: object) =>
        await (await pair.post(changed, { id: 3, method, params }, session)).text();
      const record = async () => {
        const found = await pair.instances[0].sessions.find(session["mcp-session-id"] ?? "");
        return typeof found === "object" ? found : undefined;
      };

      pair.redis.freeze();
      await until(() => pair.instances.every(({ standing }) => standing === "cut off"));
      await change("resources/subscribe", { uri: "selfos://tasks" });
      await change("resources/subscribe", { uri });
      await change("resources/unsubscribe", { uri: "selfos://tasks" });
      await change("logging/setLevel", { level: "error" });
      pair.redis.thaw();
      await until(() => pair.instances.every(({ standing }) => standing === "joined"));
      await until(async () => (await record())?.logLevel === "error", 15_000);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await (await pair.post(0, call("update_task", { task_id, title: "Oat milk" }), session))
        .text();
      await until(() => heard.some((text) => text.includes("resources/updated")));

      assert.deepEqual((await record())?.subscriptions, [uri]);
      await pair.networks[listening].stop(0);
      await reading;
    },
    MAY_STILL_WAIT,
  );
}

withRedis(
  "a session that cannot be taken up without the store is refused for now, and takes no place",
  async () => {
    await using pair = await startPair({ maxConnections: 3 });
    const session = await openSessionOn(pair, 0);
    const uri = `selfos://tasks/${await createTask(pair, session)}`;
    const subscribe = { id: 3, method: "resources/subscribe", params: { uri } };
    await (await pair.post(0, subscribe, session)).text();
    // The other instance has seen the key, too.
    await (await pair.on(1)("http://localhost/mcp/nothing")).text();

    await pair.closeStore();
    const refused = [];
    for (let count = 0; count < 5; count++) {
      const response = await pair.post(1, call("list_tasks"), session);
      refused.push([response.status, response.headers.get("retry-after")]);
      assert.match(await response.text(), /unavailable: the session cannot be taken up now/);
    }
    const opened = await openSessionOn(pair, 1);

    assert.deepEqual(refused, Array.from({ length: 5 }, () => [503, "5"]));
    assert.match(opened["mcp-session-id"] ?? "", /^[0-9a-f-]{36}$/);
  },
);

withRedis(
  "a session that nobody used through an outage is kept for the rest of its time",
  async () => {
    await using pair = await startPair();
    const session = await openSessionOn(pair, 0);
    const lasts = async () =>
      Number((await pair.redis.ask(`PTTL selfos:session:${session["mcp-session-id"]}`)).slice(1));

    const before = await lasts();
    using _clock = moveClock(20 * 60_000);
    await pair.redis.kill();
    await pair.redis.start();
    let after = 0;
    await until(async () => (after = await lasts()) > 0);

    assert.ok(before > 25 * 60_000, `${before}`);
    assert.ok(after <= 10 * 60_000, `${after}`);
  },
  MAY_STILL_WAIT,
);

withRedis("a session whose record cannot be read is refused for now, not guessed", async () => {
  await using pair = await startPair();
  const id = crypto.randomUUID();
  await pair.redis.ask(`SET selfos:session:${id} text`);

  const response = await pair.post(0, call("list_tasks"), { "mcp-session-id": id });

  assert.equal(response.status, 503);
  assert.match(await response.text(), /unavailable: the session cannot be taken up now/);
});

withRedis("sessions that are taken up at once do not go beyond the cap", async () => {
  await using pair = await startPair({ maxConnections: 3 });
  const { key, id: credential } = await pair.issue("bob");
  const principal = holderOf({ id: credential, level: "read_write" });
  const initialize = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: CLIENT };
  const ids = Array.from({ length: 8 }, () => crypto.randomUUID());
  for (const id of ids) {
    const record = { principal, initialize, subscriptions: [] };
    await pair.instances[0].sessions.keep(id, record, 60_000);
  }

  const answers = await Promise.all(
    ids.map((id) =>
      pair.post(1, call("list_tasks"), { "mcp-session-id": id, authorization: `Bearer ${key}` })
    ),
  );

  for (const answer of answers) await answer.text();
  const statuses = answers.map(({ status }) => status).toSorted();
  assert.deepEqual(statuses, [200, 200, 200, 503, 503, 503, 503, 503]);
});

async function createTask(pair: Pair, session: Record<string, string>): Promise<number> {
  const created = await pair.post(0, call("create_task", { title: "Milk" }), session);
  return Number(/"task":\{"id":(\d+)/.exec(await created.text())?.[1]);
}

async function readEvents(stream: Response, heard: string[]): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream.body ?? []) heard.push(decoder.decode(chunk));
}
