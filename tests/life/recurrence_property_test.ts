import assert from "node:assert/strict";
import { momentText } from "../../src/life/dates.ts";
import { nextOccurrence, type Series } from "../../src/life/recurrence.ts";
import { Temporal } from "../../src/life/temporal.ts";
import fc from "../properties.ts";

/** Zones that change their clocks in different months, by an hour or half, at 0:00, 2:00 and 24:00, or never. */
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "Europe/London",
  "America/New_York",
  "America/St_Johns",
  "America/Havana",
  "America/Sao_Paulo",
  "Africa/Cairo",
  "Asia/Tehran",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Auckland",
];

const zone = fc.constantFrom(...ZONES);
const day = fc.integer({ min: 0, max: 3650 }).map((days) =>
  Temporal.PlainDate.from("2020-01-01").add({ days }).toString()
);
const clock = fc.record({ hour: fc.nat(23), minute: fc.constantFrom(0, 15, 30, 59) });
const interval = fc.integer({ min: 1, max: 4 });

Deno.test("a timed series keeps its wall-clock time through every change of the clocks", async () => {
  await fc.assert(
    fc.asyncProperty(zone, day, clock, interval, async (zone, start, clock, interval) => {
      const series = timed(`FREQ=DAILY;INTERVAL=${interval}`, zone, start, clock);
      const time = series.start.slice(11, 16);

      const occurrences = await follow(series, 400 / interval);

      for (const occurrence of occurrences) {
        const local = Temporal.Instant.from(occurrence).toZonedDateTimeISO(zone);
        assert.equal(momentText(local), occurrence);
        assert.equal(occurrence.slice(11, 16), time);
      }
    }),
    { numRuns: 25 },
  );
});

Deno.test("a daily timed series leaves out only the days whose clocks skip that time", async () => {
  await fc.assert(
    fc.asyncProperty(zone, day, clock, async (zone, start, clock) => {
      const series = timed("FREQ=DAILY", zone, start, clock);

      const occurrences = await follow(series, 400);

      const days = occurrences.map((occurrence) => occurrence.slice(0, 10));
      const expected = calendarDays(series.start.slice(0, 10), days.at(-1) ?? start)
        .filter((day) => existsAt(day, series.start.slice(11, 16), zone));
      assert.deepEqual(days, expected);
    }),
    { numRuns: 25 },
  );
});

Deno.test("an all-day series stays on its days in every zone", async () => {
  await fc.assert(
    fc.asyncProperty(zone, day, interval, async (zone, start, interval) => {
      const series = { rule: `FREQ=DAILY;INTERVAL=${interval}`, start, zone };

      const occurrences = await follow(series, 200);

      const expected = occurrences.map((_, index) =>
        Temporal.PlainDate.from(start).add({ days: (index + 1) * interval }).toString()
      );
      assert.deepEqual(occurrences, expected);
    }),
    { numRuns: 40 },
  );
});

Deno.test("a weekly series falls on its weekdays only, and misses none", async () => {
  const weekdays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 7 });
  await fc.assert(
    fc.asyncProperty(zone, day, weekdays, async (zone, start, weekdays) => {
      const names = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
      const byDay = weekdays.map((weekday) => names[weekday - 1]).join(",");
      const series = { rule: `FREQ=WEEKLY;BYDAY=${byDay}`, start, zone };

      const occurrences = await follow(series, 30);

      const expected = calendarDays(start, occurrences.at(-1) ?? start)
        .filter((day) => weekdays.includes(Temporal.PlainDate.from(day).dayOfWeek));
      assert.deepEqual(occurrences, expected);
    }),
    { numRuns: 40 },
  );
});

Deno.test("a neglected series resumes at its first occurrence from today on", async () => {
  await fc.assert(
    fc.asyncProperty(zone, day, fc.nat(500), interval, async (zone, start, delay, interval) => {
      const series = { rule: `FREQ=DAILY;INTERVAL=${interval}`, start, zone };
      const today = Temporal.PlainDate.from(start).add({ days: delay }).toString();

      const next = await nextOccurrence(series, start, today);

      const earliest = Math.max(1, Math.ceil(delay / interval)) * interval;
      assert.equal(next, Temporal.PlainDate.from(start).add({ days: earliest }).toString());
    }),
    { numRuns: 100 },
  );
});

Deno.test("a series with COUNT has that many occurrences, in every zone", async () => {
  await fc.assert(
    fc.asyncProperty(
      zone,
      day,
      clock,
      fc.integer({ min: 1, max: 8 }),
      async (zone, day, clock, count) => {
        const series = timed(`FREQ=WEEKLY;COUNT=${count}`, zone, day, clock);

        const occurrences = await follow(series, 20);

        assert.equal(occurrences.length, count - 1);
      },
    ),
    { numRuns: 40 },
  );
});

function timed(
  rule: string,
  zone: string,
  day: string,
  clock: { hour: number; minute: number },
): Series {
  const time = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: zone, plainTime: clock });
  return { rule, start: momentText(time), zone };
}

/** The occurrences after the start, each found from the one before, on time. */
async function follow(series: Series, most: number): Promise<string[]> {
  const found: string[] = [];
  let last = series.start;
  while (found.length < most) {
    const next = await nextOccurrence(series, last, last.slice(0, 10));
    if (next === undefined) break;
    assert.ok(next > last, `${next} does not follow ${last}`);
    found.push(last = next);
  }
  return found;
}

/** The days from the day after `from` to `to` for timed series; `from` itself never recurs. */
function calendarDays(from: string, to: string): string[] {
  const days: string[] = [];
  const end = Temporal.PlainDate.from(to);
  let day = Temporal.PlainDate.from(from).add({ days: 1 });
  while (Temporal.PlainDate.compare(day, end) <= 0) {
    days.push(day.toString());
    day = day.add({ days: 1 });
  }
  return days;
}

function existsAt(day: string, time: string, zone: string): boolean {
  const wall = Temporal.PlainDateTime.from(`${day}T${time}`);
  return wall.toZonedDateTime(zone).toPlainDateTime().equals(wall);
}
