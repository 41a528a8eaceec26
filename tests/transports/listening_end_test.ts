/** The end of a server waits for calls, not for those who only listen. */
import assert from "node:assert/strict";
import { PROTOCOL_VERSION_META_KEY, type Transport } from "@modelcontextprotocol/server";
import { serveConnection } from "../../src/transports/connection.ts";
import { SseTransport } from "../../src/transports/sse.ts";
import { StdioTransport } from "../../src/transports/stdio.ts";
import { WebSocketTransport } from "../../src/transports/websocket.ts";
import { recordingLog } from "../events/recording_log.ts";
import { startApp } from "../harness.ts";
import { until } from "../until.ts";
import { bytesOf } from "./bytes.ts";

const LISTEN = {
  jsonrpc: "2.0" as const,
  id: "a stream",
  method: "subscriptions/listen",
  params: {
    notifications: { resourcesListChanged: true },
    _meta: {
      [PROTOCOL_VERSION_META_KEY]: "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    },
  },
};
const REFUSED = { ...LISTEN, id: "a bad one", params: { ...LISTEN.params, notifications: 1 } };

/** Far longer than a test waits. */
const LONG_MS = 60_000;
const PATIENCE_MS = 5000;

interface Peer {
  readonly transport: Transport;
  say(message: object): void;
  /** Asks the connection to end; it may still answer. */
  end(): void;
  readonly heard: () => string;
  readonly leave?: () => Promise<void>;
}

const peers: { name: string; meet: () => Peer | Promise<Peer> }[] = [
  { name: "stdio", meet: overStdio },
  { name: "HTTP+SSE", meet: overSse },
  { name: "WebSocket", meet: overWebSocket },
];
for (const { name, meet } of peers) {
  Deno.test(`who listens over ${name} does not hold up the end, and is answered`, async () => {
    await using app = await startApp();
    const { transport, say, end, heard, leave } = await meet();
    const serving = { log: recordingLog().log, engine: () => Promise.resolve(app.app.engine) };
    serveConnection(serving, { user_id: "ada", level: "read_write", id: "local" }, transport, name);
    let closed = false;
    const { onclose } = transport;
    transport.onclose = () => {
      closed = true;
      onclose?.();
    };

    try {
      say(LISTEN);
      say(REFUSED);
      await until(() => heard().includes("acknowledged"));
      end();
      await until(() => closed, PATIENCE_MS);
    } finally {
      await transport.close();
      await leave?.();
    }

    assert.match(heard(), /"a bad one"/);
  });
}

function overStdio(): Peer {
  let input: ReadableStreamDefaultController<Uint8Array>;
  const stream = new ReadableStream<Uint8Array>({ start: (given) => void (input = given) });
  let heard = "";
  const transport = new StdioTransport({
    read: bytesOf(stream),
    write: (bytes) => Promise.resolve(heard += new TextDecoder().decode(bytes)),
  });
  return {
    transport,
    say: (message) => input.enqueue(new TextEncoder().encode(`${JSON.stringify(message)}\n`)),
    end: () => input.close(),
    heard: () => heard,
  };
}

function overSse(): Peer {
  const transport = new SseTransport("/mcp/messages");
  let heard = "";
  const read = (async () => {
    for await (const chunk of transport.response.body!) heard += new TextDecoder().decode(chunk);
  })();
  return {
    transport,
    say: (message) => transport.receive(message as typeof LISTEN),
    end: () => void transport.finish(LONG_MS),
    heard: () => heard,
    leave: () => read,
  };
}

async function overWebSocket(): Promise<Peer> {
  const { promise, resolve } = Promise.withResolvers<WebSocketTransport>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    resolve(new WebSocketTransport(socket, 1_000_000, () => 0));
    return response;
  });
  const socket = new WebSocket(`ws://127.0.0.1:${server.addr.port}`);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  let heard = "";
  socket.onmessage = ({ data }) => heard += data;
  await new Promise((resolve) => socket.onopen = resolve);
  const transport = await promise;
  return {
    transport,
    say: (message) => socket.send(JSON.stringify(message)),
    end: () => void transport.finish(LONG_MS),
    heard: () => heard,
    async leave() {
      await closed;
      await server.shutdown();
    },
  };
}
