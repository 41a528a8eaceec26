import { WebSocket } from "ws";

/** A client's end of a WebSocket, in the form that both SDKs take. */
export class WebSocketClientTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  // deno-lint-ignore no-explicit-any
  onmessage?: (message: any) => void;
  readonly #socket: WebSocket;

  constructor(url: URL, headers: Record<string, string>) {
    this.#socket = new WebSocket(url, "mcp", { headers });
  }

  async start(): Promise<void> {
    this.#socket.on("message", (data: unknown) => this.onmessage?.(JSON.parse(String(data))));
    this.#socket.on("close", () => this.onclose?.());
    await new Promise((resolve, reject) => {
      this.#socket.once("open", resolve);
      this.#socket.once("error", reject);
    });
  }

  send(message: unknown): Promise<void> {
    this.#socket.send(JSON.stringify(message));
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#socket.close();
    return Promise.resolve();
  }
}
