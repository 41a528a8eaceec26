import assert from "node:assert/strict";
import { hoursOn, minutesIn, momentAt, without } from "../../../src/planning/day/hours.ts";

const WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const ZONES = [
  ...["UTC", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Tokyo"],
  ...["Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland"],
  ...["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns"],
];
for (const time_zone of ZONES) {
  Deno.test(`working hours are those of the clock in ${time_zone}`, () => {
    const times = { time_zone, work_hours: "08:30-16:45", work_days: WEEK };

    const hours = hoursOn("2026-11-23", times);

    assert.ok(hours);
    assert.match(momentAt(hours.from, time_zone), /^2026-11-23T08:30:00/);
    assert.match(momentAt(hours.to, time_zone), /^2026-11-23T16:45:00/);
    assert.equal(minutesIn([hours]), 8 * 60 + 15);
  });
}

const days = [
  { when: "a usual day", day: "2026-03-28", zone: "Europe/Berlin", hours: 24 },
  {
    when: "the day on which clocks go forward",
    day: "2026-03-29",
    zone: "Europe/Berlin",
    hours: 23,
  },
  { when: "the day on which clocks go back", day: "2026-10-25", zone: "Europe/Berlin", hours: 25 },
  { when: "a change by half an hour", day: "2026-10-04", zone: "Australia/Lord_Howe", hours: 23.5 },
  { when: "a day that begins at one", day: "2026-09-06", zone: "America/Santiago", hours: 23 },
];
for (const { when, day, zone, hours } of days) {
  Deno.test(`whoever works around the clock has ${hours} hours on ${when}`, () => {
    const times = { time_zone: zone, work_hours: "00:00-24:00", work_days: WEEK };

    const found = hoursOn(day, times);

    assert.equal(found && minutesIn([found]), hours * 60);
  });
}

Deno.test("a day that is no work day has no working hours", () => {
  const times = { time_zone: "UTC", work_hours: "09:00-17:00", work_days: ["mon"] };

  assert.equal(hoursOn("2026-11-22", times), undefined);
  assert.ok(hoursOn("2026-11-23", times));
});

const left = [
  { taken: [], left: ["0-100"] },
  { taken: ["20-30"], left: ["0-20", "30-100"] },
  { taken: ["20-30", "30-40"], left: ["0-20", "40-100"] },
  { taken: ["50-60", "20-30"], left: ["0-20", "30-50", "60-100"] },
  { taken: ["20-60", "30-40"], left: ["0-20", "60-100"] },
  { taken: ["20-60", "20-90"], left: ["0-20", "90-100"] },
  { taken: ["-10-5", "95-120"], left: ["5-95"] },
  { taken: ["-10-120"], left: [] },
  { taken: ["0-100"], left: [] },
  { taken: ["100-120", "-20-0"], left: ["0-100"] },
];
for (const { taken, left: expected } of left) {
  Deno.test(`of 0-100 without ${taken.join(" and ") || "anything"} there is ${expected.join(" and ") || "nothing"}`, () => {
    const spans = taken.map((text) => {
      const [, from, to] = /^(-?\d+)-(-?\d+)$/.exec(text) ?? [];
      return { from: Number(from), to: Number(to) };
    });

    const found = without({ from: 0, to: 100 }, spans);

    assert.deepEqual(found.map(({ from, to }) => `${from}-${to}`), expected);
  });
}
