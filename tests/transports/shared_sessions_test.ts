import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as FirstClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as FirstTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { withRedis } from "../services/redis.ts";
import { until } from "../until.ts";
import { openSessionOn, type Pair, startPair } from "./pair.ts";

const URL_OF_BOTH = new URL("http://localhost/mcp");

const call = (name: string, args = {}, id = 2) => ({
  id,
  method: "tools/call",
  params: { name, arguments: args },
});

async function connectV2(pair: Pair, onColor = () => {}) {
  const client = new Client({ name: "painter", version: "1" }, {
    capabilities: { elicitation: {} },
    versionNegotiation: { mode: "legacy" },
  });
  client.setRequestHandler("elicitation/create", () => {
    onColor();
    return { action: "accept", content: { name: "blue" } };
  });
  const transport = new StreamableHTTPClientTransport(URL_OF_BOTH, { fetch: pair.inTurn });
  await client.connect(transport);
  return {
    client,
    transport,
    [Symbol.asyncDispose]: () => client.close(),
  };
}

withRedis("clients of both SDKs go on with a session wherever their requests land", async () => {
  await using pair = await startPair();
  await using second = await connectV2(pair);
  const first = new FirstClient({ name: "first", version: "1" });
  // deno-lint-ignore no-explicit-any
  await first.connect(new FirstTransport(URL_OF_BOTH, { fetch: pair.inTurn }) as any);

  for (const client of [first, second.client]) {
    const titles = Array.from({ length: 10 }, (_, at) => `${client === first} ${at}`);
    const calls = titles.map((title) =>
      client.callTool({ name: "create_task", arguments: { title } })
    );
    const answers = await Promise.all(calls);
    assert.deepEqual(
      // deno-lint-ignore no-explicit-any
      answers.map(({ structuredContent }: any) => structuredContent.task.title),
      titles,
    );
  }
  const { structuredContent } = await second.client.callTool({ name: "get_logged" });
  await first.close();

  assert.deepEqual(structuredContent, { said: "painter" });
});

withRedis(
  "answers to questions find the call that asked, on whichever instance it runs",
  async () => {
    await using pair = await startPair();
    let asked = 0;
    await using second = await connectV2(pair, () => asked++);

    const answers = await Promise.all(
      Array.from(
        { length: 8 },
        () => second.client.callTool({ name: "get_color" }, { timeout: 5000 }),
      ),
    );

    for (const { structuredContent } of answers) {
      assert.deepEqual(structuredContent, {
        said: "blue",
      });
    }
    assert.equal(asked, 8);
  },
);

withRedis("a call is cancelled by a notice that reaches another instance", async () => {
  await using pair = await startPair();
  const session = await openSessionOn(pair, 0);
  const running = await pair.post(0, call("get_bored", {}, 7), session);

  const notice = { method: "notifications/cancelled", params: { requestId: 7 } };
  const { status } = await pair.post(1, notice, session);
  await until(() => pair.cancelled() === 1);

  assert.equal(status, 202);
  await running.body?.cancel();
});

withRedis("a session that is ended on one instance has ended on all", async () => {
  await using pair = await startPair();
  const session = await openSessionOn(pair, 0);
  const before = await pair.post(1, call("list_tasks"), session);
  await before.text();

  const ended = await pair.on(1)(URL_OF_BOTH, { method: "DELETE", headers: session });
  const late = await pair.post(0, call("list_tasks"), session);
  const later = await pair.post(1, call("list_tasks"), session);

  assert.deepEqual([before.status, ended.status], [200, 200]);
  assert.deepEqual([late.status, later.status], [404, 404]);
  for (const response of [ended, late, later]) await response.text();
});

withRedis("a session is nobody else's on any instance, and a forged one nobody's", async () => {
  await using pair = await startPair();
  const session = await openSessionOn(pair, 0);
  const stranger = { authorization: `Bearer ${(await pair.issue("bob")).key}` };
  const forged = { "mcp-session-id": crypto.randomUUID() };
  const strange = { "mcp-session-id": "../*" };

  for (const headers of [{ ...session, ...stranger }, forged, strange]) {
    for (const instance of [0, 1] as const) {
      const response = await pair.post(instance, call("create_task", { title: "Stolen" }), headers);
      assert.equal(response.status, 404, await response.text());
    }
  }
  const own = await pair.post(1, call("list_tasks"), session);
  assert.match(await own.text(), /"total":0/);
});

withRedis("a session outlives the instance that opened it", async () => {
  await using pair = await startPair();
  await using second = await connectV2(pair);
  await second.client.callTool({ name: "create_task", arguments: { title: "Milk" } });

  await pair.networks[0].stop(0);
  const answers = [];
  for (let count = 0; count < 4; count++) {
    answers.push(
      await pair.post(1, call("list_tasks"), {
        "mcp-session-id": second.transport.sessionId ?? "",
      }),
    );
  }

  for (const answer of answers) assert.match(await answer.text(), /"title":"Milk"/);
});

withRedis(
  "what is subscribed to on one instance is told on the stream of another, once",
  async () => {
    await using pair = await startPair();
    const session = await openSessionOn(pair, 0);
    const created = await (await pair.post(0, call("create_task", { title: "Milk" }), session))
      .text();
    const task_id = Number(/"task":\{"id":(\d+)/.exec(created)?.[1]);
    const uri = `selfos://tasks/${task_id}`;
    const stream = await pair.on(0)(URL_OF_BOTH, {
      headers: { ...session, accept: "text/event-stream" },
    });
    const heard: string[] = [];
    const reading = readEvents(stream, heard);
    const told = () => heard.filter((line) => line.includes("resources/updated")).length;

    const subscribe = (method: string) =>
      pair.post(1, { id: 5, method, params: { uri } }, session).then((response) => response.text());
    const subscribed = await subscribe("resources/subscribe");
    const rename = async (instance: 0 | 1, title: string) =>
      await (await pair.post(instance, call("update_task", { task_id, title }), session)).text();
    await rename(1, "Oat milk");
    await until(() => told() === 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const once = told();
    await subscribe("resources/unsubscribe");
    await rename(0, "Soy milk");
    await new Promise((resolve) => setTimeout(resolve, 300));

    assert.match(subscribed, /"result":\{\}/);
    assert.deepEqual([once, told()], [1, 1]);
    await pair.networks[0].stop(0);
    await reading;
  },
);

withRedis(
  "a subscription and a log level hold on an instance that adopts the session later",
  async () => {
    await using pair = await startPair();
    const session = await openSessionOn(pair, 0);
    const created = await (await pair.post(0, call("create_task", { title: "Milk" }), session))
      .text();
    const task_id = Number(/"task":\{"id":(\d+)/.exec(created)?.[1]);
    const params = { uri: `selfos://tasks/${task_id}` };
    await (await pair.post(0, { id: 3, method: "resources/subscribe", params }, session)).text();
    const before = await (await pair.post(0, call("get_logged"), session)).text();
    const level = { id: 4, method: "logging/setLevel", params: { level: "error" } };
    await (await pair.post(0, level, session)).text();
    await pair.networks[0].stop(0);

    const after = await (await pair.post(1, call("get_logged"), session)).text();
    const stream = await pair.on(1)(URL_OF_BOTH, {
      headers: { ...session, accept: "text/event-stream" },
    });
    const heard: string[] = [];
    const reading = readEvents(stream, heard);
    await (await pair.post(1, call("complete_task", { task_id }), session)).text();
    await until(() => heard.some((line) => line.includes(params.uri)));

    assert.match(before, /hello/);
    assert.doesNotMatch(after, /hello/);
    await pair.networks[1].stop(0);
    await reading;
  },
);

withRedis("a stream of an instance that is gone begins anew, that of a call ends", async () => {
  await using pair = await startPair();
  const session = await openSessionOn(pair, 0);
  const answered = await (await pair.post(0, call("list_tasks"), session)).text();
  const ofCall = /^id: (\S+)$/m.exec(answered)?.[1] ?? "";
  const ofStream = ofCall.replace("call", "standalone");
  const resume = (last: string) =>
    pair.on(1)(URL_OF_BOTH, {
      headers: { ...session, accept: "text/event-stream", "last-event-id": last },
    });

  const anew = await resume(ofStream);
  const gone = await resume(ofCall);

  assert.match(ofCall, /call/);
  assert.deepEqual([anew.status, gone.status, gone.headers.get("allow")], [
    ...[200, 405],
    "POST, DELETE",
  ]);
  await anew.body?.cancel();
  await gone.text();
});

withRedis("a client has one stream that belongs to no call: the one it opened last", async () => {
  await using pair = await startPair();
  const session = await openSessionOn(pair, 0);
  const open = (instance: 0 | 1) =>
    pair.on(instance)(URL_OF_BOTH, { headers: { ...session, accept: "text/event-stream" } });

  const first = await open(0);
  const second = await open(1);
  const heard: string[] = [];
  let ended = false;
  void readEvents(first, heard).then(() => ended = true);
  await until(() => ended);

  assert.deepEqual([first.status, second.status], [200, 200]);
  assert.deepEqual(heard, []);
  await second.body?.cancel();
});

withRedis("both take from the same limit, and refuse with the time to wait", async () => {
  await using pair = await startPair({ rate: { count: 4, period: 60 } });

  const statuses = [];
  for (let count = 0; count < 6; count++) {
    const response = await pair.inTurn("http://localhost/mcp/nothing");
    statuses.push(response.status);
    if (response.status === 429) assert.equal(response.headers.get("retry-after"), "15");
    await response.text();
  }

  assert.deepEqual(statuses, [404, 404, 404, 404, 429, 429]);
});

async function readEvents(stream: Response, heard: string[]): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream.body ?? []) heard.push(decoder.decode(chunk));
}
