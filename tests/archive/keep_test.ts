import assert from "node:assert/strict";
import fc from "fast-check";
import { keptOf } from "../../src/archive/keep.ts";
import { fill, newWorld } from "./world.ts";

const DAY_MS = 24 * 3600 * 1000;
const KEEP = { days: 7, weeks: 4, months: 12, years: 0 };

Deno.test("of a backup a day for two years, those of 7 days, 4 weeks and 12 months stay", () => {
  const backups = Array.from({ length: 730 }, (_, day) => ({
    id: String(day),
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

Deno.test("the newest stays, and keeping again keeps the same, whenever backups were made", () => {
  const times = fc.array(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 60 });
  const keep = fc.record({
    ...{ days: fc.nat(9), weeks: fc.nat(5), months: fc.nat(14), years: fc.nat(3) },
  });
  fc.assert(fc.property(times, keep, (times, keep) => {
    const backups = times.map((at, index) => ({
      id: String(index),
      made_at: new Date(at).toISOString(),
    }));

    const kept = backups.filter(({ id }) => keptOf(backups, keep).has(id));

    assert.ok(kept.some(({ made_at }) => backups.every((other) => other.made_at <= made_at)));
    assert.equal(keptOf(kept, keep).size, kept.length);
  }));
});

Deno.test("prune removes proven archives alone, and a bad one takes no good one's place", async () => {
  await using world = await newWorld();
  const { app, backups } = world;
  await fill(app, "ada", 1);
  const made = [];
  for (const day of ["10", "11", "12", "13", "14"]) {
    app.clock.now = new Date(`2026-11-${day}T03:00:00Z`);
    const backup = await backups.create({ person: day === "14" ? "ada" : undefined });
    if (day !== "12") await backups.verify(backup.id);
    made.push(backup);
  }
  const [first, second, unproven, newest, adas] = made.map(({ file }) => file);
  const bytes = await Deno.readFile(newest ?? "");
  await Deno.writeFile(newest ?? "", bytes.slice(0, -20));
  const bad = await backups.verify(newest ?? "").catch((error) => error);
  assert.match(bad.message, /damaged or cut off/);

  const { removed, kept, unproven: left } = await backups.prune({
    ...KEEP,
    days: 1,
    weeks: 0,
    months: 0,
  });

  assert.deepEqual(removed.map(({ file }) => file), [first]);
  assert.deepEqual(kept.map(({ file }) => file).sort(), [adas, second].sort());
  assert.deepEqual(left.map(({ file }) => file).sort(), [unproven, newest].sort());
  for (const file of [second, unproven, newest, adas]) assert.ok(await Deno.stat(file ?? ""));
  const listed = await backups.list();
  assert.equal(listed.length, 4);
  const failed = listed.find(({ file }) => file === newest);
  assert.deepEqual([failed?.verified_at, failed?.failure], [null, "it is damaged or cut off"]);
});
