import assert from "node:assert/strict";
import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { WebSocketClientTransport } from "../../src/demo/websocket.ts";
import { type NetworkProcess, startNetwork } from "./network.ts";
import { onEveryProgram } from "./programs.ts";
import { newPlace } from "./server.ts";

/** A client over each transport, held open. */
async function connectAll({ url, key }: NetworkProcess): Promise<Client[]> {
  const headers = { authorization: `Bearer ${key}` };
  const requestInit = { headers };
  const socket = new URL("/mcp/ws", url);
  socket.protocol = "ws:";
  const ways = [
    {
      mode: { pin: "2026-07-28" },
      transport: new StreamableHTTPClientTransport(new URL(url), { requestInit }),
    },
    { mode: "legacy", transport: new StreamableHTTPClientTransport(new URL(url), { requestInit }) },
    {
      mode: "legacy",
      transport: new SSEClientTransport(new URL("/mcp/sse", url), { requestInit }),
    },
    { mode: { pin: "2026-07-28" }, transport: new WebSocketClientTransport(socket, headers) },
  ] as const;
  return await Promise.all(ways.map(async ({ mode, transport }) => {
    const client = new Client({ name: "test", version: "1" }, { versionNegotiation: { mode } });
    await client.connect(transport);
    return client;
  }));
}

onEveryProgram("a call is counted over whichever transport it came", async (program) => {
  using place = newPlace();
  await using network = await startNetwork(program, place.dataDir);
  const clients = await connectAll(network);
  for (const client of clients) {
    await client.callTool({ name: "list_tasks", arguments: {} });
    await client.callTool({ name: "get_task", arguments: { task_id: 4711 } });
  }

  const response = await fetch(new URL("/mcp/metrics", network.url));
  const { tools, connections, active_connections, memory_usage, uptime } = await response.json();
  for (const client of clients) await client.close();

  assert.equal(response.status, 200);
  assert.deepEqual(tools.list_tasks.outcomes, { ok: 4 });
  assert.deepEqual(tools.get_task.outcomes, { not_found: 4 });
  assert.deepEqual(connections, { session: 1, sse: 1, ws: 1, listen: 0 });
  assert.equal(active_connections, 3);
  assert.ok(memory_usage > 20_000_000 && memory_usage < 2_000_000_000, `${memory_usage}`);
  assert.ok(uptime < 60, `${uptime}`);
  assert.equal((await network.end("SIGTERM")).code, 0);
});

onEveryProgram("behind a proxy the metrics need the key of an admin", async (program) => {
  using place = newPlace();
  const flags = ["--public-url", "https://life.example"];
  await using network = await startNetwork(program, place.dataDir, flags);

  const { key } = await network.issue("--level", "admin");
  const statuses: number[] = [];
  for (const shown of [undefined, network.key, key]) {
    const headers = shown === undefined ? undefined : { authorization: `Bearer ${shown}` };
    const response = await fetch(new URL("/mcp/metrics", network.url), { headers: headers ?? {} });
    await response.text();
    statuses.push(response.status);
  }

  assert.deepEqual(statuses, [401, 403, 200]);
});
