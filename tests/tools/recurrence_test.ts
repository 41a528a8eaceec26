import assert from "node:assert/strict";
import { type Answer, type Caller, onEveryStore, startApp } from "../harness.ts";
import { dumpOf } from "./answers.ts";

/** Completes a task; answers it and the next occurrence, where there is one. */
async function complete(caller: Caller, task_id: number): Promise<{ task: Answer; next?: Answer }> {
  const { task } = await caller.call("complete_task", { task_id });
  if (task.next_task_id === null) return { task };
  const { task: next } = await caller.call("get_task", { task_id: task.next_task_id });
  return { task, next };
}

onEveryStore("completing an occurrence creates the next, and both keep the rule", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Home" });
  const { task: blocker } = await ada.call("create_task", { title: "Buy a can" });
  const { task } = await ada.call("create_task", {
    title: "Water the plants",
    description: "All of them",
    goal_id: goal.id,
    priority: "high",
    estimated_duration: 15,
    tags: ["home"],
    depends_on: [blocker.id],
    due_date: "2026-11-23",
    recurrence: "FREQ=WEEKLY;BYDAY=MO",
  });

  const { task: done, next } = await complete(ada, task.id);

  assert.deepEqual([done.status, done.recurrence], ["completed", "FREQ=WEEKLY;BYDAY=MO"]);
  assert.ok(next);
  const kept = ["title", "description", "goal_id", "priority", "estimated_duration", "tags"];
  for (const name of [...kept, "recurrence"]) assert.deepEqual(next[name], task[name], name);
  assert.deepEqual([next.status, next.due_date, next.due_weekday, next.completed_at], [
    "pending",
    "2026-11-30",
    "Monday",
    null,
  ]);
  assert.equal((await ada.call("list_tasks", { status: "pending", query: "water" })).total, 1);
});

onEveryStore("completing twice creates the next occurrence once", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Run", recurrence: "daily" });

  await complete(ada, task.id);
  await ada.call("update_task", { task_id: task.id, status: "pending" });
  await ada.call("update_task", { task_id: task.id, status: "completed" });

  assert.equal((await ada.call("list_tasks")).total, 2);
});

onEveryStore("moving a due date moves one occurrence and leaves the rule", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", {
    title: "Water",
    due_date: "2026-11-23",
    recurrence: "every monday",
  });

  const moved = await ada.call("update_task", { task_id: task.id, due_date: "2026-11-26" });
  const { next } = await complete(ada, task.id);

  assert.equal(moved.task.due_date, "2026-11-26");
  assert.equal(moved.task.recurrence, "FREQ=WEEKLY;BYDAY=MO");
  assert.equal(next?.due_date, "2026-11-30");
});

onEveryStore(
  "a neglected task continues today or later, not with every day that was missed",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { task } = await ada.call("create_task", {
      title: "Run",
      due_date: "2026-11-01",
      recurrence: "FREQ=DAILY;INTERVAL=2",
    });

    const { next } = await complete(ada, task.id);

    assert.equal(next?.due_date, "2026-11-23");
  },
);

const ends = [
  { rule: "FREQ=DAILY;COUNT=3", dates: ["2026-11-23", "2026-11-24", "2026-11-25"] },
  { rule: "FREQ=DAILY;UNTIL=20261124", dates: ["2026-11-23", "2026-11-24"] },
  { rule: "FREQ=DAILY;UNTIL=20261124T235959Z", dates: ["2026-11-23", "2026-11-24"] },
  { rule: "FREQ=DAILY;COUNT=1", dates: ["2026-11-23"] },
];
for (const { rule, dates } of ends) {
  onEveryStore(`${rule} ends after ${dates.length}`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { task } = await ada.call("create_task", {
      title: "Antibiotics",
      due_date: "2026-11-23",
      recurrence: rule,
    });

    const seen = [task.due_date];
    for (
      let { next } = await complete(ada, task.id);
      next;
      ({ next } = await complete(ada, next.id))
    ) {
      seen.push(next.due_date);
      assert.equal(next.recurrence, rule);
      assert.ok(seen.length < 10, "the rule never ends");
    }

    assert.deepEqual(seen, dates);
  });
}

onEveryStore(
  "a time of day stays the same clock time over a change of the clocks",
  async (store) => {
    const now = "2027-03-26T12:00:00Z";
    await using app = await startApp({ store, zone: "Europe/Berlin", now });
    const ada = app.as("ada");
    const { task } = await ada.call("create_task", {
      title: "Call",
      due_date: "2027-03-27T09:00:00+01:00",
      recurrence: "FREQ=DAILY",
    });

    const { next } = await complete(ada, task.id);

    assert.equal(next?.due_date, "2027-03-28T09:00:00+02:00");
  },
);

onEveryStore(
  "the next occurrence brings fresh subtasks, without dates of the past",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { tasks } = await ada.call("create_tasks", {
      tasks: [
        { title: "Clean", due_date: "2026-11-23", recurrence: "weekly" },
        { title: "Kitchen", parent_task_id: "#1", due_date: "2026-11-23" },
        { title: "Bath", parent_task_id: "#1" },
        { title: "Garage", parent_task_id: "#1" },
      ],
    });
    await ada.call("complete_task", { task_id: tasks[1].id });
    await ada.call("update_task", { task_id: tasks[3].id, status: "cancelled" });

    const { next } = await complete(ada, tasks[0].id);

    const brief = next?.subtasks.map(({ title, status }: Answer) => [title, status]);
    assert.deepEqual(brief, [["Kitchen", "pending"], ["Bath", "pending"]]);
    const { task } = await ada.call("get_task", { task_id: next?.subtasks[0].id });
    assert.equal(task.due_date, null);
  },
);

onEveryStore("undo of a completion takes the next occurrence away again", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Run", recurrence: "daily" });
  const { change_id } = await ada.call("complete_task", { task_id: task.id });

  await ada.call("undo", { change_id });

  const { tasks, total } = await ada.call("list_tasks");
  assert.equal(total, 1);
  assert.deepEqual([tasks[0].status, tasks[0].next_task_id], ["pending", null]);
  const { next } = await complete(ada, task.id);
  assert.equal(next?.due_date, "2026-11-23");
});

onEveryStore("recurrence null ends the series and leaves the date", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Run", recurrence: "daily" });

  const { task: single } = await ada.call("update_task", { task_id: task.id, recurrence: null });
  const { next } = await complete(ada, task.id);

  assert.deepEqual([single.recurrence, single.due_date], [null, "2026-11-22"]);
  assert.equal(next, undefined);
});

const words = [
  { says: "every monday", rule: "FREQ=WEEKLY;BYDAY=MO", first: "2026-11-23" },
  { says: "Every Tuesday and Thursday", rule: "FREQ=WEEKLY;BYDAY=TU,TH", first: "2026-11-24" },
  { says: "weekdays", rule: "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", first: "2026-11-23" },
  { says: "every 3 days", rule: "FREQ=DAILY;INTERVAL=3", first: "2026-11-22" },
  { says: "every month on the 15th", rule: "FREQ=MONTHLY;BYMONTHDAY=15", first: "2026-12-15" },
  { says: "last friday of the month", rule: "FREQ=MONTHLY;BYDAY=-1FR", first: "2026-11-27" },
  {
    says: "RRULE:freq=monthly;bymonthday=-1",
    rule: "FREQ=MONTHLY;BYMONTHDAY=-1",
    first: "2026-11-30",
  },
];
Deno.test("a rule may be words; without a due date it begins where it first occurs", async () => {
  await using app = await startApp();
  const ada = app.as("ada");

  const found = [];
  for (const { says } of words) {
    const { task } = await ada.call("create_task", { title: says, recurrence: says });
    found.push({ says, rule: task.recurrence, first: task.due_date });
  }

  assert.deepEqual(found, words);
});

const rules = [
  "FREQ=DAILY;INTERVAL=10;COUNT=999",
  "FREQ=WEEKLY;WKST=SU;BYDAY=MO,WE",
  "FREQ=MONTHLY;BYDAY=+1MO,-1FR",
  "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
  "FREQ=MONTHLY;BYMONTHDAY=1,15,-1",
  "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=31",
  "FREQ=YEARLY;BYYEARDAY=1,366,-366",
  "FREQ=YEARLY;BYWEEKNO=1,53,-1;BYDAY=MO",
  "FREQ=DAILY;BYHOUR=0,23;BYMINUTE=0,59;BYSECOND=0",
  "FREQ=HOURLY;INTERVAL=6",
  "FREQ=DAILY;UNTIL=20271231",
  "FREQ=DAILY;UNTIL=20271231T100000",
  "FREQ=DAILY;UNTIL=20271231T100000Z",
];
Deno.test("every part of RFC 5545 is understood and kept as it was written", async () => {
  await using app = await startApp();
  const ada = app.as("ada");

  for (const recurrence of rules) {
    const due_date = "2026-11-23T09:00:00Z";
    const { task } = await ada.call("create_task", { title: recurrence, due_date, recurrence });
    const { task: done, next } = await complete(ada, task.id);
    assert.deepEqual([done.recurrence, next?.recurrence], [recurrence, recurrence]);
  }
});

const refusals = [
  { rule: "sometimes", says: /"sometimes".*neither an RRULE nor words/ },
  { rule: "constructor", says: /"constructor".*neither an RRULE nor words/ },
  { rule: "FREQ=BOGUS", says: /FREQ/ },
  { rule: "INTERVAL=2", says: /neither/ },
  { rule: "FREQ=DAILY;FREQ=WEEKLY", says: /a part stands twice/ },
  { rule: "FREQ=DAILY;COUNT=2;UNTIL=20270101", says: /exclude each other/ },
  { rule: "FREQ=DAILY;COLOUR=RED", says: /no part COLOUR=RED/ },
  { rule: "FREQ=DAILY;INTERVAL=0", says: /interval/i },
  { rule: "FREQ=DAILY;INTERVAL=99999999999", says: /INTERVAL/ },
  { rule: "FREQ=DAILY;COUNT=0", says: /COUNT=0/ },
  { rule: "FREQ=DAILY;COUNT=-1", says: /COUNT=-1/ },
  { rule: "FREQ=MONTHLY;BYMONTH=13", says: /BYMONTH=13/ },
  { rule: "FREQ=DAILY=WEEKLY", says: /FREQ=DAILY=WEEKLY/ },
  { rule: "FREQ=WEEKLY;BYDAY=XX", says: /BYDAY/ },
  { rule: "FREQ=SECONDLY", says: /hourly at most/ },
  { rule: "FREQ=HOURLY", says: /names hours/ },
  { rule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", says: /never occurs/ },
  { rule: "FREQ=DAILY;UNTIL=20200101", says: /never occurs/ },
  { rule: "FREQ=DAILY;UNTIL=20271332", says: /UNTIL/ },
  { rule: "FREQ=DAILY\nEXDATE:20261123", says: /EXDATE/ },
];
for (const { rule, says } of refusals) {
  Deno.test(`recurrence ${JSON.stringify(rule)} is refused`, async () => {
    await using app = await startApp();
    const before = await dumpOf(app);

    const text = await app.as("ada").refused("create_task", { title: "Run", recurrence: rule });

    assert.match(text, /^invalid_input: Cannot use recurrence/);
    assert.match(text, says);
    assert.deepEqual(await dumpOf(app), before);
  });
}
