import {
  INVALID_REQUEST,
  type JSONRPCMessage,
  PARSE_ERROR,
  type Transport,
} from "@modelcontextprotocol/server";
import { MOST_WAITING_BYTES } from "./bounded.ts";
import { faultOf, idOf, isMessage, isTooDeep, TOO_DEEP, Unanswered } from "./message.ts";

/** The server's end of a WebSocket, one message a text frame. */
export class WebSocketTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  /** Resolves once the connection is closed, which its peer may put off. */
  readonly gone: Promise<void>;

  readonly #socket: WebSocket;
  readonly #most: number;
  readonly #limit: () => number | Promise<number>;
  readonly #unanswered = new Unanswered();
  readonly #opened: Promise<void>;
  readonly #early: JSONRPCMessage[] = [];
  /** Frames are handled in their order, also where the limit has to be asked for. */
  #turn: Promise<void> = Promise.resolve();
  /** The size of those whose turn has not come. */
  #waiting = 0;
  #started = false;
  #closed = false;

  /**
   * Listens at once: a client may send before the transport is started.
   *
   * @param most bytes of one message
   * @param limit counts a message; 0, or after how many seconds one may be sent again
   */
  constructor(socket: WebSocket, most: number, limit: () => number | Promise<number>) {
    this.#socket = socket;
    this.#most = most;
    this.#limit = limit;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#opened = promise;
    const gone = Promise.withResolvers<void>();
    this.gone = gone.promise;
    const unopened = setTimeout(() => this.close(), OPENING_MS);
    const settle = () => {
      clearTimeout(unopened);
      resolve();
    };
    socket.onopen = settle;
    socket.onmessage = ({ data }) => this.#receive(data);
    // A peer that resets the connection while it opens is told of here alone.
    socket.onerror = (event) => {
      const message = event instanceof ErrorEvent ? event.message : "the WebSocket failed";
      this.onerror?.(new Error(message));
      settle();
      this.#end();
      if (socket.readyState === WebSocket.CLOSED) gone.resolve();
    };
    socket.onclose = () => {
      settle();
      this.#end();
      gone.resolve();
    };
  }

  async start(): Promise<void> {
    await this.#opened;
    this.#started = true;
    for (const message of this.#early.splice(0)) this.onmessage?.(message);
  }

  send(message: JSONRPCMessage): Promise<void> {
    const fault = this.#write(message);
    if (fault !== undefined) return Promise.reject(new Error(fault));
    this.#unanswered.sent(message);
    return Promise.resolve();
  }

  /** Ends once what was asked is answered, or after so many milliseconds. */
  async finish(milliseconds: number): Promise<void> {
    await this.#unanswered.empty(milliseconds);
    await this.close();
  }

  close(code = 1000): Promise<void> {
    if (this.#socket.readyState <= WebSocket.OPEN) this.#socket.close(code);
    this.#end();
    return Promise.resolve();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#unanswered.giveUp();
    this.onclose?.();
  }

  #receive(data: unknown): void {
    if (typeof data !== "string") return void this.close(1003);
    // A character is three bytes at most: only a text that may be too long is measured.
    if (data.length * 3 > this.#most && bytesOf(data) > this.#most) return void this.close(1009);
    const wait = this.#limit();
    if (typeof wait === "number" && this.#waiting === 0) return this.#handle(data, wait);
    this.#waiting += data.length + WAITING_COST;
    if (this.#waiting > MOST_WAITING_BYTES) return void this.close(1008);
    this.#turn = this.#turn.then(async () => {
      const seconds = await wait;
      this.#waiting -= data.length + WAITING_COST;
      if (!this.#closed) this.#handle(data, seconds);
    });
  }

  #handle(data: string, wait: number): void {
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      if (wait > 0) return void this.close(1008);
      return this.#refuse(PARSE_ERROR, "Parse error: the frame is not JSON", null);
    }
    if (wait > 0) return this.#refuse(-32000, `rate_limited: try again in ${wait} s`, idOf(value));
    if (isTooDeep(data)) {
      return this.#refuse(INVALID_REQUEST, `Invalid request: ${TOO_DEEP}`, idOf(value));
    }
    if (!isMessage(value)) {
      return this.#refuse(INVALID_REQUEST, `Invalid request: ${faultOf(value)}`, idOf(value));
    }
    this.#unanswered.received(value);
    if (this.#started) this.onmessage?.(value);
    else this.#early.push(value);
  }

  #refuse(code: number, message: string, id: string | number | null): void {
    const fault = this.#write({ jsonrpc: "2.0", id, error: { code, message } });
    if (fault !== undefined) this.onerror?.(new Error(fault));
  }

  /** @returns why it could not be written */
  #write(message: object): string | undefined {
    if (this.#socket.readyState !== WebSocket.OPEN) return "the WebSocket is closed";
    if (this.#socket.bufferedAmount > MOST_WAITING_BYTES) {
      this.close(1008);
      return "the peer of the WebSocket does not read";
    }
    this.#socket.send(JSON.stringify(message));
  }
}

/** What a frame costs while it waits, beside its text. */
const WAITING_COST = 1024;

/** How long the handshake may take. */
const OPENING_MS = 10_000;

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
