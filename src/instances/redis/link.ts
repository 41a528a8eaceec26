import { createClient, ErrorReply } from "@redis/client";
import { AppError, messageOf } from "../../errors.ts";
import { inTime } from "../../in_time.ts";
import type { Log } from "../../log.ts";

/** Names of keys and channels begin with it. */
export const PREFIX = "selfos:";

/** How often Redis is asked for a sign of life. */
const BEAT_MS = 1000;
/** What takes longer is given up, and Redis with it until it gives a sign of life. */
const PATIENCE_MS = 1000;
/** A connection that is silent for so long is made anew. */
const SILENCE_MS = 5000;
const LONGEST_RETRY_MS = 1000;

/** The connection to a Redis, and whether it can be relied on. */
export class Link {
  /** The name of this instance. */
  readonly id: string = crypto.randomUUID().slice(0, 8);
  /** Resolves once it is known whether Redis answers. */
  readonly settled: Promise<void>;

  readonly #client: Client;
  readonly #address: string;
  readonly #log: Log;
  readonly #listeners = new Set<() => unknown>();
  readonly #settle: () => void;
  #beating: ReturnType<typeof setTimeout> | undefined;
  #joined = false;
  #closed = false;
  /** Why Redis cannot be relied on, as it was told last. */
  #fault: string | undefined;
  /** What Redis said of a command, as it was told last. */
  #refusal: string | undefined;

  constructor(url: string, address: string, log: Log) {
    this.#address = address;
    this.#log = log;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.settled = promise;
    const impatient = setTimeout(() => this.#part(new Error("it does not answer")), PATIENCE_MS);
    this.#settle = () => {
      clearTimeout(impatient);
      resolve();
    };
    this.#client = clientOf(url);
    this.#client.on("error", (error) => this.#part(error));
    this.#client.on("ready", () => this.#beat());
    // It goes on trying by itself; each failure is told as an error.
    this.#client.connect().catch(() => {});
  }

  get joined(): boolean {
    return this.#joined;
  }

  /** @throws AppError `unavailable` when Redis is away, refuses the command or takes too long */
  async run<T>(command: (client: Client) => Promise<T>): Promise<T> {
    if (!this.#joined) throw this.#unavailable();
    try {
      return await inTime(command(this.#client), PATIENCE_MS);
    } catch (error) {
      if (isOfCommand(error)) throw this.#refused(error);
      this.#part(error);
      throw this.#unavailable();
    }
  }

  /** Milliseconds until Redis answers. @throws AppError `unavailable` */
  async ping(): Promise<number> {
    const start = performance.now();
    await this.run((client) => client.ping());
    return performance.now() - start;
  }

  /** Has the listener told each time that Redis can be relied on again. */
  onJoined(listener: () => unknown): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Ends once what was sent is answered. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#beating);
    this.#settle();
    const joined = this.#joined;
    this.#joined = false;
    if (joined) await inTime(this.#client.close(), PATIENCE_MS).catch(() => {});
    if (this.#client.isOpen) this.#client.destroy();
  }

  /** A write, as a Redis that answers but takes no writes is of no use. */
  async #beat(): Promise<void> {
    clearTimeout(this.#beating);
    try {
      const expiration = { type: "PX", value: SILENCE_MS } as const;
      const kept = this.#client.set(`${PREFIX}instance:${this.id}`, "", { expiration });
      await inTime(kept, PATIENCE_MS);
      this.#join();
    } catch (error) {
      this.#part(error);
    }
    clearTimeout(this.#beating);
    if (!this.#closed) this.#beating = setTimeout(() => this.#beat(), BEAT_MS);
  }

  #join(): void {
    if (this.#joined || this.#closed) return;
    this.#joined = true;
    const back = this.#fault !== undefined;
    this.#fault = undefined;
    this.#log[back ? "info" : "debug"](
      "Sharing limits, sessions and events through Redis at {address}",
      { address: this.#address },
    );
    for (const listener of this.#listeners) listener();
    this.#settle();
  }

  #part(error: unknown): void {
    this.#settle();
    if (this.#closed) return;
    this.#joined = false;
    const fault = messageOf(error);
    if (this.#fault === undefined) {
      this.#log.warning(
        "Cannot use Redis at {address}: {fault}; limits and events are those of this instance alone " +
          "until it is back",
        { address: this.#address, fault },
      );
    }
    this.#fault = fault;
  }

  /** Redis is there: the other commands go on. */
  #refused({ message: fault }: Error): AppError {
    if (this.#refusal !== fault) {
      this.#log.warning("Redis at {address} refuses a command: {fault}", {
        address: this.#address,
        fault,
      });
    }
    this.#refusal = fault;
    return new AppError(
      "unavailable",
      `Cannot use Redis at ${this.#address} for this: ${fault}`,
      `let its user run every command on keys and channels that begin with "${PREFIX}"`,
    );
  }

  #unavailable(): AppError {
    return new AppError(
      "unavailable",
      `Cannot use Redis at ${this.#address}: ${this.#fault ?? "it was closed"}`,
      "check that it runs and takes writes; nothing has to be restarted when it is back",
    );
  }
}

/** With these it refuses every write, whatever the command. */
const REFUSES_ALL = /^(CLUSTERDOWN|LOADING|MASTERDOWN|MISCONF|NOAUTH|NOREPLICAS|OOM|READONLY)\b/;

function isOfCommand(error: unknown): error is ErrorReply {
  return error instanceof ErrorReply && !REFUSES_ALL.test(error.message);
}

type Client = ReturnType<typeof clientOf>;

function clientOf(url: string) {
  return createClient({
    url,
    RESP: 3,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: "disabled",
    socket: {
      connectTimeout: PATIENCE_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) => Math.min(LONGEST_RETRY_MS, 50 * 2 ** Math.min(retries, 10)),
    },
  });
}
