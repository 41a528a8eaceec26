import assert from "node:assert/strict";
import { until } from "../until.ts";
import { startNetwork, type TestNetwork } from "./network.ts";

Deno.test("a peer that puts off the end of a WebSocket keeps its place until it is gone", async () => {
  await using network = await startNetwork({ maxConnections: 1 });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => network.network.fetch(request, { address: "127.0.0.1" }),
  );
  const peer = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
  const upgrade = [
    ...["GET /mcp/ws HTTP/1.1", "Host: localhost", `Authorization: Bearer ${network.key}`],
    ...["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"],
    ...["Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==", "", ""],
  ];
  await peer.write(new TextEncoder().encode(upgrade.join("\r\n")));
  await peer.read(new Uint8Array(1000));

  // A binary frame of one byte, which is answered with 1003.
  await peer.write(Uint8Array.of(0x82, 0x81, 0, 0, 0, 0, 1));
  await peer.read(new Uint8Array(1000));
  const [open, refused] = [await openIn(network), await statusOf(network)];
  peer.close();
  await until(async () => await openIn(network) === 0);
  const admitted = await statusOf(network);

  assert.deepEqual([open, refused, admitted], [1, 503, 200]);
  await network.network.stop(0);
  await server.shutdown();
});

/** How many WebSockets are open. */
async function openIn(network: TestNetwork): Promise<number> {
  const metrics = await network.send("/mcp/metrics?format=json", {}, "127.0.0.1", false);
  return (await metrics.json()).connections.ws;
}

/** What another client is answered. */
async function statusOf(network: TestNetwork): Promise<number> {
  const response = await network.send("/mcp/sse");
  await response.body?.cancel();
  return response.status;
}
