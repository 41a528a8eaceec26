import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { dumpOf } from "./answers.ts";

// It is Sunday 22 November, noon in UTC: 13:00 in Berlin, and 01:00 on Monday in Auckland.
const readings = [
  { zone: "Europe/Berlin", given: "2026-11-27", due: "2026-11-27", day: "Friday" },
  { zone: "Europe/Berlin", given: " 2028-02-29 ", due: "2028-02-29", day: "Tuesday" },
  { zone: "Europe/Berlin", given: "today", due: "2026-11-22", day: "Sunday" },
  { zone: "Europe/Berlin", given: "tomorrow", due: "2026-11-23", day: "Monday" },
  { zone: "Europe/Berlin", given: "friday", due: "2026-11-27", day: "Friday" },
  { zone: "Europe/Berlin", given: "in 10 days", due: "2026-12-02", day: "Wednesday" },
  { zone: "Europe/Berlin", given: "by december 24", due: "2026-12-24", day: "Thursday" },
  {
    zone: "Europe/Berlin",
    given: "next friday 5pm",
    due: "2026-11-27T17:00:00+01:00",
    day: "Friday",
  },
  {
    zone: "Europe/Berlin",
    given: "tomorrow at noon",
    due: "2026-11-23T12:00:00+01:00",
    day: "Monday",
  },
  { zone: "Europe/Berlin", given: "in 2 hours", due: "2026-11-22T15:00:00+01:00", day: "Sunday" },
  {
    zone: "Europe/Berlin",
    given: "2026-11-27T17:00:00Z",
    due: "2026-11-27T18:00:00+01:00",
    day: "Friday",
  },
  {
    zone: "Europe/Berlin",
    given: "2026-11-27T23:30:00Z",
    due: "2026-11-28T00:30:00+01:00",
    day: "Saturday",
  },
  {
    zone: "Europe/Berlin",
    given: "2026-11-27T17:00:00-08:00",
    due: "2026-11-28T02:00:00+01:00",
    day: "Saturday",
  },
  {
    zone: "Europe/Berlin",
    given: "2026-11-27T17:00:00+0530",
    due: "2026-11-27T12:30:00+01:00",
    day: "Friday",
  },
  {
    zone: "Europe/Berlin",
    given: "2026-11-27T17:00",
    due: "2026-11-27T17:00:00+01:00",
    day: "Friday",
  },
  {
    zone: "Europe/Berlin",
    given: "2027-07-01 08:00:00.5",
    due: "2027-07-01T08:00:00+02:00",
    day: "Thursday",
  },
  { zone: "Pacific/Auckland", given: "today", due: "2026-11-23", day: "Monday" },
  {
    zone: "Pacific/Auckland",
    given: "tomorrow 9am",
    due: "2026-11-24T09:00:00+13:00",
    day: "Tuesday",
  },
  { zone: "Pacific/Auckland", given: "2026-11-22", due: "2026-11-22", day: "Sunday" },
  {
    zone: "America/Los_Angeles",
    given: "today 23:00",
    due: "2026-11-22T23:00:00-08:00",
    day: "Sunday",
  },
  {
    zone: "Asia/Kathmandu",
    given: "tomorrow 6:00",
    due: "2026-11-23T06:00:00+05:45",
    day: "Monday",
  },
];
Deno.test("dates are resolved in the person's time zone and echoed with the weekday", async () => {
  const found = [];
  for (const { zone, given } of readings) {
    await using app = await startApp({ zone });
    const ada = app.as("ada");
    const { task } = await ada.call("create_task", { title: "Task", due_date: given });
    const { goal } = await ada.call("create_goal", { title: "Goal", target_date: given });
    assert.deepEqual([goal.target_date, goal.target_weekday], [task.due_date, task.due_weekday]);
    found.push({ zone, given, due: task.due_date, day: task.due_weekday });
  }

  assert.deepEqual(found, readings);
});

const impossible = [
  "2027-02-30",
  "2027-02-29",
  "2027-13-01",
  "2027-00-10",
  "2027-06-31",
  "0000-00-00",
  "25:00",
  "tomorrow 25:00",
  "tomorrow at 12:60",
  "2027-06-31T10:00:00Z",
  "2027-06-30T25:00:00Z",
  "2027-06-30T10:61:00Z",
  "2027-06-30T10:00:00+25:00",
  "february 30",
  "30 february 2027",
  "02/30/2027",
  "31 june",
  "soonish",
  "tomorrow or friday",
  "from monday to friday",
  "tomorrow drop table tasks",
  "1899-12-31",
  "99999-01-01",
  "20270101",
  "   ",
];
for (const due_date of impossible) {
  Deno.test(`the date ${JSON.stringify(due_date)} is refused, wherever it is given`, async () => {
    await using app = await startApp();
    const ada = app.as("ada");
    await ada.call("create_task", { title: "Task" });
    await ada.call("create_goal", { title: "Goal" });
    const before = await dumpOf(app);

    const refusals = [
      await ada.refused("create_task", { title: "New", due_date }),
      await ada.refused("update_task", { task_id: 1, due_date }),
      await ada.refused("complete_task", { task_id: 1, completed_at: due_date }),
      await ada.refused("create_goal", { title: "New", target_date: due_date }),
      await ada.refused("update_goal", { goal_id: 1, target_date: due_date }),
      await ada.refused("list_tasks", { due_before: due_date }),
      await ada.refused("list_changes", { since: due_date }),
      await ada.refused("undo", { since: due_date, client: "test" }),
    ];

    for (const text of refusals) {
      assert.match(text, /^invalid_input: .*(due_date|completed_at|target_date|due_before|since)/);
    }
    assert.deepEqual(await dumpOf(app), before);
  });
}

const offsets = [
  { given: "2026-11-27T17:00:00+01", instant: "2026-11-27T16:00:00Z" },
  { given: "2026-11-27T17:00:00+01:00[Europe/Berlin]", instant: "2026-11-27T16:00:00Z" },
  { given: "2026-11-27T17:00:00[Europe/Berlin]", instant: "2026-11-27T16:00:00Z" },
];
for (const { given, instant } of offsets) {
  Deno.test(`the offset or zone of ${given} is heeded or refused, never dropped`, async () => {
    await using app = await startApp();

    const { result, text } = await attempt(app, given);

    if (result) assert.equal(Date.parse(result), Date.parse(instant));
    else assert.match(text, /^invalid_input: Cannot read due_date as a date/);
  });
}

async function attempt(app: Awaited<ReturnType<typeof startApp>>, due_date: string) {
  const { client, call } = app.as("ada");
  await call("list_tasks");
  const answer = await client.callTool({
    name: "create_task",
    arguments: { title: "Task", due_date },
  });
  const [content] = answer.content;
  const task = answer.structuredContent as { task: { due_date: string } } | undefined;
  return { result: task?.task.due_date, text: content?.type === "text" ? content.text : "" };
}

onEveryStore(
  "an all-day date stays that date when the person moves, a moment stays that moment",
  async (store) => {
    await using app = await startApp({ store, zone: "Europe/Berlin" });
    const ada = app.as("ada");
    const { task: day } = await ada.call("create_task", { title: "Day", due_date: "2026-11-27" });
    const { task: moment } = await ada.call("create_task", {
      title: "Moment",
      due_date: "2026-11-27T23:30:00+01:00",
    });

    const actor = { user_id: "ada", principal: "local", client: "selfos", tool: "users update" };
    await app.app.life.users.update(actor, { time_zone: "Asia/Tokyo" });

    const dueOf = async (task_id: number) => {
      const { task } = await ada.call("get_task", { task_id });
      return [task.due_date, task.due_weekday];
    };
    assert.deepEqual(await dueOf(day.id), ["2026-11-27", "Friday"]);
    assert.deepEqual(await dueOf(moment.id), ["2026-11-28T07:30:00+09:00", "Saturday"]);
    assert.deepEqual((await ada.call("list_tasks", { due_date: "2026-11-28" })).total, 1);
  },
);

onEveryStore("completed_at points to the past and is refused in the future", async (store) => {
  await using app = await startApp({ store, zone: "Europe/Berlin" });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Task" });

  const future = await ada.refused("complete_task", {
    task_id: task.id,
    completed_at: "2026-11-22T12:00:01Z",
  });
  const { task: done } = await ada.call("complete_task", {
    task_id: task.id,
    completed_at: "friday 18:00",
  });

  assert.match(future, /^invalid_input: Cannot complete a task in the future/);
  assert.equal(done.completed_at, "2026-11-20T17:00:00.000Z");
});

Deno.test("the dates of a filter are echoed as they were understood", async () => {
  await using app = await startApp();

  const tasks = await app.as("ada").call("list_tasks", {
    due_before: "friday",
    due_after: "today",
  });
  const changes = await app.as("ada").call("list_changes", { since: "yesterday" });

  assert.deepEqual(tasks.resolved, {
    due_before: "Friday 2026-11-27",
    due_after: "Sunday 2026-11-22",
  });
  assert.deepEqual(changes.resolved, { since: "Saturday 2026-11-21T00:00:00+00:00" });
});
