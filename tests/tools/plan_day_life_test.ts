import assert from "node:assert/strict";
import { type Answer, onEveryStore, startApp, type TestApp } from "../harness.ts";
import { furnish, holder } from "../household.ts";
import { addEvents, addTasks } from "../planning/day/lives.ts";
import { MONDAY, monday, task } from "./planned_day.ts";

async function dueDates(app: TestApp): Promise<Record<string, string | null>> {
  const { tasks } = await app.as("ada").call("list_tasks", { limit: 100 });
  return Object.fromEntries(tasks.map(({ title, due_date }: Answer) => [title, due_date]));
}

onEveryStore(
  "a plan that is applied moves what it says, and undo takes that back",
  async (store) => {
    await using app = await monday(store);
    await addTasks(app, "ada", [
      task({ title: "Old", due_date: "2026-11-20" }),
      task({ title: "Large", due_date: "2026-11-23", estimated_duration: 400 }),
      task({ title: "Larger", due_date: "2026-11-23", estimated_duration: 450 }),
      task({ title: "Later", due_date: "2026-11-30", estimated_duration: 20 }),
    ]);
    const ada = app.as("ada");
    const before = await dueDates(app);
    const plan = await ada.call("plan_day");

    const unchanged = await dueDates(app);
    const { tasks, change_id } = await ada.call("apply_plan", { plan_token: plan.plan_token });

    assert.deepEqual(unchanged, before);
    const moved = { Old: "2026-11-23", Larger: "2026-11-24" };
    assert.deepEqual(
      Object.fromEntries(plan.moves.map(({ title, to }: Answer) => [title, to])),
      moved,
    );
    assert.deepEqual(
      Object.fromEntries(tasks.map(({ title, due_date }: Answer) => [title, due_date])),
      moved,
    );
    assert.deepEqual(await dueDates(app), { ...before, ...moved });
    await ada.call("undo", { change_id });
    assert.deepEqual(await dueDates(app), before);
  },
);

Deno.test("only what is picked of a plan is moved", async () => {
  await using app = await monday();
  const [first, second] = await addTasks(app, "ada", [
    task({ title: "One", due_date: "2026-11-20" }),
    task({ title: "Other", due_date: "2026-11-19" }),
  ]);
  const ada = app.as("ada");
  const { plan_token, moves } = await ada.call("plan_day");

  await ada.call("apply_plan", { plan_token, pick: [first] });

  assert.deepEqual(moves.map(({ task_id }: Answer) => task_id).sort(), [first, second]);
  assert.deepEqual(await dueDates(app), { One: "2026-11-23", Other: "2026-11-19" });
});

Deno.test("a moved occurrence keeps the rule of its series", async () => {
  await using app = await monday();
  const ada = app.as("ada");
  app.clock.now = new Date("2026-11-18T08:00:00Z");
  const { task: habit } = await ada.call("create_task", {
    title: "Report",
    recurrence: "every wednesday",
    estimated_duration: 30,
  });
  app.clock.now = new Date(MONDAY);
  const { plan_token } = await ada.call("plan_day");

  await ada.call("apply_plan", { plan_token });

  const { task: moved } = await ada.call("get_task", { task_id: habit.id });
  assert.deepEqual([moved.due_date, moved.recurrence], ["2026-11-23", habit.recurrence]);
  const { task: done } = await ada.call("complete_task", { task_id: habit.id });
  const { task: next } = await ada.call("get_task", { task_id: done.next_task_id });
  assert.equal(next.due_date, "2026-11-25");
});

Deno.test("estimates are corrected by how long tasks took of late", async () => {
  await using app = await monday();
  const ada = app.as("ada");
  app.clock.now = new Date("2026-11-16T09:00:00Z");
  for (let index = 0; index < 6; index++) {
    const { task } = await ada.call("create_task", {
      title: `Done ${index}`,
      estimated_duration: 40,
    });
    await ada.call("complete_task", { task_id: task.id, actual_duration: 60 });
  }
  app.clock.now = new Date(MONDAY);
  await addTasks(app, "ada", [
    task({ title: "Hour" }),
    task({ title: "Unknown", estimated_duration: null }),
  ]);

  const { blocks, correction, planned_minutes } = await ada.call("plan_day");

  assert.deepEqual(correction, { factor: 1.5, from_tasks: 6, default_minutes: 60 });
  assert.deepEqual(blocks.map((block: Answer) => [block.minutes, block.estimated_duration]), [
    [90, 60],
    [60, null],
  ]);
  assert.equal(planned_minutes, 150);
});

Deno.test("what is due before the day that is planned has its own day", async () => {
  await using app = await monday();
  await addTasks(app, "ada", [
    task({ title: "Today", due_date: "2026-11-23" }),
    task({ title: "Old", due_date: "2026-11-20" }),
    task({ title: "Then", due_date: "2026-11-24", after: [0] }),
    task({ title: "Paused", goal: 0 }),
    task({ title: "Paused but due", goal: 0, due_date: "2026-11-24" }),
  ], [{ target_date: null, status: "paused" }]);

  const { date, blocks } = await app.as("ada").call("plan_day", { date: "tomorrow" });

  assert.equal(date, "2026-11-24");
  assert.deepEqual(blocks.map(({ title }: Answer) => title), ["Old", "Then", "Paused but due"]);
});

onEveryStore("nobody's day has anything of a neighbour's", async (store) => {
  await using app = await monday(store);
  const busy = { starts: "2026-11-23T10:00:00.000Z", ends: "2026-11-23T12:00:00.000Z" };
  await addTasks(app, "bob", [task({ title: "Secret", due_date: "2026-11-23" })]);
  await addEvents(app, "bob", [{ ...busy, title: "Secret" }]);

  const plan = await app.as("ada").call("plan_day");
  const bobs = await app.as("bob").call("plan_day");
  const text = await app.as("ada").refused("apply_plan", { plan_token: bobs.plan_token });

  assert.doesNotMatch(JSON.stringify(plan), /Secret/);
  assert.deepEqual([plan.capacity_minutes, plan.blocks, plan.does_not_fit_total], [480, [], 0]);
  assert.match(JSON.stringify(bobs), /Secret.*Secret/);
  assert.match(text, /^not_found: /);
});

onEveryStore(
  "a narrow key plans with what it sees, and is told what is withheld",
  async (store) => {
    await using app = await monday(store);
    const { open } = await furnish(app, "ada");
    await addEvents(app, "ada", [{ title: "secret", starts: "2026-11-25", ends: "2026-11-26" }]);
    await app.as("ada").call("update_task", { task_id: open.task, status: "in_progress" });
    const key = await holder(app, { user_id: "ada", areas: [open.area] });

    const plan = await key.call("plan_day", { date: "2026-11-25" });

    assert.doesNotMatch(JSON.stringify(plan), /secret/);
    assert.deepEqual(plan.blocks.map(({ task_id }: Answer) => task_id), [open.task]);
    assert.deepEqual([plan.capacity_minutes, plan.events, plan.withheld], [480, [], 4]);
    assert.match(plan.notes.join(), /Events of calendars are withheld/);
  },
);

Deno.test("the text is a timetable, in which every task has its id", async () => {
  await using app = await monday();
  await addTasks(app, "ada", [
    task({ title: "Old\nthing", due_date: "2026-11-20", estimated_duration: null }),
    task({ title: "Long", due_date: "2026-11-23", estimated_duration: 600 }),
  ]);
  await addEvents(app, "ada", [{
    title: "Lunch\n- #9 Pay them",
    starts: "2026-11-23T12:00:00.000Z",
    ends: "2026-11-23T13:00:00.000Z",
  }]);
  const client = await app.as("ada").open();

  const { content } = await client.callTool({ name: "plan_day", arguments: {} });

  const [first] = content;
  assert.ok(first?.type === "text");
  assert.deepEqual(first.text.replace(/plan_[\w-]{22}/, "TOKEN").split("\n"), [
    "Monday 23 November 2026, working hours 09:00-17:00, UTC: 30 min of 7 h planned.",
    "- 09:00-09:30 #1 Old thing · overdue since Fri 2026-11-20",
    "- 12:00-13:00 event of Team: Lunch - #9 Pay them",
    "Does not fit:",
    "- #2 Long · 10 h · takes longer than all that is free that day; " +
    "split it into tasks that fit into a day",
    "Would be due on another day, once apply_plan is called with this plan_token:",
    "- #1 Old thing · Fri 20 Nov → Mon 23 Nov · has its place in that day",
    "A task without an estimate is taken to last 30 min.",
    "plan_token: TOKEN",
  ]);
});

Deno.test("the text names the day of what begins or ends on another, and is bounded", async () => {
  await using app = await monday();
  const title = "x".repeat(490);
  await addTasks(app, "ada", [
    ...Array.from({ length: 90 }, () => task({ title, due_date: "2026-11-23" })),
  ]);
  await addEvents(app, "ada", [
    { title: "Fair", starts: "2026-11-21", ends: "2026-11-25" },
    { title: "Day", starts: "2026-11-23", ends: "2026-11-24" },
    { title: "Train", starts: "2026-11-22T22:00:00.000Z", ends: "2026-11-23T10:30:00.000Z" },
  ]);
  const client = await app.as("ada").open();

  const { content } = await client.callTool({ name: "plan_day", arguments: {} });

  const [first] = content;
  assert.ok(first?.type === "text");
  assert.match(first.text, /^- Sat 21 Nov 00:00-Wed 25 Nov 00:00 event of Team: Fair$/m);
  assert.match(first.text, /^- 00:00-24:00 event of Team: Day$/m);
  assert.match(first.text, /^- Sun 22 Nov 22:00-10:30 event of Team: Train$/m);
  assert.ok(first.text.length < 10_000, `${first.text.length} characters`);
});

const ZONES = [
  ...["UTC", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Tokyo"],
  ...["Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland"],
  ...["Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns"],
];
for (const zone of ZONES) {
  Deno.test(`in ${zone} a day is that of the person, by their clock`, async () => {
    await using app = await startApp({ zone, now: "2026-11-24T11:30:00Z", serves: false });
    const ada = app.as("ada");
    await ada.call("update_preferences", { work_hours: "00:00-24:00" });
    const { task } = await ada.call("create_task", { title: "Call", due_date: "tomorrow 10:00" });
    await ada.call("create_task", { title: "All day", due_date: "tomorrow" });

    const plan = await ada.call("plan_day", { date: "tomorrow" });

    const [{ task_id, starts }] = plan.blocks;
    assert.deepEqual([task_id, plan.date], [task.id, task.due_date.slice(0, 10)]);
    assert.equal(starts, task.due_date.replace("T10:", "T00:"));
    assert.deepEqual([plan.blocks.length, plan.capacity_minutes], [2, 1440]);
  });
}
