import assert from "node:assert/strict";
import { bounded, MOST_WAITING_BYTES } from "../../src/transports/bounded.ts";

const headers = { "content-type": "text/event-stream" };
const chunk = new Uint8Array(64 * 1024);

function stream(chunks: number): { response: Response; pulled: () => number } {
  let count = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (count++ < chunks) controller.enqueue(chunk);
      else controller.close();
    },
  });
  return { response: new Response(body, { headers }), pulled: () => count };
}

Deno.test("a reader that keeps up gets all of a stream", async () => {
  let cuts = 0;
  const { response } = stream(200);

  const bytes = await bounded(response, () => cuts++).bytes();

  assert.equal(bytes.length, 200 * chunk.length);
  assert.equal(cuts, 0);
});

Deno.test("a reader that does not read is cut off, and the rest is not kept", async () => {
  const { promise: cut, resolve } = Promise.withResolvers<void>();
  const { response, pulled } = stream(10_000);

  const slow = bounded(response, resolve);
  await cut;

  assert.ok(pulled() * chunk.length < MOST_WAITING_BYTES + 10 * chunk.length);
  await assert.rejects(slow.bytes(), /the peer does not read/);
});

Deno.test("an answer that is no stream is left as it is", () => {
  const response = Response.json({ a: 1 });

  assert.equal(bounded(response, () => {}), response);
});

Deno.test("a reader that leaves ends the stream behind it", async () => {
  let left = false;
  const body = new ReadableStream<Uint8Array>({ cancel: () => void (left = true) });

  await bounded(new Response(body, { headers }), () => {}).body?.cancel();

  assert.ok(left);
});
