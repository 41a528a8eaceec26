/** A Redis of a test's own: on a free port, in a directory that is removed afterwards. */
import { freePort } from "./system.ts";

/** The program that the test command found; tests with Redis are skipped without one. */
export const REDIS_SERVER = Deno.env.get("TEST_REDIS_SERVER");

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  /** Ends it at once; what it knew is gone. */
  kill(): Promise<void>;
  /** It keeps its connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Sends it a command in its plain form; answers the first line. */
  ask(command: string): Promise<string>;
}

/** Starts a server that stores nothing. */
export async function startRedis(flags: readonly string[] = []): Promise<RedisServer> {
  const directory = await Deno.makeTempDir({ prefix: "selfos-test-redis-" });
  const server = new Server(directory, freePort(), flags);
  await server.start();
  return server;
}

/** The ways in which it goes away and comes back. */
export const OUTAGES = [
  {
    name: "killed",
    begin: (redis: RedisServer) => redis.kill(),
    end: (redis: RedisServer) => redis.start(),
  },
  {
    name: "frozen",
    begin: (redis: RedisServer) => redis.freeze(),
    end: (redis: RedisServer) => redis.thaw(),
  },
];

/** One test with a Redis; where there is none it says why it is skipped. */
export function withRedis(name: string, body: () => Promise<void>, options: TestOptions = {}) {
  const missing = REDIS_SERVER === undefined;
  const reason = missing ? " (skipped: TEST_REDIS_SERVER is not set)" : "";
  Deno.test({ ...options, name: `${name}${reason}`, ignore: missing, fn: body });
}

type TestOptions = Pick<Deno.TestDefinition, "sanitizeOps" | "sanitizeResources">;

/** For a Redis that is not there at the end: the package that connects ends its last wait by itself. */
export const MAY_STILL_WAIT: TestOptions = { sanitizeOps: false, sanitizeResources: false };

class Server implements RedisServer {
  #process: Deno.ChildProcess | undefined;
  readonly url: string;

  constructor(
    private readonly directory: string,
    readonly port: number,
    private readonly flags: readonly string[],
  ) {
    this.url = `redis://127.0.0.1:${port}`;
  }

  async start(): Promise<void> {
    this.#process = new Deno.Command(REDIS_SERVER ?? "redis-server", {
      args: [
        ...["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.directory],
        ...["--save", "", "--appendonly", "no", ...this.flags],
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    for (let attempt = 0;; attempt++) {
      try {
        await this.ask("PING");
        return;
      } catch (error) {
        if (attempt === 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.status;
    this.#process = undefined;
  }

  freeze(): void {
    this.#process?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#process?.kill("SIGCONT");
  }

  async ask(command: string): Promise<string> {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: this.port });
    await connection.write(new TextEncoder().encode(`${command}\r\n`));
    const buffer = new Uint8Array(4096);
    const size = await connection.read(buffer) ?? 0;
    return new TextDecoder().decode(buffer.subarray(0, size)).split("\r\n")[0] ?? "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.directory, { recursive: true });
  }
}
