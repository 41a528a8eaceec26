import assert from "node:assert/strict";
import type { Answer } from "../harness.ts";
import type { Event } from "../planning/day/lives.ts";
import { type Given, planned, timetable } from "./planned_day.ts";

const EVENT = { starts: "2026-11-23T09:00:00.000Z", ends: "2026-11-23T11:00:00.000Z" };
/** Of every half hour of the day, all but ten minutes. */
const MANY = Array.from({ length: 16 }, (_, index): Event => {
  const starts = Date.parse("2026-11-23T09:00:00Z") + index * 30 * 60_000;
  const text = (at: number) => new Date(at).toISOString();
  return { starts: text(starts), ends: text(starts + 20 * 60_000) };
});
const obstacles: Record<string, Given & { readonly why: Record<string, RegExp> }> = {
  "all of the day is free only after it is due": {
    tasks: [{ title: "Call", due_date: "2026-11-23T10:30:00+00:00" }],
    events: [EVENT],
    why: { Call: /^due at 10:30, and there is no room before; give it another time/ },
  },
  "it is due before the working hours": {
    tasks: [{ title: "Breakfast", due_date: "2026-11-23T08:00:00+00:00" }],
    why: { Breakfast: /^due at 08:00, before the working hours begin; give/ },
  },
  "it is due within the minute": {
    now: "2026-11-23T13:00:30Z",
    tasks: [{ title: "Call", due_date: "2026-11-23T13:00:45+00:00" }],
    why: { Call: /^due at 13:00, and there is no room before; give/ },
  },
  "another task is due at the same time": {
    tasks: [
      { title: "One", due_date: "2026-11-23T10:00:00+00:00" },
      { title: "Other", due_date: "2026-11-23T10:00:00+00:00" },
    ],
    why: { Other: /^due at 10:00, and there is no room before/ },
  },
  "it takes longer than any day": {
    tasks: [{ title: "Long", due_date: "2026-11-23", estimated_duration: 900 }],
    why: { Long: /^takes longer than all that is free that day; split it/ },
  },
  "its goal is over": {
    tasks: [
      { title: "First", due_date: "2026-11-23", priority: 1, estimated_duration: 450 },
      { title: "Old", due_date: "2026-11-20", goal: 0 },
    ],
    goals: [{ status: "active", target_date: "2026-11-21" }],
    why: { Old: /^no room left that day; give its goal a later target date/ },
  },
  "others come first": {
    tasks: [
      { title: "First", due_date: "2026-11-23", estimated_duration: 450 },
      { title: "Then", due_date: "2026-11-27" },
    ],
    why: { Then: /^no room left that day$/ },
  },
  "no stretch is long enough": {
    tasks: [{ title: "Short", due_date: "2026-11-23", estimated_duration: 25 }],
    events: MANY,
    why: { Short: /^what is left free that day is in stretches too short for it$/ },
  },
  "its subtasks are open": {
    tasks: [
      { title: "Whole", due_date: "2026-11-23", estimated_duration: 120 },
      { title: "Part", parent: 0 },
      { title: "Another", parent: 0 },
    ],
    why: { Whole: /^its open subtasks are planned in its place$/ },
  },
  "it is due, but waits for what does not fit": {
    tasks: [
      { title: "Base", estimated_duration: 600 },
      { title: "Top", due_date: "2026-11-23", after: [0] },
    ],
    why: { Top: /^waits for #1, which is not done before it; make room for that/ },
  },
  "it is due, but waits for what was cancelled": {
    tasks: [
      { title: "Gone", status: "cancelled" },
      { title: "Top", due_date: "2026-11-23", after: [0] },
    ],
    why: { Top: /^waits for a task that cannot be done that day; / },
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

/** What is planned of a Monday from nine to five. */
const timetables: Record<string, Given & { readonly day: readonly string[] }> = {
  "what is due at the end of the working hours is done before": {
    tasks: [{ title: "Report", due_date: "2026-11-23T17:00:00+00:00" }],
    day: ["Report 09:00-10:00"],
  },
  "what was due at a time of today that is over is overdue": {
    now: "2026-11-23T12:00:00Z",
    tasks: [{ title: "Call", due_date: "2026-11-23T10:00:00+00:00" }],
    day: ["Call 12:00-13:00"],
  },
  "something huge and overdue that matters little gives way to what is urgent": {
    tasks: [
      { title: "Huge", due_date: "2026-11-01", priority: 4, estimated_duration: 480 },
      { title: "Urgent", due_date: "2026-11-23", priority: 1 },
    ],
    day: ["Urgent 09:00-10:00"],
  },
  "what a task needs that finds no place gives way to what is due": {
    tasks: [
      { title: "Needed", priority: 4, estimated_duration: 300 },
      {
        title: "Endless",
        due_date: "2026-11-23",
        priority: 1,
        estimated_duration: 600,
        after: [0],
      },
      { title: "Due", due_date: "2026-11-23", estimated_duration: 450 },
    ],
    day: ["Due 09:00-16:30"],
  },
  "what belongs to a paused goal is not done for a task that finds no place": {
    tasks: [
      { title: "Needed", goal: 0 },
      { title: "Endless", due_date: "2026-11-23", estimated_duration: 600, after: [0] },
      { title: "Needed, too", goal: 0, estimated_duration: 30 },
      { title: "Short", due_date: "2026-11-23", after: [2] },
    ],
    goals: [{ status: "paused", target_date: null }],
    day: ["Needed, too 09:00-09:30", "Short 09:30-10:30"],
  },
  "subtasks are done in the place of their task": {
    tasks: [
      { title: "Whole", due_date: "2026-11-25", estimated_duration: 120 },
      { title: "Part", parent: 0 },
      { title: "Another", parent: 0 },
      { title: "Done", parent: 0, status: "completed" },
    ],
    day: ["Part 09:00-10:00", "Another 10:00-11:00"],
  },
  "a task whose subtasks are all done is done itself": {
    tasks: [{ title: "Whole" }, { title: "Part", parent: 0, status: "completed" }],
    day: ["Whole 09:00-10:00"],
  },
};
for (const [name, { day, ...given }] of Object.entries(timetables)) {
  Deno.test(name, async () => {
    assert.deepEqual(timetable(await planned(given)), day);
  });
}

Deno.test("what is ready but not due soon is counted, and not listed", async () => {
  const plan = await planned({
    tasks: [
      { title: "Fills", due_date: "2026-11-23", estimated_duration: 480 },
      { title: "Soon", due_date: "2026-11-30" },
      { title: "Begun", status: "in_progress" },
      { title: "Later", due_date: "2026-12-01" },
      { title: "Undated" },
      { title: "Waits", after: [4] },
    ],
  });

  assert.deepEqual(plan.does_not_fit.map(({ title }: Answer) => title), ["Soon", "Begun"]);
  assert.deepEqual([plan.does_not_fit_total, plan.ready_total], [2, 2]);
});
