import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { askForWebSocket, startNetwork } from "./network.ts";
import { onEveryProgram } from "./programs.ts";
import { newPlace, runToEnd } from "./server.ts";

const create = (title: string) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: 1,
    method: "tools/call",
    params: {
      name: "create_task",
      arguments: { title },
      _meta: {
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
        "io.modelcontextprotocol/clientCapabilities": {},
      },
    },
  });

function post(url: string, key: string, body: string): Promise<Response> {
  return fetch(url, {
    method: "POST",
    body,
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": "create_task",
    },
  });
}

/** The same in the older era, where a session comes first. */
async function callInSession(url: string, key: string): Promise<Response> {
  const send = (message: object, session?: string) =>
    fetch(url, {
      method: "POST",
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...(session ? { "mcp-session-id": session } : {}),
      },
    });
  const clientInfo = { name: "test", version: "1" };
  const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
  const opened = await send({ method: "initialize", params });
  await opened.text();
  const call = { name: "create_task", arguments: { title: "In flight" } };
  return await send({ method: "tools/call", params: call }, opened.headers.get("mcp-session-id")!);
}

onEveryProgram(
  "without a key the server starts, tells how to make one, and lets nobody in",
  async (program) => {
    using place = newPlace();
    await using network = await startNetwork(program, place.dataDir, [], { withKey: false });

    const response = await post(network.url, "sos_live_x", create("Milk"));

    await response.text();
    const { code, stderr } = await network.end("SIGTERM");
    assert.deepEqual([response.status, code], [401, 0]);
    assert.match(stderr, /no API key yet\nTry: {3}selfos keys create --name NAME/);
  },
);

const eras = [
  { era: "2026", call: (url: string, key: string) => post(url, key, create("In flight")) },
  { era: "2025", call: callInSession },
];

for (const { era, call } of eras) {
  onEveryProgram(
    `SIGTERM lets a call of ${era} that waits for the store finish, then ends`,
    async (program) => {
      using place = newPlace();
      await using network = await startNetwork(program, place.dataDir);
      const stream = await fetch(new URL("/mcp/sse", network.url), {
        headers: { authorization: `Bearer ${network.key}` },
      });
      const store = new DatabaseSync(`${place.dataDir}/selfos.db`);
      store.exec("begin immediate");

      const answer = call(network.url, network.key).then((response) => response.text());
      await new Promise((resolve) => setTimeout(resolve, 300));
      const ended = network.end("SIGTERM");
      await new Promise((resolve) => setTimeout(resolve, 300));
      store.exec("rollback");
      const text = await answer;
      const { code } = await ended;
      store.close();
      await stream.body?.cancel();

      assert.match(text, /"title":"In flight"/);
      assert.equal(code, 0);
    },
  );
}

onEveryProgram("a key that was revoked is let in no more", async (program) => {
  using place = newPlace();
  await using network = await startNetwork(program, place.dataDir);
  const other = await network.issue();
  const before = await post(network.url, other.key, create("Before"));
  await before.text();
  const args = ["keys", "revoke", other.id, "--yes"];
  await runToEnd(program, { dataDir: place.dataDir, args });

  let status = 200;
  for (let tries = 0; status === 200 && tries < 60; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const response = await post(network.url, other.key, create(`Try ${tries}`));
    await response.text();
    status = response.status;
  }
  const response = await post(network.url, network.key, create("After"));
  await response.text();

  assert.deepEqual([before.status, status, response.status], [200, 401, 200]);
});

onEveryProgram("a port that is taken is an error that says so", async (program) => {
  using place = newPlace();
  await using network = await startNetwork(program, place.dataDir);
  const args = ["serve", "--transport", "http", "--port", new URL(network.url).port];

  const { code, stdout, stderr } = await runToEnd(program, { dataDir: place.dataDir, args });

  assert.deepEqual([code, stdout], [1, ""]);
  assert.match(stderr, /Error: Cannot listen on 127\.0\.0\.1:\d+.*\nTry: {3}choose another --port/);
});

onEveryProgram("with a certificate the server speaks https", async (program) => {
  using place = newPlace();
  const file = (name: string) => fileURLToPath(new URL(`tls/${name}.pem`, import.meta.url));
  const flags = ["--tls-cert", file("cert"), "--tls-key", file("key")];
  await using network = await startNetwork(program, place.dataDir, flags);
  const caCerts = [await Deno.readTextFile(file("cert"))];
  using client = Deno.createHttpClient({ caCerts });

  const response = await fetch(new URL("/mcp/health", network.url), { client });
  const half = await runToEnd(program, {
    dataDir: place.dataDir,
    args: ["serve", "--transport", "http", "--port", "0", ...flags.slice(0, 2)],
  });

  assert.match(network.url, /^https:/);
  assert.equal((await response.json()).status, "healthy");
  assert.equal(half.code, 2);
  assert.match(half.stderr, /half of a pair\nTry: {3}set both/);
});

onEveryProgram("a WebSocket that never reads is cut, and others are served", async (program) => {
  using place = newPlace();
  await using network = await startNetwork(program, place.dataDir);
  const socket = await askForWebSocket(network);
  await socket.read(new Uint8Array(4096));
  // A text frame with one masked character, which is no JSON.
  const frames = new Uint8Array(7 * 10_000).map((_, at) => [0x81, 0x81, 0, 0, 0, 0, 0x78][at % 7]!);

  let cut = false;
  try {
    for (let block = 0; block < 60; block++) {
      for (let at = 0; at < frames.length;) at += await socket.write(frames.subarray(at));
    }
  } catch {
    cut = true;
  }
  const response = await post(network.url, network.key, create("Still there"));
  socket.close();

  assert.ok(cut || response.status === 200 || response.status === 429, `${response.status}`);
  await response.text();
  assert.equal((await network.end("SIGTERM")).code, 0);
});

onEveryProgram(
  "places of WebSockets that vanish while they open are free again",
  async (program) => {
    using place = newPlace();
    await using network = await startNetwork(program, place.dataDir, ["--max-connections", "5"]);
    for (let count = 0; count < 20; count++) {
      const socket = await askForWebSocket(network);
      socket.close();
    }

    let status = 503;
    for (let tries = 0; status === 503 && tries < 40; tries++) {
      const stream = await fetch(new URL("/mcp/sse", network.url), {
        headers: { authorization: `Bearer ${network.key}` },
      });
      status = stream.status;
      await stream.body?.cancel();
      if (status === 503) await new Promise((resolve) => setTimeout(resolve, 500));
    }

    assert.equal(status, 200);
  },
);
