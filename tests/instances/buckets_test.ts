import assert from "node:assert/strict";
import { Buckets } from "../../src/instances/buckets.ts";
import fc from "../properties.ts";

Deno.test("a bucket never gives more than its rate, and nothing is lost for good", () => {
  const step = fc.record({ wait: fc.nat({ max: 3000 }), takes: fc.nat({ max: 8 }) });
  fc.assert(fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
    let now = 0;
    const buckets = new Buckets({ count: 5, period: 10 }, () => now);
    let given = 0;

    for (const { wait, takes } of steps) {
      now += wait;
      for (let take = 0; take < takes; take++) if (buckets.take("a") === 0) given++;
    }
    now += 10_000;

    assert.ok(given <= 5 + now / 2000);
    assert.equal(buckets.take("a"), 0);
  }));
});

Deno.test("the wait that is told is long enough, and a second less is not", () => {
  let now = 0;
  const buckets = new Buckets({ count: 1, period: 60 }, () => now);
  buckets.take("a");

  const wait = buckets.take("a");
  now += (wait - 1) * 1000;
  const early = buckets.take("a");
  now += 1000;

  assert.equal(wait, 60);
  assert.equal(early, 1);
  assert.equal(buckets.take("a"), 0);
});

Deno.test("names do not share a bucket", () => {
  const buckets = new Buckets({ count: 1, period: 60 }, () => 0);
  buckets.take("a");

  assert.equal(buckets.take("b"), 0);
  assert.equal(buckets.take("a"), 60);
});
