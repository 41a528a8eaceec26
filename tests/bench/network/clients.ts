/** Light clients that keep a connection open, one class of them for each transport that has any. */
import { WebSocket } from "ws";

/** One client with a connection of its own. */
export interface OpenClient {
  /** Lists tasks, and waits for the answer. */
  call(): Promise<void>;
  close(): Promise<void>;
}

/** Where the clients connect. */
export interface Place {
  /** Ends in `/mcp`. */
  readonly url: string;
  readonly key: string;
}

export const KINDS = {
  sse: openSse,
  ws: openWebSocket,
  session: openSession,
} as const;

export type Kind = keyof typeof KINDS;

const INITIALIZE = {
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "bench", version: "1" },
  },
};
const LIST = { method: "tools/call", params: { name: "list_tasks", arguments: { limit: 20 } } };

/** HTTP+SSE: a stream down, posts up. */
async function openSse({ url, key }: Place): Promise<OpenClient> {
  const headers = { authorization: `Bearer ${key}` };
  const exchange = new Exchange();
  const endpoint = Promise.withResolvers<string>();
  const stream = await openStream(`${url}/sse`, headers, (event, data) => {
    if (event === "endpoint") endpoint.resolve(data);
    else exchange.receive(data);
  });
  const address = new URL(await endpoint.promise, url).href;
  const send = async (body: string) => {
    const response = await fetch(address, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
    });
    await response.body?.cancel();
    if (response.status !== 202) throw new Error(`POST was answered ${response.status}`);
  };
  await exchange.begin(send);
  return { call: () => exchange.call(send), close: () => stream.close() };
}

async function openWebSocket({ url, key }: Place): Promise<OpenClient> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/ws`, "mcp", {
    headers: { authorization: `Bearer ${key}` },
    perMessageDeflate: false,
  });
  const exchange = new Exchange();
  socket.on("message", (data: unknown) => exchange.receive(String(data)));
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  closed.then(() => exchange.fail(new Error("the WebSocket was closed")));
  const send = (body: string) => Promise.resolve(socket.send(body));
  await exchange.begin(send);
  return {
    call: () => exchange.call(send),
    close() {
      socket.close();
      return closed;
    },
  };
}

/** A session of the 2025 era with its stream for what the server has to say. */
async function openSession({ url, key }: Place): Promise<OpenClient> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${key}`,
    accept: "application/json, text/event-stream",
    "content-type": "application/json",
  };
  const exchange = new Exchange();
  const send = async (body: string) => {
    const response = await fetch(url, { method: "POST", headers, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST was answered ${response.status}`);
    const session = response.headers.get("mcp-session-id");
    if (session !== null) headers["mcp-session-id"] = session;
    const data = /^data: (.+)$/m.exec(text)?.[1];
    if (data !== undefined) exchange.receive(data);
  };
  await exchange.begin(send);
  const stream = await openStream(url, headers, (_, data) => exchange.receive(data));
  return {
    call: () => exchange.call(send),
    async close() {
      await stream.close();
      const response = await fetch(url, { method: "DELETE", headers });
      await response.body?.cancel();
    },
  };
}

/** Requests that wait for their answers, wherever these arrive. */
class Exchange {
  readonly #waiting = new Map<number, PromiseWithResolvers<void>>();
  #lastId = 0;

  async begin(send: (body: string) => Promise<void>): Promise<void> {
    await this.#request(send, INITIALIZE);
    await send(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }));
  }

  async call(send: (body: string) => Promise<void>): Promise<void> {
    await this.#request(send, LIST);
  }

  receive(text: string): void {
    const { id, error, result } = JSON.parse(text);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error || result?.isError) waiting?.reject(new Error(text.slice(0, 300)));
    else waiting?.resolve();
  }

  fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  async #request(send: (body: string) => Promise<void>, message: object): Promise<void> {
    const id = ++this.#lastId;
    const answered = Promise.withResolvers<void>();
    this.#waiting.set(id, answered);
    await send(JSON.stringify({ jsonrpc: "2.0", id, ...message }));
    await answered.promise;
  }
}

/** Reads a stream of events until it is closed. */
async function openStream(
  url: string,
  headers: Record<string, string>,
  take: (event: string, data: string) => void,
): Promise<{ close(): Promise<void> }> {
  const response = await fetch(url, { headers: { ...headers, accept: "text/event-stream" } });
  if (!response.ok || !response.body) throw new Error(`GET was answered ${response.status}`);
  const reader = response.body.getReader();
  const read = (async () => {
    const decoder = new TextDecoder();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
        const event = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const [, data] = /^data: (.*)$/m.exec(event) ?? [];
        if (data) take(/^event: (.*)$/m.exec(event)?.[1] ?? "message", data);
      }
    }
  })().catch(() => {});
  return {
    async close() {
      await reader.cancel();
      await read;
    },
  };
}
