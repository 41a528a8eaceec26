import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type Answer, type Caller, onEveryStore, startApp } from "../harness.ts";
import { furnish, holder, share } from "../household.ts";
import { decodePng } from "../insights/png.ts";

/** Creates tasks and completes each at its time; those without one stay open. */
async function tasks(
  { call }: Caller,
  given: readonly { at?: string; planned?: number; took?: number; goal?: number; every?: string }[],
) {
  for (const [index, { at, planned, took, goal, every }] of given.entries()) {
    const { task } = await call("create_task", {
      title: `Task ${index}`,
      ...{ goal_id: goal, estimated_duration: planned, recurrence: every },
      // What is the same again within ten minutes is taken for a retry.
      idempotency_key: crypto.randomUUID(),
    });
    if (at === undefined) continue;
    await call("complete_task", { task_id: task.id, completed_at: at, actual_duration: took });
  }
}

function countsOf({ progress_data }: Answer): Record<string, number> {
  return Object.fromEntries(
    progress_data.filter((day: Answer) => day["tasks_completed"] > 0)
      .map(({ date, tasks_completed }: Answer) => [date, tasks_completed]),
  );
}

onEveryStore("what was completed is told by local day, the newest first", async (store) => {
  await using app = await startApp({ store, zone: "America/Los_Angeles" });
  const ada = app.as("ada");
  await tasks(ada, [
    { at: "2026-11-22T07:59:59Z", took: 30 },
    { at: "2026-11-22T08:00:00Z", took: 20 },
    { at: "2026-11-22T09:00:00Z", took: 25 },
    { at: "2026-11-22T09:30:00Z" },
    { at: "2026-11-15T12:00:00Z", took: 500 },
    {},
  ]);
  await tasks(app.as("bob"), [{ at: "2026-11-20T12:00:00Z", took: 9, planned: 5 }, {}]);

  const answer = await ada.call("analyze_progress", { period: "7d" });

  assert.deepEqual(answer.progress_data.slice(0, 3), [
    { date: "2026-11-22", tasks_completed: 3, avg_duration: 22.5 },
    { date: "2026-11-21", tasks_completed: 1, avg_duration: 30 },
    { date: "2026-11-20", tasks_completed: 0, avg_duration: null },
  ]);
  assert.equal(answer.progress_data.length, 7);
  const totals = { tasks_completed: 4, tasks_created: 6, active_days: 2, minutes: 75 };
  assert.deepEqual(answer.totals, totals);
  assert.equal(answer.forecast.remaining, 1);
  assert.deepEqual(answer.resolved, { period: "2026-11-16 to 2026-11-22" });
  assert.ok(!("withheld" in answer));
});

onEveryStore(
  "a streak goes on while today is still to come, and beyond the period",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const days = Array.from(
      { length: 50 },
      (_, back) => Date.parse("2026-11-21T08:00Z") - back * 864e5,
    );
    await tasks(ada, days.map((time) => ({ at: new Date(time).toISOString() })));

    const before = await ada.call("analyze_progress", { period: "7d" });
    await tasks(ada, [{ at: "2026-11-22T08:00:00Z" }]);
    const after = await ada.call("analyze_progress", { period: "last month" });
    app.clock.now = new Date("2026-11-24T12:00:00Z");
    const broken = await ada.call("analyze_progress", { period: "30d" });

    assert.deepEqual(before.streak, { current: 50, longest: 50 });
    assert.deepEqual(after.streak, { current: 51, longest: 51 });
    assert.deepEqual(broken.streak, { current: 0, longest: 28 });
  },
);

onEveryStore("estimates are held against what tasks took", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await tasks(ada, [
    { at: "2026-11-20", planned: 10, took: 20 },
    { at: "2026-11-20", planned: 10, took: 20 },
    { at: "2026-11-21", planned: 60, took: 30 },
    { at: "2026-11-21", planned: 20, took: 30 },
    { at: "2026-11-21", planned: 20 },
    { at: "2026-11-21", took: 99 },
    { at: "2026-01-01", planned: 1, took: 99 },
  ]);

  const { estimates } = await ada.call("analyze_progress");

  assert.deepEqual(estimates, {
    ...{ tasks: 4, estimated_minutes: 100, actual_minutes: 100 },
    ...{ ratio: 1, median_ratio: 1.75, typical_error_percent: 75 },
  });
});

onEveryStore(
  "the forecast is of what is open and does not repeat, at one's own pace",
  async (store) => {
    await using app = await startApp({ store, now: "2026-11-10T12:00:00Z" });
    const ada = app.as("ada");
    const daily = Array.from({ length: 10 }, (_, day) => `2026-11-${13 + day}T10:00:00Z`);
    await tasks(ada, [{ every: "daily" }]);
    app.clock.now = new Date("2026-11-12T12:00:00Z");
    await ada.call("complete_task", { task_id: 1 });
    app.clock.now = new Date("2026-11-22T12:00:00Z");
    await tasks(ada, [...daily.map((at) => ({ at })), {}, {}, {}, {}]);
    await tasks(app.as("bob"), [{}, {}, {}, {}, {}]);

    const { forecast } = await ada.call("analyze_progress", { period: "2w" });
    const again = await ada.call("analyze_progress", { period: "2w" });

    const { remaining, repeating, per_day, p10, p50, p90 } = forecast;
    assert.deepEqual([remaining, repeating, per_day], [4, 1, 0.77]);
    assert.ok(
      "2026-11-26" <= p10 && p10 <= p50 && p50 <= p90 && p90 <= "2026-12-02",
      `${p10} ${p90}`,
    );
    assert.deepEqual(again.forecast, forecast);
  },
);

onEveryStore("a goal counts with all its subgoals, and each task once", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const create = async (title: string, parent_goal_id?: number) =>
    (await ada.call("create_goal", { title, parent_goal_id })).goal.id as number;
  const house = await create("House");
  const roof = await create("Roof", await create("Top", house));
  const at = "2026-11-20T10:00:00Z";
  await tasks(ada, [{ at, goal: house }, { at, goal: roof }, { goal: roof }, { at }, {}]);

  const answer = await ada.call("analyze_progress", { goal_id: house });

  assert.deepEqual(countsOf(answer), { "2026-11-20": 2 });
  assert.deepEqual([answer.totals.tasks_created, answer.forecast.remaining], [3, 1]);
});

onEveryStore(
  "a guest sees the progress of what is shared, a narrow key of what is open",
  async (store) => {
    await using app = await startApp({ store });
    const ada = await furnish(app, "ada");
    await share(app, "ada", ada.open.area, "bob", "reader");
    const key = await holder(app, { user_id: "ada", areas: [ada.open.area] });
    const done = async (goal_id: number) => {
      const { task } = await app.as("ada").call("create_task", { title: `Of ${goal_id}`, goal_id });
      await app.as("ada").call("complete_task", { task_id: task.id });
    };
    for (
      const goal of [ada.open.goal, ada.open.below, ada.closed.goal, ada.closed.below]
    ) await done(goal);

    const goal = { goal_id: ada.open.goal };
    const guest = await app.as("bob").call("analyze_progress", goal);
    const guestsOwn = await app.as("bob").call("analyze_progress");
    const narrow = await key.call("analyze_progress");
    const whole = await app.as("ada").call("analyze_progress", goal);

    assert.deepEqual([guest.totals.tasks_completed, guestsOwn.totals.tasks_completed], [1, 0]);
    assert.deepEqual([narrow.totals.tasks_completed, narrow.withheld], [2, 6]);
    assert.equal(whole.totals.tasks_completed, 3);
  },
);

Deno.test("a chart comes with it in either era, and none of nothing", async () => {
  await using app = await startApp();
  const clients = [app.as("ada"), app.as("ada", { revision: "2026-07-28" })];
  const request = { name: "analyze_progress", arguments: {} };
  const empty = await (await clients[0]!.open()).callTool(request);
  await tasks(app.as("ada"), [{ at: "2026-11-20T10:00:00Z" }]);

  for (const client of clients) {
    const { content } = await (await client.open()).callTool(request);

    const [text, image] = content;
    assert.ok(text?.type === "text" && image?.type === "image" && content.length === 2);
    assert.match(text.text, /^totals: tasks_completed 1 /);
    assert.match(text.text, /^streak: longest 1$/m);
    assert.equal(image.mimeType, "image/png");
    assert.equal(decodePng(Buffer.from(image.data, "base64")).width, 1200);
  }
  assert.deepEqual(empty.content.map(({ type }) => type), ["text"]);
});

const periods = [
  { period: "1d", from: "2026-11-22", to: "2026-11-22", days: 1 },
  { period: "30d", from: "2026-10-24", to: "2026-11-22", days: 30 },
  { period: " 12 W", from: "2026-08-31", to: "2026-11-22", days: 84 },
  { period: "6m", from: "2026-05-23", to: "2026-11-22", days: 184 },
  { period: "1y", from: "2025-11-23", to: "2026-11-22", days: 365 },
  { period: "365d", from: "2025-11-23", to: "2026-11-22", days: 365 },
  { period: "3y", from: "2023-11-23", to: "2026-11-22", days: 1096 },
  { period: "this month", from: "2026-11-01", to: "2026-11-22", days: 22 },
  { period: "last month", from: "2026-10-01", to: "2026-10-31", days: 31 },
  { period: "last 3 weeks", from: "2026-11-01", to: "2026-11-22", days: 22 },
  { period: "yesterday", from: "2026-11-21", to: "2026-11-21", days: 1 },
  { period: "2024", from: "2024-01-01", to: "2024-12-31", days: 366 },
];
for (const { period, from, to, days } of periods) {
  Deno.test(`the period "${period}" has ${days} days, from ${from} to ${to}`, async () => {
    await using app = await startApp();

    const { resolved, progress_data } = await app.as("ada").call("analyze_progress", { period });

    assert.deepEqual(resolved, { period: `${from} to ${to}` });
    assert.deepEqual(
      [progress_data.length, progress_data[0].date, progress_data.at(-1).date],
      [days, to, from],
    );
  });
}

const refusals = [
  { period: "0d", says: /^invalid_input: Cannot analyze less than a day: period is "0d"\nTry: / },
  { period: "-5d", says: /less than a day/ },
  { period: "10000d", says: /Cannot analyze more than 3 years: period is "10000d"/ },
  { period: "4y", says: /more than 3 years/ },
  { period: "99999999999999999999d", says: /more than 3 years/ },
  { period: "past 5 years", says: /more than 3 years/ },
  { period: "0000", says: /Cannot read period as a time: period is "0000"/ },
  { period: "year 0", says: /Cannot read period/ },
  { period: "1.5m", says: /Cannot read period/ },
  { period: "365", says: /Cannot read period/ },
  { period: "'; drop table tasks", says: /Cannot read period/ },
  { period: "2026-02-30", says: /Cannot read period/ },
  { period: "next month", says: /Cannot analyze what is still to come: period is "next month"/ },
  { period: "tomorrow", says: /still to come/ },
  { period: "2999", says: /still to come/ },
  { period: "", says: /period must have at least 1 characters/ },
  { period: "d".repeat(101), says: /period must have at most 100 characters/ },
  { goal_id: 9999, says: /^not_found: Cannot find goal 9999\nTry: list_goals shows the ids$/ },
  { goal_id: 1, says: /^not_found: Cannot find goal 1\nTry: / },
  { goal_id: 0, says: /goal_id must be at least 1/ },
  { gaol_id: 1, says: /there is no argument gaol_id, did you mean goal_id\?/ },
];
for (const { says, ...args } of refusals) {
  onEveryStore(`analyze_progress refuses ${JSON.stringify(args).slice(0, 60)}`, async (store) => {
    await using app = await startApp({ store });
    await app.as("bob").call("create_goal", { title: "Bob's" });

    const refused = await app.as("ada").refused("analyze_progress", args);

    assert.match(refused, says);
  });
}
