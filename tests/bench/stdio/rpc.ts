/** A raw JSON-RPC client over stdio; the same few lines talk to every server that is measured. */

/** How a server is started. */
export interface Launch {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

// deno-lint-ignore no-explicit-any
type Json = any;

export interface Reply {
  readonly result: Json;
  /** From before the request was written until its whole answer was read. */
  readonly milliseconds: number;
  /** Length of the answer on the wire. */
  readonly bytes: number;
}

/** How long a server may take to end once its input is closed. */
const EXIT_MS = 5000;

/** One server process with one client; requests follow one another. */
export class Rpc implements AsyncDisposable {
  readonly #process: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #encoder = new TextEncoder();
  #pending = new Uint8Array();
  #lastId = 0;

  constructor({ program, args, env }: Launch) {
    this.#process = new Deno.Command(program, {
      args: [...args],
      clearEnv: true,
      env: { ...ownEnvironment(), ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#writer = this.#process.stdin.getWriter();
    this.#reader = this.#process.stdout.getReader();
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The request that opens a connection, and the notification that ends its opening. */
  async initialize(): Promise<void> {
    await this.request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "bench", version: "1" },
    });
    await this.#send({ method: "notifications/initialized" });
  }

  /** Calls a tool, which must succeed. */
  async call({ name, args }: { name: string; args: object }): Promise<Reply> {
    const reply = await this.request("tools/call", { name, arguments: args });
    if (!reply.result.isError) return reply;
    throw new Error(`${name} was refused: ${JSON.stringify(reply.result.content)}`);
  }

  async request(method: string, params: object): Promise<Reply> {
    const id = ++this.#lastId;
    const started = performance.now();
    await this.#send({ id, method, params });
    for (;;) {
      const line = await this.#readLine(method);
      const milliseconds = performance.now() - started;
      const message: Json = JSON.parse(new TextDecoder().decode(line));
      if (message.id !== id) continue;
      if (message.error) throw new Error(`${method} failed: ${JSON.stringify(message.error)}`);
      return { result: message.result, milliseconds, bytes: line.length };
    }
  }

  /** Closes the input, as clients do, and waits for the process to end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    const timer = setTimeout(() => this.#process.kill("SIGKILL"), EXIT_MS);
    await this.#process.status;
    clearTimeout(timer);
    await this.#reader.cancel();
  }

  async #send(message: object): Promise<void> {
    const line = JSON.stringify({ jsonrpc: "2.0", ...message });
    await this.#writer.write(this.#encoder.encode(`${line}\n`));
  }

  async #readLine(method: string): Promise<Uint8Array> {
    for (;;) {
      const end = this.#pending.indexOf(10);
      if (end >= 0) {
        const line = this.#pending.subarray(0, end);
        this.#pending = this.#pending.slice(end + 1);
        return line;
      }
      const { value } = await this.#reader.read();
      if (value === undefined) throw new Error(`The server ended before it answered ${method}`);
      const joined = new Uint8Array(this.#pending.length + value.length);
      joined.set(this.#pending);
      joined.set(value, this.#pending.length);
      this.#pending = joined;
    }
  }
}

/** The environment of this process, without settings of a SelfOS that its owner uses. */
function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(Deno.env.toObject()).filter(([name]) => !name.startsWith("SELFOS_")),
  );
}
