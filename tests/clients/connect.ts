import { WebSocket } from "ws";

/** How an outside client reaches the server: a command line that starts it, or its address. */
export interface Target {
  readonly url?: URL;
  readonly command: string;
  readonly args: string[];
}

/** `http://…` with the key in TEST_API_KEY, or `COMMAND ARGS…`. */
export function targetOf([first = "", ...args]: readonly string[]): Target {
  return /^(https?|wss?):/.test(first)
    ? { url: new URL(first), command: "", args: [] }
    : { command: first, args };
}

export function authorization(): Record<string, string> {
  return { authorization: `Bearer ${Deno.env.get("TEST_API_KEY")}` };
}

/** A client's end of a WebSocket, in the form that both SDKs take. */
export class WebSocketClientTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  // deno-lint-ignore no-explicit-any
  onmessage?: (message: any) => void;
  readonly #socket: WebSocket;

  constructor(url: URL) {
    this.#socket = new WebSocket(url, "mcp", { headers: authorization() });
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
