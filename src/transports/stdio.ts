import {
  INVALID_REQUEST,
  type JSONRPCMessage,
  PARSE_ERROR,
  type Transport,
} from "@modelcontextprotocol/server";
import { quote } from "../errors.ts";
import { type LineReader, type ReadBytes, readLines } from "./lines.ts";
import { faultOf, idOf, isAnswer, isMessage, isTooDeep, TOO_DEEP, Unanswered } from "./message.ts";

/** A longer line is refused; a client's whole batch of tasks takes a tenth of it. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;

/** How long requests may still be answered after the client closed its end. */
const DRAIN_MS = 10_000;

/** No more is read while so many bytes wait for the client to read them, or so many requests for answers. */
const MOST_WAITING = 8 * 1024 * 1024;
const MOST_UNANSWERED = 200;

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
  readonly #unanswered = new Unanswered();
  readonly #encoder = new TextEncoder();
  #lines: LineReader | undefined;
  #written: Promise<unknown> = Promise.resolve();
  /** Bytes that the client has not read. */
  #waiting = 0;
  /** What the client was asked; it answers on the line that requests come by. */
  readonly #asked = new Set<unknown>();
  #roomMade: () => void = () => {};
  #finished = false;
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
    if ("method" in message && "id" in message) this.#asked.add(message.id);
    return this.#write(message).finally(() => {
      this.#unanswered.sent(message);
      this.#roomMade();
    });
  }

  /** Reads no more; what was read is still answered, then the transport closes. */
  finish(): void {
    this.#finished = true;
    this.#roomMade();
    this.#lines?.cancel();
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#unanswered.giveUp();
    this.#roomMade();
    this.finish();
    this.onclose?.();
    return Promise.resolve();
  }

  async #pump(lines: LineReader): Promise<void> {
    for await (const line of lines) {
      await this.#room();
      if (this.#closed) return;
      if (line.text === undefined) {
        const code = line.fault === "no_text" ? PARSE_ERROR : INVALID_REQUEST;
        await this.#refuse(code, line.message, line.id);
      } else if (line.text.trim() !== "") await this.#receive(line.text);
    }
    await this.#drained();
    await this.close();
  }

  /** Waits until the client has read enough; what it was asked it could not answer otherwise. */
  async #room(): Promise<void> {
    const isFull = () =>
      this.#waiting > MOST_WAITING ||
      (this.#unanswered.size >= MOST_UNANSWERED && this.#asked.size === 0);
    while (!this.#finished && isFull()) {
      await new Promise<void>((resolve) => this.#roomMade = resolve);
    }
  }

  /** Waits until all is answered, and the answers are written, or for as long as is given to that. */
  async #drained(): Promise<void> {
    const answered = this.#unanswered.empty(DRAIN_MS).then(() => this.#written);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const over = new Promise((resolve) => timer = setTimeout(resolve, DRAIN_MS));
    await Promise.race([answered, over]);
    clearTimeout(timer);
  }

  async #receive(text: string): Promise<void> {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return await this.#refuse(PARSE_ERROR, "Parse error: the line is not JSON", null);
    }
    if (isTooDeep(text)) {
      return await this.#refuse(INVALID_REQUEST, `Invalid request: ${TOO_DEEP}`, idOf(value));
    }
    if (isAnswer(value) && value["id"] === null) {
      return this.onerror?.(new Error(`the client answers what it was told: ${quote(value)}`));
    }
    if (!isMessage(value)) {
      return await this.#refuse(
        INVALID_REQUEST,
        `Invalid request: ${faultOf(value)}`,
        idOf(value),
      );
    }
    this.#unanswered.received(value);
    if (isAnswer(value)) this.#asked.delete(idOf(value));
    this.onmessage?.(value);
  }

  async #refuse(code: number, message: string, id: string | number | null): Promise<void> {
    await this.#write({ jsonrpc: "2.0", id, error: { code, message } }).catch(() => {});
  }

  /** Once nobody reads any more, no more is read; what was begun ends first. */
  async #write(message: object): Promise<void> {
    const bytes = this.#encoder.encode(`${JSON.stringify(message)}\n`);
    this.#waiting += bytes.length;
    const written = this.#written.then(() => this.#streams.write(bytes)).finally(() => {
      this.#waiting -= bytes.length;
      this.#roomMade();
    });
    this.#written = written.catch(() => this.finish());
    await written;
  }
}
