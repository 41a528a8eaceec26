/** Real server processes: from the source, and from the compiled binary where there is one. */
import assert from "node:assert/strict";
import type { Program } from "./programs.ts";

// deno-lint-ignore no-explicit-any
export type Json = any;

export interface StartOptions {
  readonly dataDir: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: "piped" | "null";
}

export interface Exit {
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stderr: string;
}

/** What a server may do before a test gives up on it; nothing is expected to come near. */
const PATIENCE_MS = 20_000;

/** A directory that goes away with the test, `data` in it not yet made. */
export function newPlace(): { path: string; dataDir: string } & Disposable {
  const path = Deno.makeTempDirSync({ prefix: "selfos-process-" });
  return {
    path,
    dataDir: `${path}/data`,
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}

/** The process, with nothing of this one's environment but what it needs. */
export function command(program: Program, options: StartOptions): Deno.Command {
  return new Deno.Command(program.command, {
    args: [...program.args, ...options.args ?? ["serve"]],
    cwd: Deno.build.os === "windows" ? "C:\\" : "/",
    clearEnv: true,
    env: { ...surroundings(), SELFOS_DATA_DIR: options.dataDir, ...options.env },
    stdin: options.stdin ?? "piped",
    stdout: "piped",
    stderr: "piped",
  });
}

/** What every process under test is given. */
export function surroundings(): Record<string, string> {
  const names = ["HOME", "PATH", "TMPDIR", "XDG_CACHE_HOME", "SystemRoot", "LOCALAPPDATA"];
  const kept = names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), DENO_DIR: denoDir() };
}

/** Runs a command line to its end. */
export async function runToEnd(program: Program, options: StartOptions) {
  const child = command(program, { stdin: "null", ...options }).spawn();
  const { code, stdout, stderr } = await inTime(child.output(), "the process to end", child);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** A server on stdio, as a client sees it. */
export class ServerProcess implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  /** Lines of stdout that are no JSON-RPC 2.0. */
  readonly noise: string[] = [];
  /** What it wrote after its last whole line. */
  rest = "";
  /** Resolves once the process is gone and its output read. */
  readonly exit: Promise<Exit>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stdout: ReadableStreamDefaultReader<Uint8Array>;
  readonly #unread: Json[] = [];
  readonly #waiting: { id: unknown; resolve(message: Json): void; reject(error: Error): void }[] =
    [];
  #ended = false;
  #nextId = 1000;

  constructor(program: Program, options: StartOptions) {
    this.child = command(program, options).spawn();
    this.#writer = this.child.stdin.getWriter();
    this.#writer.closed.catch(() => {});
    this.#stdout = this.child.stdout.getReader();
    const stderr = new Response(this.child.stderr).text();
    this.exit = Promise.all([this.child.status, stderr, this.#read(stderr)])
      .then(([{ code, signal }, log]) => ({ code, signal, stderr: log }));
  }

  get pid(): number {
    return this.child.pid;
  }

  /** Writes to its stdin; `false` once it no longer reads. */
  async write(data: string | Uint8Array): Promise<boolean> {
    try {
      await this.#writer.write(typeof data === "string" ? new TextEncoder().encode(data) : data);
      return true;
    } catch {
      return false;
    }
  }

  /** The next message with this id, or the one that was not yet taken. */
  async answer(id: string | number | null): Promise<Json> {
    const at = this.#unread.findIndex((message) => message.id === id);
    if (at >= 0) return this.#unread.splice(at, 1)[0];
    if (this.#ended) throw new Error(`the server ended before it answered ${id}`);
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    this.#waiting.push({ id, resolve, reject });
    return await inTime(promise, `an answer to ${id}`, this.child);
  }

  async request(method: string, params?: object, id: string | number = this.#nextId++) {
    await this.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    return await this.answer(id);
  }

  async initialize(protocolVersion = "2025-11-25"): Promise<Json> {
    const clientInfo = { name: "process-test", version: "1" };
    const answer = await this.request("initialize", {
      protocolVersion,
      capabilities: {},
      clientInfo,
    });
    await this.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
    return answer.result;
  }

  /** Calls a tool that must succeed. */
  async call(name: string, args: object = {}): Promise<Json> {
    const answer = await this.request("tools/call", { name, arguments: args });
    assert.ok(answer.result && !answer.result.isError, `${name} failed: ${JSON.stringify(answer)}`);
    return answer.result.structuredContent;
  }

  /** Calls a tool that must be refused; answers the text of the refusal. */
  async refused(name: string, args: object = {}): Promise<string> {
    const { result } = await this.request("tools/call", { name, arguments: args });
    assert.equal(result?.isError, true, `${name} was not refused`);
    return result.content[0].text;
  }

  async closeInput(): Promise<void> {
    await this.#writer.close().catch(() => {});
  }

  async closeReadingEnd(): Promise<void> {
    await this.#stdout.cancel();
  }

  /** Closes its input, as a client does at its end. */
  async end(): Promise<Exit> {
    await this.closeInput();
    return await this.exited();
  }

  async exited(): Promise<Exit> {
    const exit = await inTime(this.exit, "the server to exit", this.child);
    assert.deepEqual(this.noise, [], "stdout held something else than JSON-RPC");
    if (exit.signal === null) assert.equal(this.rest, "", "stdout ended in half a line");
    return exit;
  }

  kill(signal: Deno.Signal): void {
    try {
      this.child.kill(signal);
    } catch {
      // It is gone already.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.exit.catch(() => {});
    await this.closeInput();
  }

  async #read(stderr: Promise<string>): Promise<void> {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { value, done } = await this.#stdout.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#take(line);
    }
    this.#ended = true;
    this.rest = rest;
    if (this.#waiting.length === 0) return;
    const error = new Error(`the server ended before it answered: ${await stderr}`);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #take(line: string): void {
    const message = parsed(line);
    if (message?.jsonrpc !== "2.0") {
      this.noise.push(line);
      return;
    }
    const at = this.#waiting.findIndex(({ id }) => id === message.id);
    if (at >= 0) this.#waiting.splice(at, 1)[0]?.resolve(message);
    else this.#unread.push(message);
  }
}

/** Starts a server and completes the handshake. */
export async function startServer(program: Program, options: StartOptions): Promise<ServerProcess> {
  const server = new ServerProcess(program, options);
  await server.initialize();
  return server;
}

export async function inTime<T>(
  work: Promise<T>,
  what: string,
  child: Deno.ChildProcess,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`waited in vain for ${what}`));
      try {
        child.kill("SIGKILL");
      } catch {
        // It is gone already.
      }
    }, PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function parsed(line: string): Json {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

let knownDenoDir: string | undefined;

/** Where this runtime keeps the packages, asked for once. */
function denoDir(): string {
  knownDenoDir ??= JSON.parse(
    text(new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync().stdout),
  ).denoDir;
  return knownDenoDir ?? "";
}
