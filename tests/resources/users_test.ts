import assert from "node:assert/strict";
import { type Answer, onEveryStore, startApp, type TestApp } from "../harness.ts";
import { furnish, holder } from "../household.ts";

onEveryStore(
  "today holds each task where it belongs, and nothing of a neighbour",
  async (store) => {
    await using app = await startApp({
      store,
      zone: "America/New_York",
      now: "2026-11-22T15:00:00Z",
    });
    const { call } = app.as("ada");
    const { tasks } = await call("create_tasks", {
      tasks: [
        { title: "Yesterday", due_date: "2026-11-21" },
        { title: "Morning", due_date: "2026-11-22T09:00" },
        { title: "Evening", due_date: "2026-11-22T21:00" },
        { title: "All day", due_date: "2026-11-22" },
        { title: "Tomorrow", due_date: "2026-11-23" },
        { title: "Some day" },
        { title: "Waits", depends_on: ["#6"] },
        { title: "Begun" },
        { title: "Done" },
        { title: "Done before" },
        { title: "Dropped", due_date: "2026-11-22" },
      ],
    });
    const idOf = (title: string) => tasks.find((task: Answer) => task["title"] === title)?.id;
    await call("update_task", { task_id: idOf("Begun"), status: "in_progress" });
    await call("update_task", { task_id: idOf("Dropped"), status: "cancelled" });
    await call("complete_task", { task_id: idOf("Done"), completed_at: "2026-11-22T05:00:00Z" });
    await call("complete_task", {
      task_id: idOf("Done before"),
      completed_at: "2026-11-22T04:59:59Z",
    });
    await call("create_goal", { title: "Soon", target_date: "2026-12-06" });
    await call("create_goal", { title: "Over", target_date: "2026-11-01" });
    await call("create_goal", { title: "Later", target_date: "2026-12-07" });
    await call("add_memory", { content: "Of today" });
    await call("add_memory", { content: "Of the day before", occurred_at: "2026-11-21" });
    await bobsLife(app);

    const { today } = await read(app, "today");

    assert.deepEqual([today.date, today.weekday, today.time_zone], [
      "2026-11-22",
      "Sunday",
      "America/New_York",
    ]);
    assert.deepEqual(titles(today.overdue.tasks), ["Yesterday", "Morning"]);
    assert.deepEqual(titles(today.due.tasks), ["All day", "Evening"]);
    assert.deepEqual(titles(today.in_progress.tasks), ["Begun"]);
    assert.deepEqual(titles(today.next.tasks), ["Tomorrow", "Some day"]);
    assert.deepEqual(titles(today.done.tasks), ["Done"]);
    assert.deepEqual(titles(today.goals_due_soon.goals), ["Over", "Soon"]);
    assert.deepEqual(today.memories.memories.map(({ content }: Answer) => content), ["Of today"]);
    const stats = await call("query_user_stats");
    assert.deepEqual([today.overdue.total, today.due.total], [
      stats.overdue_tasks,
      stats.due_today_tasks,
    ]);
  },
);

const clockDays = [
  {
    day: "2026-03-29",
    hours: 23,
    first: "2026-03-28T23:00:00.000Z",
    next: "2026-03-29T22:00:00.000Z",
  },
  {
    day: "2026-10-25",
    hours: 25,
    first: "2026-10-24T22:00:00.000Z",
    next: "2026-10-25T23:00:00.000Z",
  },
];
for (const { day, hours, first, next } of clockDays) {
  Deno.test(`a day of ${hours} hours is the person's day from its first moment to its last`, async () => {
    await using app = await startApp({ zone: "Europe/Berlin", now: "2026-12-01T12:00:00Z" });
    const { call } = app.as("ada");
    const before = (instant: string) => new Date(Date.parse(instant) - 1).toISOString();
    for (const completed_at of [before(first), first, before(next), next]) {
      const { task } = await call("create_task", { title: completed_at });
      await call("complete_task", { task_id: task.id, completed_at });
    }
    app.clock.now = new Date(`${day}T12:00:00Z`);

    const { today } = await read(app, "today");

    assert.deepEqual(titles(today.done.tasks), [before(next), first]);
  });
}

Deno.test("a long list of a day shows its first items, and how many there are", async () => {
  await using app = await startApp();
  for (let part = 0; part < 2; part++) {
    const tasks = Array.from(
      { length: 40 },
      (_, i) => ({ title: `${part} ${i}`, due_date: "today" }),
    );
    await app.as("ada").call("create_tasks", { tasks });
  }

  const { today } = await read(app, "today");

  assert.deepEqual([today.due.tasks.length, today.due.total], [20, 80]);
});

onEveryStore(
  "a profile says who the person is, what they are after, and what they did",
  async (store) => {
    await using app = await startApp({ store, zone: "Asia/Tokyo", now: "2026-11-22T15:30:00Z" });
    const { call } = app.as("ada");
    const { life_area } = await call("save_life_area", { name: "Health" });
    const { goal } = await call("create_goal", {
      title: "Run",
      target_date: "2027-04-18",
      life_area_id: life_area.id,
    });
    const { goal: won } = await call("create_goal", { title: "Won" });
    await call("update_goal", { goal_id: won.id, status: "completed" });
    await call("create_goal", { title: "First", target_date: "2026-12-01" });
    for (const completed_at of ["2026-11-22T14:59:59Z", "2026-10-01T12:00:00Z"]) {
      const { task } = await call("create_task", { title: completed_at, goal_id: goal.id });
      await call("complete_task", { task_id: task.id, completed_at });
    }
    await call("update_preferences", { name: "Ada" });
    await bobsLife(app);

    const { profile, lastModified } = await read(app, "profile");

    assert.deepEqual([profile.user.id, profile.user.name], ["ada", "Ada"]);
    assert.deepEqual(profile.preferences, {
      time_zone: "Asia/Tokyo",
      week_start: "monday",
      work_hours: "09:00-17:00",
      work_days: ["mon", "tue", "wed", "thu", "fri"],
    });
    assert.deepEqual(
      profile.active_goals.map((one: Answer) => [one.title, one.life_area, one.progress.percent]),
      [["First", null, 0], ["Run", "Health", 100]],
    );
    assert.deepEqual(
      profile.recent_achievements.map((one: Answer) => [one.kind, one.title, one.date]),
      [["goal", "Won", "2026-11-23"], ["task", "2026-11-22T14:59:59Z", "2026-11-22"]],
    );
    assert.deepEqual(
      [profile.counts.active_goals, profile.counts.completed_goals, profile.counts.completed_tasks],
      [2, 1, 2],
    );
    assert.equal(lastModified, "2026-11-22T15:30:00.000Z");
  },
);

Deno.test("a profile counts all active goals and shows the nearest", async () => {
  await using app = await startApp();
  for (let index = 0; index < 52; index++) {
    await app.as("ada").call("create_goal", { title: `Goal ${index}` });
  }

  const { profile } = await read(app, "profile");

  assert.deepEqual([profile.active_goals.length, profile.counts.active_goals], [50, 52]);
});

Deno.test("an e-mail address is in no profile", async () => {
  await using app = await startApp();
  await app.app.life.users.update(
    { user_id: "ada", principal: "local", client: "selfos", tool: "users update" },
    { email: "ada@example.org" },
  );

  const { profile } = await read(app, "profile");

  assert.doesNotMatch(JSON.stringify(profile), /example\.org/);
});

onEveryStore(
  "a narrow key sees its part of a profile and a day, and how much is withheld",
  async (store) => {
    await using app = await startApp({ store, now: "2026-11-25T12:00:00Z" });
    const mine = await furnish(app, "ada");
    const key = await holder(app, { user_id: "ada", areas: [mine.open.area] });
    const client = await key.open();
    const { withheld } = await key.call("query_user_stats");

    const texts: string[] = [];
    for (const name of ["today", "profile"]) {
      const { contents: [content] } = await client.readResource({
        uri: `selfos://users/me/${name}`,
      });
      texts.push(content && "text" in content ? content.text : "");
    }

    const [today, profile] = texts.map((text) => JSON.parse(text));
    for (const text of texts) assert.doesNotMatch(text, /secret/);
    assert.deepEqual(titles(today.due.tasks), ["ada open"]);
    assert.deepEqual(titles(profile.active_goals), ["ada open", "ada open, below"]);
    assert.equal(today.withheld, withheld);
    assert.ok(profile.withheld > 0 && profile.withheld < withheld);
  },
);

Deno.test("an admin reads the day of another person, in that person's time zone", async () => {
  await using app = await startApp({ zone: "Asia/Tokyo", now: "2026-11-22T20:00:00Z" });
  await app.as("bob").call("create_task", { title: "Bobs", due_date: "today" });
  const client = await app.as("ada", { level: "admin" }).open();

  const { contents: [content] } = await client.readResource({ uri: "selfos://users/bob/today" });

  const today = JSON.parse(content && "text" in content ? content.text : "");
  assert.deepEqual([today.date, titles(today.due.tasks)], ["2026-11-23", ["Bobs"]]);
});

Deno.test("user_id completes with oneself", async () => {
  await using app = await startApp();
  const client = await app.as("ada").open();
  const complete = async (value: string) => {
    const ref = { type: "ref/resource" as const, uri: "selfos://users/{user_id}/today" };
    return (await client.complete({ ref, argument: { name: "user_id", value } })).completion.values;
  };

  assert.deepEqual(await complete(""), ["me", "ada"]);
  assert.deepEqual(await complete("a"), ["ada"]);
  assert.deepEqual(await complete("bo"), []);
});

/** Everything that a day or profile shows, in the life of the neighbour. */
async function bobsLife(app: TestApp): Promise<void> {
  const { call } = app.as("bob");
  const { goal } = await call("create_goal", { title: "Secret", target_date: "2026-11-23" });
  await call("create_task", { title: "Secret", goal_id: goal.id, due_date: "2026-11-22" });
  const { task } = await call("create_task", { title: "Secret done" });
  await call("complete_task", { task_id: task.id });
  await call("add_memory", { content: "Secret" });
}

async function read(app: TestApp, name: "today" | "profile"): Promise<Answer> {
  const client = await app.as("ada").open();
  const { contents: [content] } = await client.readResource({ uri: `selfos://users/me/${name}` });
  assert.equal(content?.mimeType, "application/json");
  const text = content && "text" in content ? content.text : "";
  assert.doesNotMatch(text, /Secret/);
  return { [name]: JSON.parse(text), lastModified: content?._meta?.["lastModified"] };
}

function titles(items: readonly Answer[]): string[] {
  return items.map(({ title }) => title);
}
