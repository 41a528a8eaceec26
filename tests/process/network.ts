/** A real server process on the network, with a key. */
import assert from "node:assert/strict";
import type { Program } from "./programs.ts";
import { command, type Exit, inTime, runToEnd } from "./server.ts";

export interface NetworkProcess extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  readonly key: string;
  /** A further key. */
  issue(...flags: string[]): Promise<{ key: string; id: string }>;
  end(signal: Deno.Signal): Promise<Exit>;
}

/** Starts the program on a free port of loopback, with a key of the local user. */
export async function startNetwork(
  program: Program,
  dataDir: string,
  flags: readonly string[] = [],
  { withKey = true, env = {} }: { withKey?: boolean; env?: Record<string, string> } = {},
): Promise<NetworkProcess> {
  const issue = async (...flags: string[]) => {
    const args = ["keys", "create", "--name", "test", "--json", ...flags];
    const { code, stdout, stderr } = await runToEnd(program, { dataDir, args, env });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const { key } = withKey ? await issue() : { key: "" };
  const port = flags.includes("--port") ? [] : ["--port", "0"];
  const args = ["serve", "--transport", "all", ...port, "--log-format", "json", ...flags];
  const child = command(program, { dataDir, args, env, stdin: "null" }).spawn();
  const stdout = new Response(child.stdout).text();
  const { promise: listening, resolve } = Promise.withResolvers<string>();
  const stderr = read(child.stderr, (line) => {
    const url = /"url":"(http[^"]+)"/.exec(line)?.[1];
    if (url) resolve(url);
  });
  const exit = Promise.all([child.status, stderr, stdout]).then(([{ code, signal }, log, out]) => {
    assert.equal(out, "", "a network server printed on stdout");
    return { code, signal, stderr: log };
  });
  const url = await inTime(
    Promise.race([
      listening,
      exit.then(({ stderr }) => Promise.reject(new Error(`it ended at its start: ${stderr}`))),
    ]),
    "the server to listen",
    child,
  );
  const kill = (signal: Deno.Signal) => {
    try {
      child.kill(signal);
    } catch {
      // It is gone already.
    }
  };
  return {
    pid: child.pid,
    url,
    key,
    issue,
    async end(signal) {
      kill(signal);
      return await inTime(exit, "the server to exit", child);
    },
    async [Symbol.asyncDispose]() {
      kill("SIGKILL");
      await exit.catch(() => {});
    },
  };
}

async function read(stream: ReadableStream<Uint8Array>, take: (line: string) => void) {
  let text = "";
  let rest = "";
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    const part = decoder.decode(chunk, { stream: true });
    text += part;
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  }
  return text;
}

/** A connection on which a WebSocket was asked for; nothing of it is read yet. */
export async function askForWebSocket({ url, key }: NetworkProcess): Promise<Deno.TcpConn> {
  const { hostname, port, host } = new URL(url);
  const socket = await Deno.connect({ hostname, port: Number(port) });
  const request = [
    "GET /mcp/ws HTTP/1.1",
    `Host: ${host}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    `Authorization: Bearer ${key}`,
  ];
  await socket.write(new TextEncoder().encode(`${request.join("\r\n")}\r\n\r\n`));
  return socket;
}
