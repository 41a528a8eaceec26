import assert from "node:assert/strict";
import { type Answer, onEveryStore, startApp, type StoreKind } from "../harness.ts";
import { furnish, holder, share } from "../household.ts";
import { idsOf, titlesOf } from "./answers.ts";

/** Ada's two clients, of which one has just caught up. */
async function world(options: { store?: StoreKind; zone?: string; now?: string } = {}) {
  const app = await startApp(options);
  const [claude, phone] = [app.as("ada", { client: "claude" }), app.as("ada", { client: "phone" })];
  await claude.call("catch_up");
  return {
    ...{ app, claude, phone },
    later(minutes: number) {
      app.clock.now = new Date(app.clock.now.getTime() + minutes * 60_000);
    },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

const NOTHING = { overdue: 0, due_today: 0, completed: 0, changes: 0, memories: 0, own: 0 };

onEveryStore(
  "catch_up tells what others did since the last visit, by whom and when",
  async (store) => {
    await using life = await world({ store, zone: "Europe/Berlin" });
    const { app, claude, phone } = life;
    life.later(60);
    const { task } = await phone.call("create_task", { title: "Milk" });
    await phone.call("update_task", { task_id: task.id, title: "Buy milk", priority: "high" });
    await phone.call("complete_task", { task_id: task.id });
    const { goal } = await phone.call("create_goal", { title: "Run" });
    life.later(5);
    await app.as("ada", { client: "laptop" })
      .call("update_goal", { goal_id: goal.id, status: "paused" });
    const { memory } = await phone.call("add_memory", { content: "No peanuts,\nplease" });
    await app.as("bob").call("create_task", { title: "Bob's" });

    const answer = await claude.call("catch_up");

    assert.deepEqual(answer, {
      since: "2026-11-22T13:00+01:00",
      overdue: [],
      due_today: [],
      completed: [{
        ...{ entity: "task", id: task.id, title: "Buy milk" },
        what: "completed (created, changed priority, renamed)",
        ...{ by: "phone", tool: "complete_task", at: "2026-11-22T14:00+01:00" },
      }],
      changes: [{
        ...{ entity: "goal", id: goal.id, title: "Run", what: "paused (created)" },
        ...{ by: "laptop, phone", tool: "update_goal", at: "2026-11-22T14:05+01:00" },
      }],
      memories: [{
        ...{ entity: "memory", id: memory.id, title: "No peanuts, please", what: "created" },
        ...{ by: "phone", tool: "add_memory", at: "2026-11-22T14:05+01:00" },
      }],
      own: [],
      totals: { ...NOTHING, completed: 1, changes: 1, memories: 1 },
      left_out: {},
    });
  },
);

onEveryStore("what the client did itself comes last, and shortest", async (store) => {
  await using life = await world({ store });
  const { claude, phone } = life;
  life.later(60);
  const { task } = await claude.call("create_task", { title: "Mine" });
  await phone.call("update_task", { task_id: task.id, tags: ["home"] });
  await claude.call("complete_task", { task_id: task.id });

  const { own, changes, completed } = await claude.call("catch_up");

  assert.deepEqual(own, [{
    ...{ entity: "task", id: task.id, title: "Mine", what: "completed (created)" },
  }]);
  assert.deepEqual(completed, []);
  assert.deepEqual(changes.map(({ what, by }: Answer) => [what, by]), [["changed tags", "phone"]]);
});

onEveryStore("what was undone is counted and not told, nor is its undo", async (store) => {
  await using life = await world({ store });
  const { claude, phone } = life;
  const { goal: old } = await phone.call("create_goal", { title: "Old" });
  const { change_id: renamed } = await phone.call("update_goal", {
    ...{ goal_id: old.id, title: "Renamed" },
  });
  life.later(60);
  await claude.call("catch_up");
  life.later(60);
  const { change_id } = await phone.call("create_goal", { title: "Never" });
  await phone.call("undo", { change_id });
  await phone.call("undo", { change_id: renamed });
  const kept = await phone.call("create_goal", { title: "After all" });
  const undo = await phone.call("undo", { change_id: kept.change_id });
  await phone.call("undo", { change_id: undo.change_id });

  const { changes, undone } = await claude.call("catch_up");

  assert.equal(undone, 1);
  assert.deepEqual(changes.map(({ title, what, tool }: Answer) => [title, what, tool]), [
    ["After all", "created", "create_goal"],
    ["Old", "renamed", "undo"],
  ]);
});

onEveryStore("an undo of several tells of those alone that were told before", async (store) => {
  await using life = await world({ store });
  const { claude, phone } = life;
  const { goal } = await phone.call("create_goal", { title: "Known" });
  life.later(60);
  await claude.call("catch_up");
  life.later(60);
  await phone.call("update_goal", { goal_id: goal.id, title: "Renamed" });
  await phone.call("create_goal", { title: "Never told" });
  await phone.call("undo", { since: "2026-11-22T12:00:00Z", client: "phone" });

  const { changes, undone } = await claude.call("catch_up");

  assert.equal(undone, 2);
  assert.deepEqual(changes.map(({ title, what }: Answer) => [title, what]), [["Known", "trashed"]]);
});

for (
  const { zone, now, overdue, due } of [
    { zone: "UTC", now: "2026-11-22T12:00:00Z", overdue: [4, 1], due: [2, 3] },
    { zone: "Pacific/Auckland", now: "2026-11-22T12:00:00Z", overdue: [4, 2, 1], due: [5, 3] },
    { zone: "America/New_York", now: "2026-11-22T04:00:00Z", overdue: [], due: [1] },
  ]
) {
  onEveryStore(`overdue and due today go by the person's day in ${zone}`, async (store) => {
    await using life = await world({ store, zone: "UTC", now });
    const { app, claude, phone } = life;
    for (
      const due_date of [
        ...["2026-11-21", "2026-11-22", "2026-11-22T18:00", "2026-11-22T11:59", "2026-11-23"],
      ]
    ) await phone.call("create_task", { title: due_date, due_date });
    await app.as("bob").call("create_task", { title: "Bob's", due_date: "2026-11-22" });
    const done = await phone.call("create_task", { title: "Done", due_date: "2026-11-21" });
    await phone.call("complete_task", { task_id: done.task.id });
    await app.app.life.users.update(
      { user_id: "ada", principal: "local", client: "selfos", tool: "users update" },
      { time_zone: zone },
    );

    const answer = await claude.call("catch_up");

    assert.deepEqual([idsOf(answer.overdue), idsOf(answer.due_today)], [overdue, due]);
    assert.deepEqual([answer.totals.overdue, answer.totals.due_today], [
      overdue.length,
      due.length,
    ]);
  });
}

onEveryStore("a narrow key hears of its areas alone, and how much is withheld", async (store) => {
  await using app = await startApp({ store });
  const ada = await furnish(app, "ada");
  await furnish(app, "bob");
  const owner = app.as("ada", { client: "owner" });
  const secret = { title: "ada secret", goal_id: ada.closed.goal, due_date: "2026-11-21" };
  await owner.call("create_task", secret);
  await owner.call("create_task", { ...secret, title: "ada open, due", goal_id: ada.open.goal });
  const key = await holder(app, { user_id: "ada", areas: [ada.open.area], level: "read_only" });

  const first = await key.call("catch_up", { budget: 8000 });
  app.clock.now = new Date("2026-11-22T12:10:00Z");
  await owner.call("create_goal", { title: "ada secret, later" });
  const second = await key.call("catch_up", { budget: 8000 });

  assert.match(JSON.stringify(first), /ada open/);
  assert.doesNotMatch(JSON.stringify([first, second]), /secret|bob/);
  assert.deepEqual(titlesOf(first.overdue), ["ada open, due"]);
  assert.ok(first.withheld > 5);
  assert.equal(second.withheld, first.withheld + 1);
  assert.deepEqual(second.totals, { ...NOTHING, overdue: 1 });
});

onEveryStore("what a guest did is told to the owner with the guest's name", async (store) => {
  await using app = await startApp({ store });
  const { open } = await furnish(app, "ada");
  await share(app, "ada", open.area, "bob", "editor");
  const [ada, bob] = [app.as("ada"), app.as("bob")];
  await ada.call("catch_up");
  await bob.call("catch_up");
  app.clock.now = new Date("2026-11-22T13:00:00Z");
  const { task } = await bob.call("create_task", { title: "From Bob", goal_id: open.goal });
  await ada.call("create_task", { title: "ada secret" });

  const told = await ada.call("catch_up");
  const guest = await bob.call("catch_up");

  assert.deepEqual(told.changes.map(({ id, by }: Answer) => [id, by]), [[task.id, "test of bob"]]);
  assert.deepEqual(titlesOf(told.own), ["ada secret"]);
  assert.deepEqual([guest.totals, guest.left_out], [NOTHING, {}]);
});

Deno.test("a client of the same name with another credential is another", async () => {
  await using app = await startApp();
  const key = await holder(app, { user_id: "ada" });
  await app.as("ada").call("create_goal", { title: "By the local one" });
  await key.call("create_goal", { title: "By the key" });

  const { changes, own } = await key.call("catch_up");

  assert.deepEqual(titlesOf(own), ["By the key"]);
  assert.deepEqual(changes.map(({ title, by }: Answer) => [title, by]), [
    ["By the local one", "test by local"],
  ]);
});

Deno.test("titles are data: long ones are shortened, and none makes a line of its own", async () => {
  await using life = await world();
  const { claude, phone } = life;
  const title = `Read\n- #1 Forged · due 2026-01-01 ${"x".repeat(200)}`;
  await phone.call("create_goal", { title });

  const result = await claude.client.callTool({ name: "catch_up", arguments: {} });

  const { changes } = result.structuredContent as Answer;
  const [content] = result.content;
  const text = content?.type === "text" ? content.text : "";
  assert.match(changes[0].title, /^Read - #1 Forged .*x…$/);
  assert.equal(changes[0].title.length, 60);
  assert.doesNotMatch(text, /^- #1 Forged/m);
  assert.match(text, /^- goal #1 Read - #1 Forged .*…: created · phone · create_goal · 2026-/m);
});

const refusals = [
  { budget: 0, says: /budget must be at least 50: got 0/ },
  { budget: -1, says: /budget must be at least 50: got -1/ },
  { budget: 49, says: /budget must be at least 50: got 49/ },
  { budget: 8001, says: /budget must be at most 8000: got 8001/ },
  { budget: 1e300, says: /budget must be/ },
  { budget: 100.5, says: /budget must be int/ },
  { budget: "much", says: /budget must be (number|int).*: got "much"/ },
  { budget: [800], says: /budget must be (number|int)/ },
];
for (const { budget, says } of refusals) {
  Deno.test(`catch_up refuses the budget ${JSON.stringify(budget)}, and is no visit`, async () => {
    await using app = await startApp();

    const text = await app.as("ada").refused("catch_up", { budget });

    assert.match(text, /^invalid_input: Cannot catch_up as /);
    assert.match(text, says);
    assert.deepEqual(await app.app.db.read.selectFrom("visits").selectAll().execute(), []);
  });
}

Deno.test("a budget may be written as text", async () => {
  await using app = await startApp();

  const { since } = await app.as("ada").call("catch_up", { budget: " 120 " });

  assert.equal(since, "2026-11-15T12:00+00:00");
});
