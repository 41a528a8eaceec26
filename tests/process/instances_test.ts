import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { until } from "../until.ts";
import { callTool } from "./calls.ts";
import { type Installation, missingParts, runClient, startInstallation } from "./instances.ts";
import { onOneProgram } from "./programs.ts";
import type { Json } from "./server.ts";

const CONVERSATIONS = [
  { path: "/mcp", client: ["v1.ts"] },
  { path: "/mcp", client: ["v2.ts", "legacy"] },
  { path: "/mcp", client: ["v2.ts", "2026-07-28"] },
  { path: "/mcp/sse", client: ["v1.ts"] },
  { path: "/mcp/sse", client: ["v2.ts", "legacy"] },
  { path: "/mcp/ws", client: ["v1.ts"] },
  { path: "/mcp/ws", client: ["v2.ts", "2026-07-28"] },
];

/** Calls of a key in the hour; it fills by one in 9 s. */
const LIMIT = 400;

onOneProgram("two instances behind nginx are one server", async (program, test) => {
  await using selfos = await startInstallation(program, `${LIMIT}/h`);
  await test.step("a client of every kind does all its work through the proxy", async () => {
    const clients = CONVERSATIONS;
    const reports = await Promise.all(clients.map(async ({ path, client }, at) => {
      const { key } = await selfos.newPerson(`client-${at}`);
      return await runClient(selfos, key, client, path);
    }));
    for (const { code, stdout, stderr } of reports) {
      assert.equal(code, 0, stderr);
      const { called, tools } = JSON.parse(stdout);
      assert.deepEqual(called, tools);
    }
  });

  await test.step("a session goes on when its instances are killed, one after the other", async () => {
    const { key } = await selfos.newPerson("survivor");
    const client = new Client({ name: "survivor", version: "1" }, {
      versionNegotiation: { mode: "legacy" },
    });
    await client.connect(
      new StreamableHTTPClientTransport(new URL("/mcp", selfos.proxy.url), {
        fetch: (url, init) => selfos.fetch(String(url), init),
        requestInit: { headers: { authorization: `Bearer ${key}` } },
      }),
    );
    const create = (title: string) =>
      client.callTool({ name: "create_task", arguments: { title } });
    await create("before");
    for (const at of [0, 1]) {
      await selfos.replace(at);
      for (let count = 0; count < 4; count++) await create(`after ${at} ${count}`);
    }
    const { structuredContent }: Json = await client.callTool({ name: "list_tasks" });
    await client.close();
    assert.equal(structuredContent.total, 9);
  });

  const revoked = await openDoomedStreams(selfos);
  const unshared = await openGuestStreams(selfos);

  await test.step("both take from one limit", async () => {
    const { key } = await selfos.newPerson("eager");
    const headers = { authorization: `Bearer ${key}` };
    const statuses: number[] = [];
    await Promise.all(Array.from({ length: 20 }, async () => {
      while (statuses.length < LIMIT + 40) {
        const response = await selfos.fetch("/mcp/nothing", { headers });
        await response.text();
        statuses.push(response.status);
      }
    }));
    const admitted = statuses.filter((status) => status === 404).length;
    assert.ok(admitted >= LIMIT && admitted <= LIMIT + 5, `${admitted} were let in`);
    assert.ok(statuses.every((status) => status === 404 || status === 429));
  });

  await test.step("a change on one is told to who listens on the other, also that of a command", async () => {
    const { key } = await selfos.newPerson("listener");
    const [one, other] = selfos.instances;
    const created = await callTool(one!.url, key, "create_task", { title: "Milk" });
    const task_id = Number(/#(\d+)/.exec(created.text)?.[1]);
    const heard = await listenTo(other!.url, key, `selfos://tasks/${task_id}`);
    await callTool(one!.url, key, "update_task", { task_id, title: "Oat milk" });
    await until(() => heard.count() === 1);
    await selfos.run("call", "complete_task", `task_id=${task_id}`, "--api-key", key);
    await until(() => heard.count() === 2);
    await heard.end();
  });

  await test.step("Redis is killed: no call fails, the health tells, and it heals", async () => {
    const { key } = await selfos.newPerson("steady");
    const call = () => callTool(selfos.instances[0]!.url, key, "list_tasks");
    const healthy = async () => (await healthOf(selfos)).status === "healthy";
    await until(healthy);
    await selfos.redis.kill();
    const calls = await Promise.all([1, 2, 3, 4].map(call));
    await until(async () => (await healthOf(selfos)).status === "degraded");
    calls.push(await call());
    await selfos.redis.start();
    await until(healthy);
    calls.push(await call());
    assert.ok(calls.every(({ isError }) => !isError));
  });

  await test.step("PostgreSQL is restarted: calls are refused meanwhile, then served", async () => {
    const { key } = await selfos.newPerson("patient");
    const call = () => callTool(selfos.instances[1]!.url, key, "list_tasks");
    await call();
    await selfos.store.stop();
    const gone = await call();
    await selfos.store.start();
    await until(async () => !(await call()).isError);
    assert.match(gone.text, /^unavailable: /);
  });

  await test.step(
    "a key that was revoked is cut on both within 30 seconds, another one through all this never",
    revoked,
  );

  await test.step(
    "what is shared no more is out of the lists of both at once, and its streams end within 30 seconds",
    unshared,
  );
}, missingParts());

/**
 * Opens a stream on each instance with a key that is revoked, and with one that is not.
 *
 * @returns waits for the first two to end, while the others must not
 */
async function openDoomedStreams(selfos: Installation): Promise<() => Promise<void>> {
  const doomed = await selfos.newPerson("doomed");
  const safe = await selfos.newPerson("safe");
  const abort = new AbortController();
  const open = (key: string) =>
    Promise.all(selfos.instances.map(async ({ url }) => {
      const stream = await fetch(new URL("/mcp/sse", url), {
        headers: { authorization: `Bearer ${key}` },
        signal: abort.signal,
      });
      assert.equal(stream.status, 200);
      return stream;
    }));
  const streams = await open(doomed.key);
  const start = performance.now();
  const ended = streams.map(async (stream) => {
    await stream.text().catch(() => {});
    return performance.now() - start;
  });
  let cut = 0;
  const going = (await open(safe.key)).map(async (stream) => {
    await stream.text().catch(() => {});
    cut++;
  });
  await selfos.run("keys", "revoke", doomed.id, "--yes");
  return async () => {
    for (const milliseconds of await Promise.all(ended)) assert.ok(milliseconds < 30_000);
    assert.equal(cut, 0, "a stream of a good key was cut");
    abort.abort();
    await Promise.all(going);
  };
}

/**
 * Follows on each instance what another shares, until that one shares it no more.
 *
 * @returns waits for the streams to end, which hear of nothing that was done since
 */
async function openGuestStreams(selfos: Installation): Promise<() => Promise<void>> {
  const { key } = await selfos.newPerson("guest");
  const { key: owner } = await selfos.newPerson("owner");
  const [one] = selfos.instances;
  const make = async (tool: string, args: object) => {
    const { text } = await callTool(one!.url, owner, tool, args);
    return Number(/#(\d+)/.exec(text)?.[1]);
  };
  const life_area_id = await make("save_life_area", { name: "Household" });
  const goal_id = await make("create_goal", { title: "Roof", life_area_id });
  const task_id = await make("create_task", { title: "Call the roofer", goal_id });
  const share = ["Household", "--with", "guest", "--user", "owner"];
  await selfos.run("areas", "share", ...share);
  const lists = () =>
    Promise.all(selfos.instances.map(({ url }) => callTool(url, key, "list_tasks")));
  for (const { text } of await lists()) assert.match(text, /Call the roofer .*owner owner/);
  const uri = `selfos://tasks/${task_id}`;
  const streams = await Promise.all(selfos.instances.map(({ url }) => listenTo(url, key, uri)));
  const start = performance.now();
  const ended = streams.map(async ({ ended }) => {
    await ended;
    return performance.now() - start;
  });
  await selfos.run("areas", "unshare", ...share);
  for (const { text } of await lists()) assert.match(text, /^no tasks/);
  await callTool(one!.url, owner, "update_task", { task_id, title: "Call another" });
  return async () => {
    for (const milliseconds of await Promise.all(ended)) assert.ok(milliseconds < 30_000);
    for (const { count } of streams) assert.equal(count(), 0);
  };
}

/** Listens as of 2026; counts what it is told of the resource. */
async function listenTo(url: string, key: string, uri: string) {
  const method = "subscriptions/listen";
  const abort = new AbortController();
  const response = await fetch(url, {
    method: "POST",
    signal: abort.signal,
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": method,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method,
      params: {
        notifications: { resourceSubscriptions: [uri] },
        _meta: {
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
          "io.modelcontextprotocol/clientCapabilities": {},
        },
      },
    }),
  });
  let text = "";
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk);
  })().catch(() => {});
  await until(() => text.includes("acknowledged"));
  return {
    count: () => text.split("resources/updated").length - 1,
    ended: reading,
    async end() {
      abort.abort();
      await reading;
    },
  };
}

async function healthOf(selfos: Installation): Promise<Json> {
  const response = await fetch(new URL("/mcp/health", selfos.instances[0]!.url));
  return await response.json();
}
