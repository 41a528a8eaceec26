import assert from "node:assert/strict";
import { type Answer, onEveryStore, startApp } from "../harness.ts";
import { type Given, MONDAY, planned, timetable } from "./planned_day.ts";

onEveryStore("a day is planned around its events, with what is due and why", async (store) => {
  const plan = await planned({
    store,
    zone: "Europe/Berlin",
    tasks: [
      { title: "Later", due_date: "2026-11-25", estimated_duration: null },
      { title: "Today", due_date: "2026-11-23", priority: 1 },
      { title: "Old", due_date: "2026-11-20", estimated_duration: 90 },
      { title: "Call", due_date: "2026-11-23T14:00:00+01:00", estimated_duration: 15 },
      { title: "Begun", status: "in_progress" },
      { title: "Any" },
      { title: "Waits", after: [5] },
    ],
    events: [
      { title: "Stand-up", starts: "2026-11-23T09:00:00.000Z", ends: "2026-11-23T09:30:00.000Z" },
      { starts: "2026-11-23T12:00:00.000Z", ends: "2026-11-23T12:30:00.000Z", busy: 0 },
      { starts: "2026-11-24T09:00:00.000Z", ends: "2026-11-24T09:30:00.000Z" },
    ],
  });

  const { plan_token, blocks, moves, ...rest } = plan;
  assert.deepEqual(rest, {
    ...{ date: "2026-11-23", weekday: "Monday", time_zone: "Europe/Berlin" },
    ...{ work_hours: "09:00-17:00", capacity_minutes: 450, planned_minutes: 375 },
    free_minutes: 75,
    events: [{
      title: "Stand-up",
      starts: "2026-11-23T10:00:00+01:00",
      ends: "2026-11-23T10:30:00+01:00",
      source: "Team",
    }],
    ...{ events_total: 1, does_not_fit: [], does_not_fit_total: 0, ready_total: 0 },
    correction: { factor: 1, from_tasks: 0, default_minutes: 30 },
    notes: [],
  });
  assert.match(plan_token, /^plan_/);
  assert.deepEqual(timetable(plan), [
    "Call 09:00-09:15",
    "Later 09:15-09:45",
    "Today 10:30-11:30",
    "Old 11:30-13:00",
    "Begun 13:00-14:00",
    "Any 14:00-15:00",
    "Waits 15:00-16:00",
  ]);
  assert.deepEqual(blocks.map(({ why }: Answer) => why), [
    "due at 14:00",
    "due Wed 2026-11-25",
    "due that day, urgent",
    "overdue since Fri 2026-11-20",
    "in progress",
    "ready, #7 waits for it",
    "ready, after #6",
  ]);
  assert.deepEqual(moves.map(({ title, from, to }: Answer) => `${title} ${from} ${to}`), [
    "Old 2026-11-20 2026-11-23",
  ]);
});

interface Capacity extends Given {
  readonly minutes: number;
  readonly notes?: RegExp;
}

const ALL_DAY = { work_hours: "00:00-24:00" };
const SUNDAYS = { work_days: ["sun", "mon"] };
const capacities: Record<string, Capacity> = {
  "a day without events": { minutes: 480 },
  "events that overlap": {
    minutes: 480 - 90,
    events: [
      { starts: "2026-11-23T10:00:00.000Z", ends: "2026-11-23T11:00:00.000Z" },
      { starts: "2026-11-23T10:30:00.000Z", ends: "2026-11-23T11:30:00.000Z" },
      { starts: "2026-11-23T10:30:00.000Z", ends: "2026-11-23T10:45:00.000Z" },
    ],
  },
  "an event of the whole day": {
    minutes: 0,
    notes: /events take all working hours/,
    events: [{ starts: "2026-11-23", ends: "2026-11-24" }],
  },
  "an event of the days until then": {
    minutes: 480,
    events: [{ starts: "2026-11-20", ends: "2026-11-23" }],
  },
  "a journey of three weeks": {
    minutes: 0,
    notes: /events take all working hours/,
    events: [{ starts: "2026-11-10", ends: "2026-12-01" }],
  },
  "an event from the evening before": {
    minutes: 480 - 60,
    events: [{ starts: "2026-11-22T20:00:00.000Z", ends: "2026-11-23T10:00:00.000Z" }],
  },
  "an event over midnight": {
    minutes: 480 - 30,
    events: [{ starts: "2026-11-23T16:30:00.000Z", ends: "2026-11-24T03:00:00.000Z" }],
  },
  "an event without an end of its own": {
    minutes: 480,
    events: [{ starts: "2026-11-23T10:00:00.000Z", ends: "2026-11-23T10:00:00.000Z" }],
  },
  "an event outside the working hours": {
    minutes: 480,
    events: [{ starts: "2026-11-23T05:00:00.000Z", ends: "2026-11-23T09:00:00.000Z" }],
  },
  "a day that is half over": { minutes: 300, now: "2026-11-23T12:00:00Z" },
  "a day whose working hours are over": {
    minutes: 0,
    now: "2026-11-23T17:00:00Z",
    notes: /the working hours are over/,
  },
  "a day on which the clocks skip the working hours": {
    minutes: 0,
    zone: "Europe/Berlin",
    now: "2026-03-27T12:00:00Z",
    date: "2026-03-29",
    preferences: { work_hours: "02:00-03:00", ...SUNDAYS },
    notes: /the clocks skip the working hours/,
  },
  "a day that is no work day": {
    minutes: 0,
    date: "2026-11-28",
    notes: /no work day/,
  },
  "a work day on a weekend": { minutes: 480, date: "2026-11-29", preferences: SUNDAYS },
  "a day of 23 hours": {
    minutes: 23 * 60,
    zone: "Europe/Berlin",
    now: "2026-03-27T12:00:00Z",
    date: "2026-03-29",
    preferences: { ...ALL_DAY, ...SUNDAYS },
  },
  "a day of 25 hours": {
    minutes: 25 * 60,
    zone: "America/New_York",
    now: "2026-10-30T12:00:00Z",
    date: "2026-11-01",
    preferences: { ...ALL_DAY, ...SUNDAYS },
  },
  "a day of 25 hours with an event through the hour that comes twice": {
    minutes: 25 * 60 - 180,
    zone: "Europe/Berlin",
    now: "2026-10-23T12:00:00Z",
    date: "2026-10-25",
    preferences: { ...ALL_DAY, ...SUNDAYS },
    events: [{ starts: "2026-10-24T23:30:00.000Z", ends: "2026-10-25T02:30:00.000Z" }],
  },
};
for (
  const [name, { minutes, notes = /^There is nothing to apply: [^.]*\.$/, ...given }] of Object
    .entries(capacities)
) {
  Deno.test(`${name} leaves ${minutes} minutes`, async () => {
    const plan = await planned({ ...given, tasks: [{ title: "Any" }] });

    assert.equal(plan.capacity_minutes, minutes);
    assert.equal(plan.blocks.length, minutes > 0 ? 1 : 0);
    assert.match(plan.notes.join(), notes);
  });
}

const refusals = [
  { when: "the day is over", args: { date: "2026-11-22" }, says: /Sunday 2026-11-22 is over/ },
  { when: "the day is over in words", args: { date: "yesterday" }, says: /is over.*\nTry: name/ },
  { when: "the day does not exist", args: { date: "2026-02-30" }, says: /date.*"2026-02-30"/ },
  { when: "the date is nonsense", args: { date: "soonish" }, says: /date.*"soonish"/ },
  { when: "the date is empty", args: { date: "" }, says: /date/ },
  { when: "the date is a list", args: { date: ["today"] }, says: /date/ },
  { when: "there is another argument", args: { day: "today" }, says: /day/ },
];
for (const { when, args, says } of refusals) {
  Deno.test(`plan_day refuses when ${when}`, async () => {
    await using app = await startApp({ now: MONDAY });

    const text = await app.as("ada").refused("plan_day", args);

    assert.match(text, /^invalid_input: /);
    assert.match(text, says);
  });
}
