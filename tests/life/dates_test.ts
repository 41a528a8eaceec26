import assert from "node:assert/strict";
import { AppError } from "../../src/errors.ts";
import { resolveInstant, resolveWhen, weekdayOf } from "../../src/life/dates.ts";

/** Sunday, 16:00 in Berlin. */
const NOW = new Date("2026-11-22T15:00:00Z");

const readings = [
  { text: "2026-11-27", means: "2026-11-27" },
  { text: " 2026-11-27 ", means: "2026-11-27" },
  { text: "2026-11-27T17:00", means: "2026-11-27T17:00:00+01:00" },
  { text: "2026-11-27 17:00", means: "2026-11-27T17:00:00+01:00" },
  { text: "2026-11-27T17:00:00Z", means: "2026-11-27T18:00:00+01:00" },
  { text: "2026-07-27T23:30:00-05:00", means: "2026-07-28T06:30:00+02:00" },
  { text: "today", means: "2026-11-22" },
  { text: "tomorrow", means: "2026-11-23" },
  { text: "Friday", means: "2026-11-27" },
  { text: "by friday", means: "2026-11-27" },
  { text: "next friday 5pm", means: "2026-11-27T17:00:00+01:00" },
  { text: "day after tomorrow", means: "2026-11-24" },
  { text: "friday 27 november", means: "2026-11-27" },
  { text: "in 3 days", means: "2026-11-25" },
  { text: "in 2 hours", means: "2026-11-22T18:00:00+01:00" },
  { text: "Dec 24", means: "2026-12-24" },
  { text: "24 December 2027 at 18:30", means: "2027-12-24T18:30:00+01:00" },
  { text: "5pm PST tomorrow", means: "2026-11-24T02:00:00+01:00" },
];

for (const { text, means } of readings) {
  Deno.test(`"${text}" means ${means}`, async () => {
    assert.equal(await resolve(text), means);
  });
}

const unreadable = [
  "2027-02-30",
  "2027-13-01",
  "2026-11-27T25:00",
  "2026-11-27T17:00:00+99:00",
  "due 2027-02-30",
  "",
  "   ",
  "soon",
  "blah friday blah",
  "monday to friday",
  "wednesday 27 november 2026",
  "0000-01-01",
  "9999-01-01",
  "x".repeat(101),
];

for (const text of unreadable) {
  Deno.test(`${JSON.stringify(text.slice(0, 30))} is refused as a date`, async () => {
    await assert.rejects(resolve(text), (error) => {
      assert.ok(error instanceof AppError);
      assert.equal(error.code, "invalid_input");
      assert.match(error.message, /due_date/);
      return true;
    });
  });
}

const pastReadings = [
  { text: "friday", means: "2026-11-20" },
  { text: "monday", means: "2026-11-16" },
  { text: "sunday", means: "2026-11-22" },
  { text: "monday 9am", means: "2026-11-16T09:00:00+01:00" },
  { text: "jan 5", means: "2026-01-05" },
  { text: "dec 1", means: "2025-12-01" },
  { text: "december", means: "2025-12-01" },
  { text: "3pm", means: "2026-11-22T15:00:00+01:00" },
  { text: "11pm", means: "2026-11-21T23:00:00+01:00" },
  { text: "last monday", means: "2026-11-16" },
  { text: "3 days ago", means: "2026-11-19" },
  { text: "day before yesterday", means: "2026-11-20" },
  { text: "tomorrow", means: "2026-11-23" },
  { text: "next monday", means: "2026-11-23" },
];

for (const { text, means } of pastReadings) {
  Deno.test(`"${text}" in the past means ${means}`, async () => {
    assert.equal(await resolve(text, "past"), means);
  });
}

Deno.test("a day counts from its first moment in the person's zone", async () => {
  const { instant } = await resolveInstant("2026-11-20", {
    field: "since",
    zone: "Europe/Berlin",
    now: NOW,
    toward: "past",
  });

  assert.equal(instant, "2026-11-19T23:00:00.000Z");
});

Deno.test("a time that the clocks skip moves forward, one that they repeat is the first", async () => {
  assert.equal(await resolve("2027-03-28T02:30"), "2027-03-28T03:30:00+02:00");
  assert.equal(await resolve("2027-10-31T02:30"), "2027-10-31T02:30:00+02:00");
});

Deno.test("the weekday is that of the local day", () => {
  assert.equal(weekdayOf("2026-11-27"), "Friday");
  assert.equal(weekdayOf("2026-11-28T00:30:00+13:00"), "Saturday");
});

function resolve(text: string, toward: "future" | "past" = "future"): Promise<string> {
  return resolveWhen(text, { field: "due_date", zone: "Europe/Berlin", now: NOW, toward });
}
