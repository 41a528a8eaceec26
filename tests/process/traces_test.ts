import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { WebSocketClientTransport } from "../../src/demo/websocket.ts";
import { type Binary, compileBinary } from "../services/binary.ts";
import { startCollector } from "./collector.ts";
import { startNetwork } from "./network.ts";
import { binaryProgram, onEveryProgram, type Program, PROGRAMS } from "./programs.ts";
import { newPlace, startServer } from "./server.ts";

const [source, binary] = PROGRAMS;

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const PARENT_ID = "b7ad6b7169203331";
const SERVER = 2;

/** Whether a binary exports is settled when it is compiled: this one does. */
async function tracing(program: Program): Promise<Program & AsyncDisposable> {
  const made: Binary | undefined = program.name === "binary"
    ? await compileBinary(undefined, ["--traces"])
    : undefined;
  return {
    ...(made === undefined ? program : binaryProgram(made.path)),
    [Symbol.asyncDispose]: async () => await made?.[Symbol.asyncDispose](),
  };
}

onEveryProgram(
  "calls are traced, and say nothing of what was in them",
  async (given, test) => {
    await using program = await tracing(given);
    await test.step("over Streamable HTTP", () => overHttp(program));
    await test.step("over a WebSocket", () => overWebSocket(program));
    await test.step("over stdio", () => overStdio(program));
  },
);

async function overHttp(program: Program): Promise<void> {
  using place = newPlace();
  await using collector = startCollector();
  const { env } = collector;
  await using network = await startNetwork(program, place.dataDir, [], { env });
  const headers = {
    authorization: `Bearer ${network.key}`,
    traceparent: `00-${TRACE_ID}-${PARENT_ID}-01`,
  };
  const client = new Client({ name: "test", version: "1" }, {
    versionNegotiation: { mode: { pin: "2026-07-28" } },
  });
  const url = new URL(network.url);
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));

  const call = (name: string, args: object) => client.callTool({ name, arguments: { ...args } });
  await call("create_task", { title: "Tell nobody" });
  await call("list_tasks", { limit: 0 });
  await assert.rejects(call("tell_nobody_either", {}));
  await client.close();
  const { code, stderr } = await network.end("SIGTERM");

  assert.equal(code, 0, stderr);
  const spans = collector.spans();
  const calls = spans.filter(({ name }) => name.startsWith("tools/call"));
  assert.deepEqual(calls.map(({ name, attributes }) => [name, attributes["selfos.outcome"]]), [
    ["tools/call create_task", "ok"],
    ["tools/call list_tasks", "invalid_input"],
    ["tools/call", "unknown_tool"],
  ]);
  for (const { kind, traceId, parentSpanId, failed } of calls) {
    assert.deepEqual([kind, traceId, failed], [SERVER, TRACE_ID, false]);
    const request = spans.find(({ spanId }) => spanId === parentSpanId);
    assert.deepEqual([request?.name, request?.kind], ["POST", SERVER]);
    assert.equal(request?.parentSpanId, PARENT_ID);
    assert.equal(request?.attributes["url.path"], "/mcp");
  }
  const everything = collector.received.join("\n");
  assert.doesNotMatch(everything, /nobody|sos_live_/i);
}

async function overWebSocket(program: Program): Promise<void> {
  using place = newPlace();
  await using collector = startCollector();
  const { env } = collector;
  await using network = await startNetwork(program, place.dataDir, [], { env });
  const url = new URL("/mcp/ws", network.url);
  url.protocol = "ws:";
  const client = new Client({ name: "test", version: "1" });
  const authorization = `Bearer ${network.key}`;
  await client.connect(new WebSocketClientTransport(url, { authorization }));

  await client.callTool({ name: "list_tasks", arguments: {} });
  await client.close();
  await network.end("SIGTERM");

  const [call, ...others] = collector.spans().filter(({ name }) => name.startsWith("tools/call"));
  assert.deepEqual([call?.name, call?.kind, others], ["tools/call list_tasks", SERVER, []]);
}

async function overStdio(program: Program): Promise<void> {
  using place = newPlace();
  await using collector = startCollector();
  await using server = await startServer(program, { dataDir: place.dataDir, env: collector.env });

  await server.call("create_task", { title: "Tell nobody" });
  await server.refused("get_task", { task_id: 4711 });
  const { code } = await server.end();

  assert.equal(code, 0);
  const calls = collector.spans().filter(({ name }) => name.startsWith("tools/call"));
  assert.deepEqual(calls.map(({ name, attributes }) => [name, attributes["selfos.outcome"]]), [
    ["tools/call create_task", "ok"],
    ["tools/call get_task", "not_found"],
  ]);
  assert.doesNotMatch(collector.received.join("\n"), /nobody/i);
}

onEveryProgram("nothing is exported unless OTEL_DENO says so", async (program) => {
  using place = newPlace();
  await using collector = startCollector();
  const { OTEL_DENO: _, ...env } = collector.env;
  await using server = await startServer(program, { dataDir: place.dataDir, env });

  await server.call("list_tasks");
  const { code, stderr } = await server.end();

  assert.deepEqual([code, stderr, collector.received], [0, "", []]);
});

Deno.test("calls work where the runtime exports all but traces [source]", async () => {
  using place = newPlace();
  await using collector = startCollector();
  const env = { ...collector.env, OTEL_DENO_TRACING: "false" };
  await using server = await startServer(source, { dataDir: place.dataDir, env });

  await server.call("list_tasks");
  const { code, stderr } = await server.end();

  assert.deepEqual([code, stderr, collector.spans()], [0, "", []]);
});

Deno.test({
  name: "a binary that cannot export says so, and works" +
    (binary.missing ? ` (skipped: ${binary.missing})` : ""),
  ignore: binary.missing !== undefined,
  async fn() {
    using place = newPlace();
    await using collector = startCollector();
    const { env } = collector;
    await using server = await startServer(binary, { dataDir: place.dataDir, env });

    await server.call("list_tasks");
    const { code, stderr } = await server.end();

    assert.equal(code, 0);
    assert.match(stderr, /^No traces are exported .*\nTry: {3}deno task compile --traces\n$/);
    assert.deepEqual(collector.received, []);
  },
});
