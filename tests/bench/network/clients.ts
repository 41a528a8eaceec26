/** Light clients that keep a connection open, one class of them for each transport that has any. */
import { WebSocket } from "ws";

/** One client with a connection of its own. */
export interface OpenClient {
  /** Sends a request; answers its result, or throws what was refused. */
  request(method: string, params: object): Promise<Json>;
  /** Told of every notification by its method. */
  notified: (method: string) => void;
  close(): Promise<void>;
}

// deno-lint-ignore no-explicit-any
type Json = any;

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
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "bench", version: "1" },
};

/** Connections between requests are closed soon, so that those of the server can be counted. */
const client = Deno.createHttpClient({ poolIdleTimeout: 2000 });

/** The call that is repeated everywhere. */
export const LIST_TASKS = { name: "list_tasks", arguments: { limit: 20 } };

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
      client,
      method: "POST",
      headers: { ...headers, "content-type": "application/json" },
      body,
    });
    await response.body?.cancel();
    if (response.status !== 202) throw new Error(`POST was answered ${response.status}`);
  };
  return await exchange.begin(send, () => stream.close());
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
  return await exchange.begin(send, () => {
    socket.close();
    return closed;
  });
}

/** A session of the 2025 era with its stream for what the server has to say. */
export async function openSession({ url, key }: Place): Promise<OpenClient> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${key}`,
    accept: "application/json, text/event-stream",
    "content-type": "application/json",
  };
  const exchange = new Exchange();
  const send = async (body: string) => {
    const response = await fetch(url, { client, method: "POST", headers, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`POST was answered ${response.status}`);
    const session = response.headers.get("mcp-session-id");
    if (session !== null) headers["mcp-session-id"] = session;
    const data = /^data: (.+)$/m.exec(text)?.[1];
    if (data !== undefined) exchange.receive(data);
  };
  const opened = await exchange.begin(send, async () => {
    await stream.close();
    const response = await fetch(url, { client, method: "DELETE", headers });
    await response.body?.cancel();
  });
  const stream = await openStream(url, headers, (_, data) => exchange.receive(data));
  return opened;
}

/** Requests that wait for their answers, wherever these arrive. */
class Exchange {
  readonly #waiting = new Map<number, PromiseWithResolvers<Json>>();
  #client: OpenClient | undefined;
  #lastId = 0;

  async begin(
    send: (body: string) => Promise<void>,
    close: () => Promise<void>,
  ): Promise<OpenClient> {
    const client: OpenClient = {
      request: (method, params) => this.#request(send, method, params),
      notified: () => {},
      close,
    };
    this.#client = client;
    await client.request("initialize", INITIALIZE);
    await send(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }));
    return client;
  }

  receive(text: string): void {
    const { id, method, error, result } = JSON.parse(text);
    if (method !== undefined) return this.#client?.notified(method);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error || result?.isError) waiting?.reject(new Error(text.slice(0, 300)));
    else waiting?.resolve(result);
  }

  fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }

  async #request(
    send: (body: string) => Promise<void>,
    method: string,
    params: object,
  ): Promise<Json> {
    const id = ++this.#lastId;
    const answered = Promise.withResolvers<Json>();
    this.#waiting.set(id, answered);
    await send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return await answered.promise;
  }
}

/** Reads a stream of events until it is closed. */
async function openStream(
  url: string,
  headers: Record<string, string>,
  take: (event: string, data: string) => void,
): Promise<{ close(): Promise<void> }> {
  const response = await fetch(url, {
    client,
    headers: { ...headers, accept: "text/event-stream" },
  });
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
