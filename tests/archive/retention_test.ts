import assert from "node:assert/strict";
import { keptOf } from "../../src/archive/retention.ts";
import fc from "../properties.ts";

const DAY_MS = 24 * 3600 * 1000;
const KEEP = { days: 7, weeks: 4, months: 12, years: 0 };

Deno.test("of a backup a day for two years, those of 7 days, 4 weeks and 12 months stay", () => {
  const backups = Array.from({ length: 730 }, (_, day) => ({
    id: String(day),
    number: day,
    made_at: new Date(Date.UTC(2025, 0, 1, 3) + day * DAY_MS).toISOString(),
  }));

  const kept = backups.filter(({ id }) => keptOf(backups, KEEP).has(id));

  assert.deepEqual(kept.map(({ made_at }) => made_at.slice(0, 10)), [
    ...["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30"],
    ...["2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30"],
    ...["2026-12-13", "2026-12-20", "2026-12-25", "2026-12-26", "2026-12-27", "2026-12-28"],
    ...["2026-12-29", "2026-12-30", "2026-12-31"],
  ]);
});

Deno.test("the last one made stays, and keeping again keeps the same, whatever the clock said", () => {
  const times = fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 60 });
  const keep = fc.record({
    ...{ days: fc.nat(9), weeks: fc.nat(5), months: fc.nat(14), years: fc.nat(3) },
  });
  fc.assert(fc.property(times, keep, (times, keep) => {
    const backups = times.map((at, index) => ({
      id: String(index),
      number: index,
      made_at: new Date(at).toISOString(),
    }));

    const kept = backups.filter(({ id }) => keptOf(backups, keep).has(id));

    assert.equal(kept.at(-1), backups.at(-1));
    assert.equal(keptOf(kept, keep).size, kept.length);
  }));
});
