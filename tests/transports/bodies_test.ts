import assert from "node:assert/strict";
import { Bodies, BODY_MS } from "../../src/transports/http/bodies.ts";
import { until } from "../until.ts";
import { moveClock } from "./clock.ts";

/** A request whose body comes in pieces of 1,000 bytes, each when it is asked for, and may never end. */
function trickling(pieces: number, ends: boolean) {
  let count = 0;
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (count++ < pieces) return controller.enqueue(new Uint8Array(1000));
      if (ends) return controller.close();
      return new Promise(() => {});
    },
    cancel: () => void (cancelled = true),
  }, { highWaterMark: 0 });
  const request = new Request("http://localhost/", { method: "POST", body });
  return { request, isCancelled: () => cancelled, pulled: () => count };
}

Deno.test("a body within its size is read as it was sent", async () => {
  using bodies = new Bodies(50_000);

  const body = await bodies.read(trickling(50, true).request);

  assert.equal(body.length, 50_000);
});

Deno.test("of a body that is too large no more is taken", async () => {
  using bodies = new Bodies(50_000);
  const { request, isCancelled, pulled } = trickling(1_000_000, true);

  assert.equal(await bodies.read(request), "too large");
  await until(isCancelled);
  assert.ok(pulled() < 60, `${pulled()}`);
});

Deno.test("of a body that does not arrive in time nothing is kept", async () => {
  using bodies = new Bodies(50_000);
  const { request, isCancelled } = trickling(1, false);
  const reading = bodies.read(request);

  using _clock = moveClock(BODY_MS + 1);

  assert.equal(await reading, "too slow");
  await until(isCancelled);
});
