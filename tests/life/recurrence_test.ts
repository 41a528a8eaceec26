import assert from "node:assert/strict";
import { AppError } from "../../src/errors.ts";
import {
  checkSeries,
  firstOccurrence,
  nextOccurrence,
  parseRecurrence,
} from "../../src/life/recurrence.ts";

const rules = [
  { text: "daily", rule: "FREQ=DAILY" },
  { text: "Every Day", rule: "FREQ=DAILY" },
  { text: "every weekday", rule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR" },
  { text: "every monday", rule: "FREQ=WEEKLY;BYDAY=MO" },
  { text: "mondays", rule: "FREQ=WEEKLY;BYDAY=MO" },
  { text: "every tuesday and thursday", rule: "FREQ=WEEKLY;BYDAY=TU,TH" },
  { text: "every other friday", rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR" },
  { text: "every 3 days", rule: "FREQ=DAILY;INTERVAL=3" },
  { text: "every two weeks on wed", rule: "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE" },
  { text: "monthly", rule: "FREQ=MONTHLY" },
  { text: "every month on the 15th", rule: "FREQ=MONTHLY;BYMONTHDAY=15" },
  { text: "the last day of the month", rule: "FREQ=MONTHLY;BYMONTHDAY=-1" },
  { text: "first monday of every month", rule: "FREQ=MONTHLY;BYDAY=1MO" },
  { text: "last friday of the month", rule: "FREQ=MONTHLY;BYDAY=-1FR" },
  { text: "quarterly", rule: "FREQ=MONTHLY;INTERVAL=3" },
  { text: "yearly", rule: "FREQ=YEARLY" },
  { text: "rrule:freq=weekly;byday=mo", rule: "FREQ=WEEKLY;BYDAY=MO" },
];

for (const { text, rule } of rules) {
  Deno.test(`recurrence "${text}" is ${rule}`, () => {
    assert.equal(parseRecurrence(text), rule);
  });
}

const firsts = [
  { text: "every monday", first: "2026-11-23", next: "2026-11-30" },
  { text: "every second monday", first: "2026-11-23", next: "2026-12-07" },
  { text: "every two weeks on tuesday", first: "2026-11-24", next: "2026-12-08" },
  { text: "every 3 days", first: "2026-11-22", next: "2026-11-25" },
  { text: "INTERVAL=2;FREQ=MONTHLY;BYMONTHDAY=1", first: "2026-12-01", next: "2027-02-01" },
];

for (const { text, first, next } of firsts) {
  Deno.test(`"${text}" begins with the nearest occurrence after a sunday`, async () => {
    const rule = parseRecurrence(text);

    const start = await firstOccurrence(rule, "2026-11-22", "UTC");

    assert.equal(start, first);
    assert.equal(await nextOccurrence({ rule, start, zone: "UTC" }, start, "2026-11-22"), next);
  });
}

const refusals = [
  "sometimes",
  "every blue moon",
  "every 0 days",
  "FREQ=BOGUS",
  "FREQ=SECONDLY",
  "FREQ=MINUTELY;INTERVAL=5",
  "FREQ=DAILY;INTERVAL=0",
  "FREQ=DAILY;FOO=1",
  "FREQ=DAILY;FREQ=WEEKLY",
  "FREQ=DAILY;BYDAY=XX",
  "FREQ=DAILY;COUNT=3;UNTIL=20271231",
  "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
  "FREQ=HOURLY",
  "FREQ=YEARLY;BYDAY=53MO",
];

for (const text of refusals) {
  Deno.test(`recurrence "${text}" is refused for an all-day task`, async () => {
    await assert.rejects(
      async () => {
        const rule = parseRecurrence(text);
        await firstOccurrence(rule, "2026-11-22", "UTC");
        await checkSeries({ rule, start: "2026-11-22", zone: "UTC" });
      },
      (error) => error instanceof AppError && error.code === "invalid_input",
    );
  });
}

const ends = [
  { rule: "FREQ=DAILY;UNTIL=20261123", start: "2026-11-22", next: ["2026-11-23", undefined] },
  {
    rule: "FREQ=DAILY;UNTIL=20261123T235959Z",
    start: "2026-11-22",
    next: ["2026-11-23", undefined],
  },
  { rule: "FREQ=MONTHLY;BYMONTHDAY=31", start: "2026-10-31", next: ["2026-12-31", "2027-01-31"] },
  {
    rule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    start: "2024-02-29",
    next: ["2028-02-29", "2032-02-29"],
  },
];

for (const { rule, start, next } of ends) {
  Deno.test(`${rule} from ${start} goes on with ${next.join(", ")}`, async () => {
    const series = { rule, start, zone: "Europe/Berlin" };

    const second = await nextOccurrence(series, start, start);
    const third = second && await nextOccurrence(series, second, second);

    assert.deepEqual([second, third], next);
  });
}

Deno.test("UNTIL is compared with the wall clock of a timed series", async () => {
  const series = {
    rule: "FREQ=DAILY;UNTIL=20261123",
    start: "2026-11-22T23:30:00-05:00",
    zone: "America/New_York",
  };

  const next = await nextOccurrence(series, series.start, "2026-11-22");

  assert.equal(next, "2026-11-23T23:30:00-05:00");
});
