import assert from "node:assert/strict";
import { inMilliseconds, Samples } from "../../src/telemetry/samples.ts";

Deno.test("percentiles are values that were measured, by nearest rank", () => {
  const samples = new Samples(1000);
  for (let value = 100; value >= 1; value--) samples.add(value);

  assert.deepEqual(samples.percentiles(), { p50: 50, p90: 90, p95: 95, p99: 99 });
});

Deno.test("one value is every percentile, and none is none", () => {
  const one = new Samples(10);
  one.add(0.0123456789);

  assert.deepEqual(inMilliseconds(one.percentiles()), {
    ...{ p50: 12.346, p90: 12.346, p95: 12.346, p99: 12.346 },
  });
  const none = new Samples(10).percentiles();
  assert.deepEqual(none, { p50: null, p90: null, p95: null, p99: null });
});

Deno.test("only the latest values count", () => {
  const samples = new Samples(3);
  for (const value of [1000, 1000, 1, 2, 3]) samples.add(value);

  assert.deepEqual(samples.percentiles(), { p50: 2, p90: 3, p95: 3, p99: 3 });
});
