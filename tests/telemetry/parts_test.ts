import assert from "node:assert/strict";
import { Parts } from "../../src/telemetry/parts.ts";

Deno.test("a part that hangs is told from one that answers, and is asked once only", async () => {
  const { promise: never, resolve } = Promise.withResolvers<void>();
  let asked = 0;
  const hanging = () => {
    asked++;
    return never;
  };
  const parts = new Parts([
    { name: "store", required: true, check: () => Promise.resolve() },
    { name: "redis", required: false, check: hanging },
  ]);

  const [[store, redis], again] = await Promise.all([parts.look(), parts.look()]);

  assert.ok(store?.seconds !== undefined && store.failure === undefined);
  assert.deepEqual(redis, { name: "redis", required: false, failure: "no answer within 2 s" });
  assert.equal(again.length, 2);
  assert.equal(asked, 1);
  resolve();
  const [, healed] = await parts.look();
  assert.ok(healed?.seconds !== undefined);
});
