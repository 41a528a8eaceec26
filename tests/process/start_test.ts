import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { newStore, POSTGRES_URL } from "../harness.ts";
import { until } from "../until.ts";
import { type Exit, inTime, type Json, newPlace, surroundings } from "./server.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

interface Started extends AsyncDisposable {
  /** What it printed until it was ready. */
  readonly text: string;
  readonly key: string;
  end(signal: Deno.Signal): Promise<Exit>;
}

function task(home: string, ...args: string[]): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "start", ...args],
    cwd: ROOT,
    clearEnv: true,
    env: environment(home),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

function environment(home: string): Record<string, string> {
  return { ...surroundings(), HOME: home, NO_COLOR: "1" };
}

/** Runs the task on a free port until it says that it is ready. */
async function start(home: string, ...args: string[]): Promise<Started> {
  const child = task(home, "--port", "0", ...args);
  const { promise: ready, resolve } = Promise.withResolvers<string>();
  const stdout = read(
    child.stdout,
    (text) => /^Serving at .+ until Ctrl-C\n-+\n/m.test(text) && resolve(text),
  );
  const stderr = new Response(child.stderr).text();
  const exit = Promise.all([child.status, stderr, stdout])
    .then(([{ code, signal }, log]) => ({ code, signal, stderr: log }));
  const failed = exit.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)));
  const text = await inTime(Promise.race([ready, failed]), "the task to be ready", child);
  const end = (signal: Deno.Signal) => {
    child.kill(signal);
    return inTime(exit, "the task to end", child);
  };
  let ended: Promise<Exit> | undefined;
  return {
    text,
    key: /^ {2}(sos_live_\w+)$/m.exec(text)?.[1] ?? "",
    end: (signal) => ended ??= end(signal),
    [Symbol.asyncDispose]: async () => void await (ended ??= end("SIGTERM")),
  };
}

async function read(stream: ReadableStream<Uint8Array>, look: (text: string) => void) {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) look(text += decoder.decode(chunk, { stream: true }));
}

/** The text under the heading that begins like this. */
function under(text: string, title: string): string {
  const sections = text.split(/\n\n(?=.+\n-{3,}\n)/);
  const section = sections.find((section) => section.trimStart().startsWith(title)) ?? "";
  return section.trimStart().split("\n").slice(2).join("\n").trim();
}

function configured(text: string): { url: string; headers: Record<string, string> } {
  return JSON.parse(under(text, "Cursor")).mcpServers.selfos;
}

/** A client that was configured as the task said. */
async function connectAs({ text }: Started): Promise<Client> {
  const { url, headers } = configured(text);
  const client = new Client({ name: "test", version: "1" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
  );
  return client;
}

async function call(client: Client, name: string, args: object = {}): Promise<Json> {
  const { isError, content, structuredContent } = await client.callTool({
    name,
    arguments: { ...args },
  });
  assert.ok(!isError, JSON.stringify(content));
  return structuredContent;
}

/** Starts a server as a desktop client would, and ends it by closing its input. */
async function callOverStdio(
  command: string,
  args: string[],
  env: Record<string, string>,
  name: string,
): Promise<Json> {
  const child = new Deno.Command(command, {
    ...{ args, env, clearEnv: true, stdin: "piped", stdout: "piped", stderr: "inherit" },
  }).spawn();
  const clientInfo = { name: "desktop", version: "1" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo };
  const writer = child.stdin.getWriter();
  for (
    const message of [
      { id: 1, method: "initialize", params },
      { method: "notifications/initialized" },
      { id: 2, method: "tools/call", params: { name, arguments: {} } },
    ]
  ) {
    const line = JSON.stringify({ jsonrpc: "2.0", ...message });
    await writer.write(new TextEncoder().encode(`${line}\n`));
  }
  await writer.close();
  const { stdout } = await inTime(child.output(), "the server of a desktop client", child);
  const answers = new TextDecoder().decode(stdout).trim().split("\n");
  return answers.map((line) => JSON.parse(line)).find(({ id }) => id === 2).result
    .structuredContent;
}

Deno.test("what task start prints is true, and a signal ends it well", async () => {
  using place = newPlace();
  await using started = await start(place.path);
  const { text, key } = started;

  const shown = [...text.matchAll(/^ {2}(\S.*), (\S+), at (\S+)\n {4}(\w+): \S/gm)];
  assert.deepEqual(
    shown.map(([, transport, revision, url]) => [
      ...[transport, revision, new URL(url ?? "").pathname],
    ]),
    [
      ["Streamable HTTP", "2026-07-28", "/mcp"],
      ["Streamable HTTP", "2025-11-25", "/mcp"],
      ["HTTP+SSE", "2025-11-25", "/mcp/sse"],
      ["WebSocket", "2026-07-28", "/mcp/ws"],
    ],
  );

  const file = /Kept in (\S+)/.exec(text)?.[1] ?? "";
  assert.ok(file.startsWith(place.path), file);
  assert.equal((await Deno.readTextFile(file)).trim(), key);
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);

  const { url, headers } = configured(text);
  const vscode = JSON.parse(under(text, "VS Code")).servers.selfos;
  assert.deepEqual(vscode, { type: "http", url, headers });
  assert.equal(
    under(text, "Claude Code"),
    `claude mcp add --transport http selfos ${url} --header "Authorization: ${headers.Authorization}"`,
  );
  await until(async () => {
    const response = await fetch(new URL("/mcp/metrics", url));
    const { active_connections: stillConnected } = await response.json();
    return stillConnected === 0;
  });
  const client = await connectAs(started);
  const { changes } = await call(client, "list_changes");
  assert.deepEqual(changes.map(({ tool }: Json) => tool), ["users create"], "a life was changed");
  await call(client, "create_task", { title: "Over the network" });
  await client.close();

  const { command, args } = JSON.parse(under(text, "Claude Desktop")).mcpServers.selfos;
  const { tasks } = await callOverStdio(command, args, environment(place.path), "list_tasks");
  assert.deepEqual(tasks.map(({ title }: Json) => title), ["Over the network"]);

  const { code, signal, stderr } = await started.end("SIGTERM");
  assert.deepEqual([code, signal], [0, null], stderr);
  await assert.rejects(fetch(url), "the server is still there");
});

Deno.test("a second start shows the same key, and another one only where that works no more", async () => {
  using place = newPlace();
  const first = await start(place.path);
  const title = "Nobody else's business";
  await call(await connectAs(first), "create_goal", { title });
  const interrupted = await first.end("SIGINT");

  const second = await start(place.path);
  const revoked = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "selfos", "keys", "revoke", second.key.split("_")[2]!, "--yes"],
    cwd: ROOT,
    env: environment(place.path),
    clearEnv: true,
  }).output();
  await second.end("SIGTERM");
  const third = await start(place.path);
  const hungUp = await third.end("SIGHUP");
  const fourth = await start(place.path);
  const { code } = await fourth.end("SIGTERM");

  assert.deepEqual([revoked.code, interrupted.code, hungUp.code, code], [0, 0, 0, 0]);
  assert.match(first.key, /^sos_live_/);
  assert.equal(second.key, first.key);
  assert.match(second.text, /list_goals: total 1$/m);
  assert.ok(!second.text.includes(title), "a start printed what is in a life");
  assert.notEqual(third.key, first.key);
  assert.match(third.text, /in the place of one that works no more/);
  assert.equal(fourth.key, third.key);
});

Deno.test({
  name: "task start --migrate begins with a PostgreSQL that is empty" +
    (POSTGRES_URL ? "" : " (skipped: TEST_POSTGRES_URL is not set)"),
  ignore: POSTGRES_URL === undefined,
  async fn() {
    using place = newPlace();
    const store = await newStore("postgres");
    const url = store.flags["database-url"]!;

    const first = await start(place.path, "--database-url", url, "--migrate");
    const { code, stderr } = await first.end("SIGTERM");
    const second = await start(place.path, "--database-url", url, "--migrate");
    await second.end("SIGTERM");

    assert.equal(code, 0, stderr);
    assert.match(first.key, /^sos_live_/);
    assert.equal(second.key, first.key);
    await store.remove();
  },
});

Deno.test("task start on a port that is taken fails, and says what to do", async () => {
  using place = newPlace();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const child = task(place.path, "--port", String(port));

  const { code, stdout, stderr } = await inTime(child.output(), "the task to end", child);

  assert.equal(code, 1);
  assert.equal(new TextDecoder().decode(stdout), "");
  assert.match(
    new TextDecoder().decode(stderr),
    new RegExp(`^Error: Cannot listen on 127.0.0.1:${port}.*\nTry: {3}choose another --port.*\n$`),
  );
});

Deno.test("a first key that was damaged is replaced, kept for its owner alone, and shown over what is served", async () => {
  using place = newPlace();
  const dataDir = `${place.path}/data`;
  await Deno.mkdir(dataDir);
  const kept = `${dataDir}/first-run-key`;
  await Deno.writeFile(kept, Uint8Array.of(0xff, 0x0a, 0x61), { mode: 0o644 });

  await using started = await start(place.path, "--data-dir", dataDir, "--transport", "http");

  assert.equal((await Deno.readTextFile(kept)).trim(), started.key);
  assert.match(started.key, /^sos_live_/);
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(kept)).mode! & 0o777, 0o600);
  assert.doesNotMatch(started.text, /HTTP\+SSE, |WebSocket, /);
});

Deno.test("task start that cannot show itself says why, and what to do", async () => {
  using place = newPlace();
  const dataDir = `${place.path}/data`;
  await Deno.mkdir(`${dataDir}/first-run-key`, { recursive: true });
  for (const [args, code] of [[[], 1], [["--transport", "stdio"], 2]] as const) {
    const child = task(place.path, "--port", "0", "--data-dir", dataDir, ...args);

    const { code: ended, stderr } = await inTime(child.output(), "the task to end", child);

    assert.equal(ended, code);
    assert.match(new TextDecoder().decode(stderr), /^Error: Cannot .+\nTry: {3}.+\n$/);
  }
});
