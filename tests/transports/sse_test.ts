import assert from "node:assert/strict";
import { MOST_WAITING_BYTES } from "../../src/transports/bounded.ts";
import { SseTransport } from "../../src/transports/sse.ts";

Deno.test("a peer that does not read its stream is cut off, and what waits for it is not kept", async () => {
  const transport = new SseTransport("/mcp/messages");
  const closed = Promise.withResolvers<void>();
  transport.onclose = closed.resolve;
  const faults: string[] = [];
  transport.onerror = ({ message }) => void faults.push(message);
  const message = {
    ...{ jsonrpc: "2.0", method: "notifications/message" } as const,
    params: { level: "info", data: "x".repeat(MOST_WAITING_BYTES / 4) },
  };

  for (let count = 0; count < 6; count++) await transport.send(message).catch(() => {});
  await closed.promise;

  assert.deepEqual(faults, ["the peer does not read"]);
  await assert.rejects(transport.response.bytes(), /the peer does not read/);
  await assert.rejects(transport.send(message), /the stream is closed/);
});
