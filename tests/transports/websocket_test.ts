import assert from "node:assert/strict";
import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { MOST_WAITING_BYTES } from "../../src/transports/bounded.ts";
import { WebSocketTransport } from "../../src/transports/websocket.ts";
import { until } from "../until.ts";

/** A client's socket, and the transport at its other end. */
async function connect(limit: () => number | Promise<number>, heard: JSONRPCMessage[]) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const transport = new WebSocketTransport(socket, 1_000_000, limit);
    transport.onmessage = (message) => heard.push(message);
    void transport.start();
    return response;
  });
  const socket = new WebSocket(`ws://127.0.0.1:${server.addr.port}`);
  await new Promise((resolve) => socket.onopen = resolve);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  return {
    socket,
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed;
      await server.shutdown();
    },
  };
}

Deno.test("messages keep their order, however long the limit takes for each", async () => {
  const heard: JSONRPCMessage[] = [];
  let count = 0;
  const limit = () => {
    const delay = count++ % 3;
    return delay === 0
      ? 0
      : new Promise<number>((resolve) => setTimeout(() => resolve(0), 10 * delay));
  };
  await using peer = await connect(limit, heard);

  for (let id = 0; id < 60; id++) {
    peer.socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "ping" }));
  }
  await until(() => heard.length === 60);

  assert.deepEqual(
    heard.map((message) => "id" in message ? message.id : undefined),
    Array.from({ length: 60 }, (_, id) => id),
  );
});

Deno.test("what waits for its turn is bounded, also when it is small", async () => {
  for (const size of [100_000, 1]) {
    const never = Promise.withResolvers<number>();
    const heard: JSONRPCMessage[] = [];
    await using peer = await connect(() => never.promise, heard);

    for (let sent = 0; sent < MOST_WAITING_BYTES * 1.1; sent += size + 1024) {
      peer.socket.send("x".repeat(size));
    }

    await until(() => peer.socket.readyState === WebSocket.CLOSED);
    never.resolve(0);
    assert.deepEqual(heard, []);
  }
});

Deno.test("a frame that is nested too deep is refused", async () => {
  const heard: JSONRPCMessage[] = [];
  await using peer = await connect(() => 0, heard);
  let answer = "";
  peer.socket.onmessage = ({ data }) => answer = data;
  const deep = `${"[".repeat(1000)}${"]".repeat(1000)}`;

  peer.socket.send(`{"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":${deep}}}`);

  await until(() => answer !== "" || heard.length > 0);
  const { id, error } = JSON.parse(answer);
  assert.deepEqual([id, error.code], [7, -32600]);
  assert.match(error.message, /more than 200 levels deep/);
  assert.deepEqual(heard, []);
});
