import assert from "node:assert/strict";
import { endOf, resolvePeriod } from "../../src/life/periods.ts";

/** A Sunday in autumn, a Wednesday in winter, the 31st of a month. */
const [SUNDAY, WINTER, LAST] = ["2026-11-22", "2027-01-13", "2026-05-31"];

const periods = [
  { words: "last spring", on: SUNDAY, from: "2026-03-01", to: "2026-05-31" },
  { words: "Last Spring ", on: LAST, from: "2025-03-01", to: "2025-05-31" },
  { words: "this spring", on: LAST, from: "2026-03-01", to: "2026-05-31" },
  { words: "spring", on: LAST, from: "2026-03-01", to: "2026-05-31" },
  { words: "in the summer of 2025", on: SUNDAY, from: "2025-06-01", to: "2025-08-31" },
  { words: "autumn", on: SUNDAY, from: "2026-09-01", to: "2026-11-30" },
  { words: "last fall", on: SUNDAY, from: "2025-09-01", to: "2025-11-30" },
  { words: "last winter", on: SUNDAY, from: "2025-12-01", to: "2026-02-28" },
  { words: "last winter", on: WINTER, from: "2025-12-01", to: "2026-02-28" },
  { words: "winter", on: WINTER, from: "2026-12-01", to: "2027-02-28" },
  { words: "this winter", on: WINTER, from: "2026-12-01", to: "2027-02-28" },
  { words: "this winter", on: SUNDAY, from: "2026-12-01", to: "2027-02-28" },
  { words: "winter 2023", on: SUNDAY, from: "2023-12-01", to: "2024-02-29" },
  { words: "spring of last year", on: SUNDAY, from: "2025-03-01", to: "2025-05-31" },
  { words: "March 2026", on: SUNDAY, from: "2026-03-01", to: "2026-03-31" },
  { words: "feb 2024", on: SUNDAY, from: "2024-02-01", to: "2024-02-29" },
  { words: "march", on: SUNDAY, from: "2026-03-01", to: "2026-03-31" },
  { words: "december", on: SUNDAY, from: "2025-12-01", to: "2025-12-31" },
  { words: "November", on: SUNDAY, from: "2026-11-01", to: "2026-11-30" },
  { words: "last november", on: SUNDAY, from: "2025-11-01", to: "2025-11-30" },
  { words: "last december", on: WINTER, from: "2026-12-01", to: "2026-12-31" },
  { words: "this december", on: SUNDAY, from: "2026-12-01", to: "2026-12-31" },
  { words: "2025", on: SUNDAY, from: "2025-01-01", to: "2025-12-31" },
  { words: "2026-02", on: SUNDAY, from: "2026-02-01", to: "2026-02-28" },
  { words: "past 2 weeks", on: SUNDAY, from: "2026-11-08", to: "2026-11-22" },
  { words: "the last 3 days", on: SUNDAY, from: "2026-11-19", to: "2026-11-22" },
  { words: "past month", on: LAST, from: "2026-04-30", to: "2026-05-31" },
  { words: "past 2 quarters", on: SUNDAY, from: "2026-05-22", to: "2026-11-22" },
  { words: "past year", on: SUNDAY, from: "2025-11-22", to: "2026-11-22" },
  { words: "last weekend", on: SUNDAY, from: "2026-11-14", to: "2026-11-15" },
  { words: "last weekend", on: WINTER, from: "2027-01-09", to: "2027-01-10" },
  { words: "this weekend", on: SUNDAY, from: "2026-11-21", to: "2026-11-22" },
  { words: "this weekend", on: WINTER, from: "2027-01-16", to: "2027-01-17" },
  { words: "the weekend", on: WINTER, from: "2027-01-09", to: "2027-01-10" },
  { words: "Sept 2025", on: SUNDAY, from: "2025-09-01", to: "2025-09-30" },
  { words: "Q1 2026", on: SUNDAY, from: "2026-01-01", to: "2026-03-31" },
  { words: "q4 of last year", on: SUNDAY, from: "2025-10-01", to: "2025-12-31" },
  { words: "last week", on: SUNDAY, from: "2026-11-09", to: "2026-11-15" },
  { words: "this week", on: SUNDAY, from: "2026-11-16", to: "2026-11-22" },
  { words: "last month", on: LAST, from: "2026-04-01", to: "2026-04-30" },
  { words: "last quarter", on: WINTER, from: "2026-10-01", to: "2026-12-31" },
  { words: "this quarter", on: SUNDAY, from: "2026-10-01", to: "2026-12-31" },
  { words: "last year", on: SUNDAY, from: "2025-01-01", to: "2025-12-31" },
  { words: "during last year", on: SUNDAY, from: "2025-01-01", to: "2025-12-31" },
  { words: "yesterday", on: SUNDAY, from: "2026-11-21", to: "2026-11-21" },
  { words: "2026-03-05", on: SUNDAY, from: "2026-03-05", to: "2026-03-05" },
  { words: "friday", on: SUNDAY, from: "2026-11-20", to: "2026-11-20" },
];
for (const { words, on, from, to } of periods) {
  Deno.test(`"${words}" on ${on} is from ${from} to ${to}`, async () => {
    assert.deepEqual(await resolvePeriod(words, readingOn(on), 1), { from, to });
  });
}

Deno.test("a week begins where the person's does", async () => {
  const sundays = await resolvePeriod("last week", readingOn(SUNDAY), 7);

  assert.deepEqual(sundays, { from: "2026-11-15", to: "2026-11-21" });
});

Deno.test("today is the day of the person's zone, east and west of Greenwich", async () => {
  const now = new Date("2026-11-30T11:30:00Z");

  const days = [];
  for (const zone of ["Pacific/Auckland", "America/Los_Angeles"]) {
    const reading = { field: "since", zone, now, toward: "past" } as const;
    days.push(await resolvePeriod("this month", reading, 1));
  }

  assert.deepEqual(days.map(({ from }) => from), ["2026-12-01", "2026-11-01"]);
});

Deno.test("a period ends with its last day, a moment with itself", () => {
  const moment = "2026-11-22T12:00:00+01:00";

  assert.equal(endOf({ from: "2026-02-01", to: "2026-02-28" }), "2026-03-01");
  assert.equal(endOf({ from: moment, to: moment }), moment);
});

for (
  const words of [
    "last sprig",
    "spring 20",
    "2026-13",
    "9999",
    "1066",
    "past 900 years",
    "last",
    "%",
  ]
) {
  Deno.test(`"${words}" names no time`, async () => {
    await assert.rejects(resolvePeriod(words, readingOn(SUNDAY), 1), {
      code: "invalid_input",
      message: /^Cannot read since as a date: got "/,
    });
  });
}

function readingOn(day: string) {
  const now = new Date(`${day}T12:00:00Z`);
  return { field: "since", zone: "UTC", now, toward: "past" } as const;
}
