/** The servers whose requests per second are compared, each with one call to repeat. */
import { fileURLToPath } from "node:url";
import { startNetwork } from "../../process/network.ts";
import type { Program } from "../../process/programs.ts";
import { freePort } from "../../services/system.ts";
import { install } from "../install.ts";

/** A server that runs, and one request to it. */
export interface Target extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PEER = "@modelcontextprotocol/server-everything";
const PEER_VERSION = "2026.8.31";
const REVISION = "2026-07-28";
const TASKS = 100;

const JSON_HEADERS = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

/** SelfOS with a hundred tasks; the call lists twenty of them. */
export async function selfosTarget(program: Program, directory: string): Promise<Target> {
  const flags = ["--rate-limit", "1000000/s"];
  const server = await startNetwork(program, `${directory}/${program.name}`, flags);
  const headers = (tool: string) => ({
    ...modernHeaders(tool),
    authorization: `Bearer ${server.key}`,
  });
  for (let number = 1; number <= TASKS; number++) {
    const args = { title: `Task ${number} of many`, tags: ["garden"] };
    await succeed(server.url, headers("create_task"), modernCall("create_task", args));
  }
  return {
    name: program.name,
    pid: server.pid,
    url: server.url,
    headers: headers("list_tasks"),
    body: modernCall("list_tasks", { limit: 20 }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** The SDK alone; the call echoes. */
export async function bareTarget(): Promise<Target> {
  const port = freePort();
  const program = fileURLToPath(new URL("bare_sdk.ts", import.meta.url));
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-net", program, String(port)],
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}/mcp`;
  const headers = modernHeaders("echo");
  const body = modernCall("echo", HELLO);
  await patiently(() => succeed(url, headers, body));
  return started("bare SDK", child, url, headers, body);
}

/** The reference server with every feature; the call echoes, in a session of the 2025 era. */
export async function peerTarget(directory: string): Promise<Target> {
  await install(directory, `${PEER}@${PEER_VERSION}`);
  const port = freePort();
  const child = new Deno.Command("node", {
    args: [`${directory}/node_modules/${PEER}/dist/index.js`, "streamableHttp"],
    env: { PORT: String(port) },
    stdout: "null",
    stderr: "null",
  }).spawn();
  const url = `http://127.0.0.1:${port}/mcp`;
  const session = await patiently(() => openSession(url));
  const call = { jsonrpc: "2.0", id: 1, method: "tools/call" };
  const body = JSON.stringify({ ...call, params: { name: "echo", arguments: HELLO } });
  return started("server-everything", child, url, session, body);
}

const HELLO = { message: "hello" };

function started(
  name: string,
  child: Deno.ChildProcess,
  url: string,
  headers: Record<string, string>,
  body: string,
): Target {
  return {
    ...{ name, pid: child.pid, url, headers, body },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
    },
  };
}

function modernHeaders(tool: string): Record<string, string> {
  return {
    ...JSON_HEADERS,
    "mcp-protocol-version": REVISION,
    "mcp-method": "tools/call",
    "mcp-name": tool,
  };
}

function modernCall(name: string, args: object): string {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientInfo": { name: "bench", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const params = { name, arguments: args, _meta: meta };
  return JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
}

/** Opens a session; answers the headers of what follows in it. */
async function openSession(url: string): Promise<Record<string, string>> {
  const params = {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "bench", version: "1" },
  };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
  const response = await fetch(url, { method: "POST", headers: JSON_HEADERS, body });
  await response.text();
  const headers = {
    ...JSON_HEADERS,
    "mcp-session-id": response.headers.get("mcp-session-id") ?? "",
    "mcp-protocol-version": params.protocolVersion,
  };
  const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
  await succeed(url, headers, JSON.stringify(initialized));
  return headers;
}

/** Tries until the server listens, for 10 s. */
async function patiently<T>(step: () => Promise<T>): Promise<T> {
  for (let attempt = 0;; attempt++) {
    try {
      return await step();
    } catch (error) {
      if (attempt === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function succeed(url: string, headers: Record<string, string>, body: string): Promise<void> {
  const response = await fetch(url, { method: "POST", headers, body });
  const text = await response.text();
  if (!response.ok || text.includes('"isError":true')) {
    throw new Error(`${url} answered ${response.status}: ${text}`);
  }
}
