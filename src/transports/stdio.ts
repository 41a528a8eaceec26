import {
  INVALID_REQUEST,
  type JSONRPCMessage,
  PARSE_ERROR,
  type Transport,
} from "@modelcontextprotocol/server";
import { quote } from "../errors.ts";
import { isObject } from "../json.ts";
import { type LineReader, type ReadBytes, readLines } from "./lines.ts";

/** A longer line is refused; a client's whole batch of tasks takes a tenth of it. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** How long requests may still be answered after the client closed its end. */
const DRAIN_MS = 10_000;

/** Where the bytes come from and go to. */
export interface ByteStreams {
  readonly read: ReadBytes;
  write(bytes: Uint8Array): Promise<unknown>;
}

/**
 * JSON-RPC, one message a line.
 *
 * A line that is no message is answered with an error and the connection lives on. When the input
 * ends, requests that were read are still answered, then the transport closes.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  readonly #streams: ByteStreams;
  readonly #unanswered = new Set<string | number>();
  readonly #encoder = new TextEncoder();
  #lines: LineReader | undefined;
  #written: Promise<unknown> = Promise.resolve();
  #drained: () => void = () => {};
  #closed = false;

  constructor(streams: ByteStreams) {
    this.#streams = streams;
  }

  start(): Promise<void> {
    this.#lines = readLines(this.#streams.read, MAX_LINE_BYTES);
    this.#pump(this.#lines).catch((error) => {
      this.onerror?.(error);
      return this.close();
    });
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (this.#closed) return Promise.reject(new Error("the transport is closed"));
    const bytes = this.#encoder.encode(`${JSON.stringify(message)}\n`);
    const written = this.#written.then(() => this.#streams.write(bytes)).then(() => {
      if ("id" in message && !("method" in message)) this.#settle(message.id);
    });
    this.#written = written.catch(() => this.close());
    return written;
  }

  /** Reads no more; what was read is still answered, then the transport closes. */
  finish(): void {
    this.#lines?.cancel();
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#drained();
    this.finish();
    this.onclose?.();
    return Promise.resolve();
  }

  async #pump(lines: LineReader): Promise<void> {
    for await (const line of lines) {
      if (this.#closed) return;
      if (line.text === undefined) {
        const code = line.fault === "no_text" ? PARSE_ERROR : INVALID_REQUEST;
        await this.#refuse(code, line.message, line.id);
      } else if (line.text.trim() !== "") await this.#receive(line.text);
    }
    await this.#drain();
    await this.close();
  }

  async #receive(text: string): Promise<void> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return await this.#refuse(PARSE_ERROR, "Parse error: the line is not JSON", null);
    }
    if (isAnswer(value) && value["id"] === null) {
      return this.onerror?.(new Error(`the client answers what it was told: ${quote(value)}`));
    }
    if (!isMessage(value)) {
      const what = Array.isArray(value)
        ? "batches are not supported"
        : "it is no JSON-RPC 2.0 message";
      return await this.#refuse(INVALID_REQUEST, `Invalid request: ${what}`, idOf(value));
    }
    if ("method" in value && "id" in value) this.#unanswered.add(value.id);
    if ("method" in value && value.method === "notifications/cancelled") {
      this.#settle(value.params?.["requestId"]);
    }
    this.onmessage?.(value);
  }

  async #refuse(code: number, message: string, id: string | number | null): Promise<void> {
    const refusal = { jsonrpc: "2.0", id, error: { code, message } };
    const bytes = this.#encoder.encode(`${JSON.stringify(refusal)}\n`);
    this.#written = this.#written.then(() => this.#streams.write(bytes));
    await this.#written;
  }

  #settle(id: unknown): void {
    if (typeof id === "string" || typeof id === "number") this.#unanswered.delete(id);
    if (this.#unanswered.size === 0) this.#drained();
  }

  async #drain(): Promise<void> {
    if (this.#unanswered.size === 0) return await this.#written.then(() => {});
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#drained = resolve;
    const timer = setTimeout(resolve, DRAIN_MS);
    await promise;
    clearTimeout(timer);
  }
}

/**
 * Whether a value has the form of a JSON-RPC 2.0 message. The SDK checks what is inside; its own
 * check of the form costs 40 µs a message.
 */
function isMessage(value: unknown): value is JSONRPCMessage {
  if (!isObject(value)) return false;
  const { jsonrpc, id, method, params } = value;
  if (jsonrpc !== "2.0" || (params !== undefined && !isObject(params))) return false;
  const isRequestId = typeof id === "string" || Number.isInteger(id);
  if (method !== undefined) return typeof method === "string" && (id === undefined || isRequestId);
  return isRequestId && isAnswer(value);
}

function isAnswer(value: unknown): value is Record<string, unknown> {
  return isObject(value) && isObject(value["result"]) !== isObject(value["error"]);
}

function idOf(value: unknown): string | number | null {
  const id = isObject(value) ? value["id"] : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}
