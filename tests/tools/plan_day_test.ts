import assert from "node:assert/strict";
import { type Answer, onEveryStore, startApp, type TestOptions } from "../harness.ts";
import { addEvents, addTasks, type Event, type Task } from "../planning/day/lives.ts";

/** Monday, before work. */
const MONDAY = "2026-11-23T07:00:00Z";

const task = (given: Partial<Task>): Task => ({
  ...{ status: "pending", priority: 3, due_date: null, estimated_duration: 60 },
  ...given,
});

interface Given extends TestOptions {
  readonly tasks?: readonly Partial<Task>[];
  readonly events?: readonly Event[];
  readonly preferences?: object;
  readonly date?: string;
}

/** The plan of a day of a life that has nothing else. */
async function planned({ tasks = [], events = [], preferences, date, ...options }: Given) {
  await using app = await startApp({ now: MONDAY, serves: false, ...options });
  const ada = app.as("ada");
  if (preferences) await ada.call("update_preferences", preferences);
  await addTasks(app, "ada", tasks.map(task));
  await addEvents(app, "ada", events);
  return await ada.call("plan_day", date === undefined ? {} : { date });
}

/** What is planned, as `title from-to`. */
function timetable({ blocks }: Answer): string[] {
  return blocks.map(({ title, starts, ends }: Record<string, string>) =>
    `${title} ${starts?.slice(11, 16)}-${ends?.slice(11, 16)}`
  );
}

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
    ...{ events_total: 1, does_not_fit: [], does_not_fit_total: 0, notes: [] },
    correction: { factor: 1, from_tasks: 0, default_minutes: 30 },
  });
  assert.match(plan_token, /^plan_/);
  assert.deepEqual(timetable(plan), [
    "Today 09:00-10:00",
    "Old 10:30-12:00",
    "Later 12:00-12:30",
    "Begun 12:30-13:30",
    "Call 14:00-14:15",
    "Any 14:15-15:15",
    "Waits 15:15-16:15",
  ]);
  assert.deepEqual(blocks.map(({ why }: Answer) => why), [
    "due that day, urgent",
    "overdue since Fri 2026-11-20",
    "due Wed 2026-11-25",
    "in progress",
    "due at 14:00",
    "ready, #7 waits for it",
    "ready, after #6",
  ]);
  assert.deepEqual(moves.map(({ title, from, to }: Answer) => `${title} ${from} ${to}`), [
    "Old 2026-11-20 2026-11-23",
    "Begun null 2026-11-23",
    "Any null 2026-11-23",
    "Waits null 2026-11-23",
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
for (const [name, { minutes, notes = /^$/, ...given }] of Object.entries(capacities)) {
  Deno.test(`${name} leaves ${minutes} minutes`, async () => {
    const plan = await planned({ ...given, tasks: [{ title: "Any" }] });

    assert.equal(plan.capacity_minutes, minutes);
    assert.equal(plan.blocks.length, minutes > 0 ? 1 : 0);
    assert.match(plan.notes.join(), notes);
  });
}

const obstacles: Record<string, Given & { readonly why: Record<string, RegExp> }> = {
  "its time is that of an event": {
    tasks: [{ title: "Call", due_date: "2026-11-23T10:00:00+00:00" }],
    events: [{ starts: "2026-11-23T10:30:00.000Z", ends: "2026-11-23T11:00:00.000Z" }],
    why: { Call: /^at 10:00 there is an event, 10:30 to 11:00$/ },
  },
  "its time is outside the working hours": {
    tasks: [{ title: "Dinner", due_date: "2026-11-23T19:00:00+00:00" }],
    why: { Dinner: /^at 19:00, which is not within the working hours$/ },
  },
  "its time is that of another task": {
    tasks: [
      { title: "One", due_date: "2026-11-23T10:00:00+00:00" },
      { title: "Other", due_date: "2026-11-23T10:30:00+00:00" },
    ],
    why: { Other: /^at 10:30 there is #1$/ },
  },
  "it takes longer than the day": {
    tasks: [{ title: "Long", estimated_duration: 600 }],
    why: { Long: /^takes longer than all that is free that day$/ },
  },
  "others come first": {
    tasks: [{ title: "First", due_date: "2026-11-23", estimated_duration: 450 }, { title: "Then" }],
    why: { Then: /^no room left that day$/ },
  },
  "it is due, but waits for what does not fit": {
    tasks: [
      { title: "Base", estimated_duration: 600 },
      { title: "Top", due_date: "2026-11-23", after: [0] },
    ],
    why: { Top: /^waits for #1, which is not done before it$/, Base: /longer/ },
  },
  "it is due, but waits for what was cancelled": {
    tasks: [
      { title: "Gone", status: "cancelled" },
      { title: "Top", due_date: "2026-11-23", after: [0] },
    ],
    why: { Top: /^waits for a task that cannot be done that day$/ },
  },
  "it is due on a day that is no work day": {
    date: "saturday",
    tasks: [{ title: "Due", due_date: "2026-11-28" }, { title: "Any" }],
    why: { Due: /^it is no work day$/ },
  },
};
for (const [when, { why, ...given }] of Object.entries(obstacles)) {
  Deno.test(`a task does not fit where ${when}`, async () => {
    const { does_not_fit, does_not_fit_total } = await planned(given);

    const found = Object.fromEntries(does_not_fit.map((task: Answer) => [task.title, task.why]));
    assert.deepEqual(Object.keys(found).sort(), Object.keys(why).sort());
    assert.equal(does_not_fit_total, does_not_fit.length);
    for (const [title, says] of Object.entries(why)) assert.match(found[title] ?? "", says);
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
