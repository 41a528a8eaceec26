import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { MOST_WAITING_BYTES, tooSlow } from "./bounded.ts";
import { Unanswered } from "./message.ts";

/** A comment so often keeps proxies from closing the stream, and finds peers that are gone. */
const PING_MS = 15_000;

/** The server's end of HTTP+SSE, the transport of revision 2024-11-05. */
export class SseTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  /** Resolves once the stream has ended, which its peer cannot put off. */
  readonly gone = Promise.resolve();
  readonly sessionId: string = crypto.randomUUID();
  /** The stream that the client reads. */
  readonly response: Response;

  readonly #unanswered = new Unanswered();
  readonly #encoder = new TextEncoder();
  readonly #ping: ReturnType<typeof setInterval>;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;

  /** @param path where the client posts its messages */
  constructor(path: string) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      cancel: () => this.#end(),
    }, { highWaterMark: MOST_WAITING_BYTES, size: ({ byteLength }) => byteLength });
    this.response = new Response(body, {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no",
      },
    });
    this.#write(`event: endpoint\ndata: ${path}?sessionId=${this.sessionId}\n\n`);
    this.#ping = setInterval(() => this.#write(": ping\n\n"), PING_MS);
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  /** Takes a message that the client posted. */
  receive(message: JSONRPCMessage): void {
    this.#unanswered.received(message);
    this.onmessage?.(message);
  }

  send(message: JSONRPCMessage): Promise<void> {
    if (this.#controller === undefined) return Promise.reject(new Error("the stream is closed"));
    this.#write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
    this.#unanswered.sent(message);
    return Promise.resolve();
  }

  /** Ends once what was asked is answered, or after so many milliseconds. */
  async finish(milliseconds: number): Promise<void> {
    await this.#unanswered.empty(milliseconds);
    await this.close();
  }

  close(): Promise<void> {
    this.#controller?.close();
    this.#end();
    return Promise.resolve();
  }

  #end(): void {
    if (this.#controller === undefined) return;
    this.#controller = undefined;
    clearInterval(this.#ping);
    this.#unanswered.giveUp();
    this.onclose?.();
  }

  #write(event: string): void {
    const controller = this.#controller;
    if (controller === undefined) return;
    if ((controller.desiredSize ?? 0) > 0) return controller.enqueue(this.#encoder.encode(event));
    const fault = tooSlow();
    this.onerror?.(fault);
    controller.error(fault);
    this.#end();
  }
}
