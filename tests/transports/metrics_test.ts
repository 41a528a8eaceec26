import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { startNetwork, type TestNetwork } from "./network.ts";

// deno-lint-ignore no-explicit-any
type Json = any;

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

async function call(network: TestNetwork, name: string, args: object = {}): Promise<void> {
  const params = { name, arguments: args, _meta: META };
  const response = await network.post({ jsonrpc: "2.0", id: 1, method: "tools/call", params }, {
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": name,
  });
  await response.text();
}

/** What an operator at the machine itself is shown. */
async function metricsOf(network: TestNetwork): Promise<Json> {
  const response = await look(network, {});
  assert.equal(response.status, 200);
  return await response.json();
}

function look(
  network: TestNetwork,
  headers: Record<string, string>,
  { path = "/mcp/metrics", address = "127.0.0.1" } = {},
): Promise<Response> {
  return network.send(path, { headers: { host: "localhost:8420", ...headers } }, address, false);
}

Deno.test("calls are counted by tool and by how they ended", async () => {
  await using network = await startNetwork();
  await call(network, "list_tasks");
  await call(network, "list_tasks");
  await call(network, "list_tasks", { limit: 0 });
  await call(network, "get_task", { task_id: 4711 });

  const { tools, total_calls, total_errors } = await metricsOf(network);

  assert.deepEqual([total_calls, total_errors], [4, 2]);
  assert.deepEqual(Object.keys(tools).sort(), ["get_task", "list_tasks"]);
  const { calls, errors, outcomes, duration_ms: { p50, p90, p95, p99 } } = tools.list_tasks;
  assert.deepEqual([calls, errors, outcomes], [3, 1, { ok: 2, invalid_input: 1 }]);
  assert.ok(0 < p50 && p50 <= p90 && p90 <= p95 && p95 <= p99, JSON.stringify({ p50, p90, p99 }));
  assert.deepEqual(tools.get_task.outcomes, { not_found: 1 });
});

Deno.test("names that no tool has are counted as one, and never shown", async () => {
  await using network = await startNetwork();
  for (let n = 0; n < 20; n++) await call(network, `ada_lovelace_${n}`);

  const { tools } = await metricsOf(network);
  const text = await (await look(network, { accept: "text/plain" })).text();

  assert.deepEqual(Object.keys(tools), ["unknown"]);
  assert.deepEqual(tools.unknown.outcomes, { unknown_tool: 20 });
  assert.match(text, /^selfos_tool_calls_total\{tool="unknown",outcome="unknown_tool"\} 20$/m);
  assert.doesNotMatch(text, /lovelace/);
});

Deno.test("a fault of the store is counted as what the client was told", async () => {
  await using network = await startNetwork();
  const store = new DatabaseSync(`${network.app.config.dataDir}/selfos.db`);
  store.exec("alter table tasks rename to lost");
  store.close();
  await call(network, "list_tasks");

  const { tools } = await metricsOf(network);

  assert.deepEqual(tools.list_tasks.outcomes, { unavailable: 1 });
});

Deno.test("a part that does not answer has no latency", async () => {
  await using network = await startNetwork({
    parts: [{ name: "store", required: true, check: () => Promise.reject(new Error("gone")) }],
  });

  const { latency_ms } = await metricsOf(network);
  const text = await (await look(network, { accept: "text/plain" })).text();

  assert.deepEqual(latency_ms, { store: null });
  assert.match(text, /^selfos_part_up\{part="store"\} 0$/m);
  assert.doesNotMatch(text, /^selfos_part_latency_seconds\{/m);
});

Deno.test("the metrics say how the server is", async () => {
  await using network = await startNetwork();
  const stream = await network.send("/mcp/sse");
  await new Promise((resolve) => setTimeout(resolve, 600));

  const metrics = await metricsOf(network);

  const { uptime, memory_usage, heap_used, event_loop_lag_ms, latency_ms } = metrics;
  assert.ok(Number.isInteger(uptime) && uptime >= 0 && uptime < 3600);
  assert.ok(memory_usage > heap_used && heap_used > 1_000_000);
  assert.ok(event_loop_lag_ms.p99 >= 0 && latency_ms.store > 0);
  assert.deepEqual(metrics.connections, { session: 0, sse: 1, ws: 0, listen: 0 });
  assert.equal(metrics.active_connections, 1);
  const engine = network.app.app.engine;
  assert.equal(metrics.total_tools, engine.registry.names.length);
  assert.equal(typeof metrics.total_resources, "number");
  await stream.body?.cancel();
});

Deno.test("the metrics say how often caches had what was asked of them", async () => {
  await using network = await startNetwork();
  const before = await metricsOf(network);
  const ada = network.app.as("ada");
  const { task } = await ada.call("create_task", { title: "Buy milk" });
  const client = await ada.open();
  for (let count = 0; count < 4; count++) {
    await client.readResource({ uri: `selfos://tasks/${task.id}` });
  }

  const { cache_hit_rate, cache_hit_rates } = await metricsOf(network);
  const text = await (await look(network, { accept: "text/plain" })).text();

  assert.equal(before.cache_hit_rates.resources, null);
  assert.equal(cache_hit_rates.resources, 0.75);
  assert.ok(cache_hit_rate > 0 && cache_hit_rate < 1, String(cache_hit_rate));
  assert.match(text, /^selfos_cache_lookups_total\{cache="resources"\} 4$/m);
  assert.match(text, /^selfos_cache_hits_total\{cache="resources"\} 3$/m);
});

Deno.test("refusals are counted by status", async () => {
  await using network = await startNetwork();
  await (await network.send("/mcp", { headers: { host: "evil.example" } })).text();
  await (await network.send("/mcp", { headers: { authorization: "Bearer sos_live_x" } })).text();
  await (await network.send("/mcp/nothing")).text();
  await (await network.post("{")).text();

  const { refusals } = await metricsOf(network);

  assert.deepEqual(refusals, { 400: 1, 401: 1, 404: 1, 421: 1 });
});

Deno.test("Prometheus reads every line of its format", async () => {
  await using network = await startNetwork();
  await call(network, "list_tasks");

  const response = await look(network, {
    accept:
      "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
  });

  const text = await response.text();
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const sample = /^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? (\+Inf|-?[\d.e+-]+)$/;
  for (const line of text.split("\n")) {
    assert.ok(line === "" || /^# (HELP|TYPE) [a-z_]+ ./.test(line) || sample.test(line), line);
  }
  const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  assert.equal(new Set(names).size, names.length, "a metric is there twice");
  assert.match(text, /^selfos_tool_call_duration_seconds_count\{tool="list_tasks"\} 1$/m);
  assert.match(
    text,
    /^selfos_tool_call_duration_seconds_bucket\{le="\+Inf",tool="list_tasks"\} 1$/m,
  );
  assert.match(text, /^selfos_connections\{transport="ws"\} 0$/m);
  assert.match(text, /^selfos_part_up\{part="store"\} 1$/m);
  assert.match(text, /^process_resident_memory_bytes \d+$/m);
});

const formats = [
  { path: "/mcp/metrics", accept: "*/*", type: "application/json" },
  { path: "/mcp/metrics", accept: "application/json, text/plain;q=0.5", type: "application/json" },
  { path: "/mcp/metrics", accept: "text/plain", type: "text/plain" },
  { path: "/mcp/metrics?format=prometheus", accept: "application/json", type: "text/plain" },
  { path: "/mcp/metrics?format=json", accept: "text/plain", type: "application/json" },
];
for (const { path, accept, type } of formats) {
  Deno.test(`${path} answers ${type} to whoever accepts ${accept}`, async () => {
    await using network = await startNetwork();

    const response = await look(network, { accept }, { path });

    await response.text();
    assert.equal(response.headers.get("content-type")?.split(";")[0], type);
  });
}

const admissions = [
  { who: "a caller on loopback", status: 200 },
  { who: "a caller on loopback of IPv6", address: "::1", status: 200 },
  { who: "a caller on loopback mapped into IPv6", address: "::ffff:127.0.0.1", status: 200 },
  { who: "a caller from elsewhere", address: "192.0.2.7", status: 401 },
  { who: "a caller from an address that looks alike", address: "::ffff:192.0.2.127", status: 401 },
  { who: "an admin from elsewhere", level: "admin", address: "192.0.2.7", status: 200 },
  { who: "an admin through a proxy", level: "admin", forwarded: "x-forwarded-for", status: 200 },
  { who: "a reader", level: "read_only", status: 403 },
  { who: "a writer from elsewhere", level: "read_write", address: "192.0.2.7", status: 403 },
  { who: "a wrong key on loopback", key: "sos_live_x", status: 401 },
  { who: "a caller with Forwarded", forwarded: "forwarded", status: 401 },
  { who: "a caller with Via", forwarded: "via", status: 401 },
  { who: "a caller with X-Forwarded-For", forwarded: "x-forwarded-for", status: 401 },
  { who: "a caller with X-Forwarded-Host", forwarded: "x-forwarded-host", status: 401 },
  { who: "a caller with X-Forwarded-Proto", forwarded: "x-forwarded-proto", status: 401 },
  { who: "a caller with X-Real-IP", forwarded: "x-real-ip", status: 401 },
  { who: "a caller behind a public address", publicUrl: "https://life.example/", status: 401 },
  { who: "a caller by a public name", host: "life.example", status: 401 },
  { who: "an unknown format", path: "/mcp/metrics?format=xml", status: 400 },
  { who: "a post", method: "POST", status: 405 },
] as const;
for (const { who, status, ...given } of admissions) {
  Deno.test(`${who} gets ${status} from the metrics`, async () => {
    const { level, key, address, forwarded, host, path, method, publicUrl }: Partial<Given> = given;
    await using network = await startNetwork({
      publicUrl,
      hosts: ["localhost", "life.example"],
    });
    const shown = key ?? (level && (await network.issue("ada", level)).key);
    const headers: Record<string, string> = { host: host ?? "localhost" };
    if (shown) headers["authorization"] = `Bearer ${shown}`;
    if (forwarded) headers[forwarded] = "203.0.113.9";

    const init = { headers, ...(method ? { method } : {}) };
    const response = await network.send(path ?? "/mcp/metrics", init, address, false);

    const text = await response.text();
    assert.equal(response.status, status, text);
    if (status !== 200) assert.doesNotMatch(text, /memory/);
  });
}

interface Given {
  level: "read_only" | "read_write" | "admin";
  key: string;
  address: string;
  forwarded: string;
  host: string;
  path: string;
  method: string;
  publicUrl: string;
}

Deno.test("a store that hangs makes health unhealthy, in time, and names it", async () => {
  const { promise: never, resolve } = Promise.withResolvers<void>();
  await using network = await startNetwork({
    parts: [{ name: "store", required: true, check: () => never }],
  });

  const response = await network.send("/mcp/health");

  const { status, failing } = await response.json();
  assert.deepEqual([response.status, status, failing], [503, "unhealthy", ["store"]]);
  resolve();
});

Deno.test("what the server can do without makes health degraded, and is named", async () => {
  await using network = await startNetwork({
    parts: [
      { name: "store", required: true, check: () => Promise.resolve() },
      { name: "redis", required: false, check: () => Promise.reject(new Error("gone")) },
    ],
  });

  const response = await network.send("/mcp/health");

  const { status, failing } = await response.json();
  assert.deepEqual([response.status, status, failing], [503, "degraded", ["redis"]]);
});
