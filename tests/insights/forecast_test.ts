import assert from "node:assert/strict";
import { forecastOf } from "../../src/insights/progress/forecast.ts";
import fc from "../properties.ts";

const START = "2026-11-23";

function forecast(open: number, counts: readonly number[], { repeating = 0, gap = 1 } = {}) {
  return forecastOf({ open, repeating }, { counts, start: START, gap });
}

Deno.test("a steady pace leads to one day", () => {
  const { p10, p50, p90, per_day, reason } = forecast(20, Array(30).fill(2));

  assert.deepEqual([p10, p50, p90], ["2026-12-02", "2026-12-02", "2026-12-02"]);
  assert.deepEqual([per_day, reason], [2, undefined]);
});

Deno.test("an unsteady pace leads to a range around the day that the mean gives", () => {
  const { p10, p50, p90 } = forecast(60, [...Array(20).fill(0), ...Array(10).fill(6)]);

  const [early, middle, late] = [p10, p50, p90].map((day) => Date.parse(day!) / 86_400_000);
  const mean = Date.parse(START) / 86_400_000 + 30;
  assert.ok(early! < middle! && middle! < late!, `${p10} ${p50} ${p90}`);
  assert.ok(Math.abs(middle! - mean) < 8, `${p50}`);
});

Deno.test("whoever works on one weekday is done on that weekday", () => {
  const saturdays = Array.from({ length: 28 }, (_, day) => day % 7 === 6 ? 3 : 0);

  // The last day of the sample is a Saturday, the first day to come the Sunday or the Monday after.
  const next = forecast(3, saturdays);
  const later = forecast(3, saturdays, { gap: 2 });

  assert.deepEqual([next.p10, next.p90], ["2026-11-29", "2026-11-29"]);
  assert.deepEqual([later.p10, later.p90], ["2026-11-28", "2026-11-28"]);
});

const without = [
  { when: "nothing is open", open: 0, counts: [1, 2], says: /^nothing is left to do$/ },
  { when: "only series are open", open: 0, counts: [1], repeating: 2, says: /^only repeating/ },
  {
    when: "nothing was completed",
    open: 3,
    counts: [0, 0, 0],
    says: /was completed in the period/,
  },
  { when: "there are no days", open: 3, counts: [], says: /was completed in the period/ },
  {
    when: "it would take too long",
    open: 10_000,
    counts: Array.from({ length: 365 }, (_, day) => day % 30 ? 0 : 1),
    says: /more than 10 years/,
  },
  { when: "it would take for ever", open: 1e9, counts: [1], says: /more than 10 years/ },
];
for (const { when, open, counts, repeating, says } of without) {
  Deno.test(`there is no forecast when ${when}, and it says so`, () => {
    const { p10, p50, p90, reason, ...rest } = forecast(open, counts, { repeating });

    assert.deepEqual([p10, p50, p90], [null, null, null]);
    assert.match(reason ?? "", says);
    assert.equal(rest.remaining, open);
  });
}

Deno.test("of a late end that is more than ten years away only the beginning is told", () => {
  const counts = Array.from({ length: 14 }, (_, day) => day === 3 ? 1 : 0);

  const { p10, p50, p90, reason } = forecast(250, counts);

  assert.ok(p10 !== null && p50 !== null && p10 < p50, `${p10} ${p50}`);
  assert.deepEqual([p90, reason], [null, undefined]);
});

Deno.test("any forecast is the same again, in order, and not before there was time", () => {
  const counts = fc.array(fc.nat(5), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), counts, fc.nat(6), (open, counts, gap) => {
      const first = forecast(open, counts, { gap: gap + 1 });

      assert.deepEqual(forecast(open, counts, { gap: gap + 1 }), first);
      const { p10, p50, p90 } = first;
      if (p10 === null || p50 === null) return;
      assert.ok(START <= p10 && p10 <= p50 && (p90 === null || p50 <= p90));
      const fewest = Math.ceil(open / Math.max(...counts));
      assert.ok((Date.parse(p10) - Date.parse(START)) / 86_400_000 >= fewest - 1);
    }),
    { numRuns: 200 },
  );
});
