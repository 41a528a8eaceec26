import assert from "node:assert/strict";
import { sql } from "kysely";
import { openApp } from "../../src/app.ts";
import { Visits } from "../../src/insights/catch_up/visits.ts";
import { recordingLog } from "../events/recording_log.ts";
import { type Answer, NOW, onEveryStore, startApp, type TestApp } from "../harness.ts";
import { callTool } from "../../src/mcp/call.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import { titlesOf } from "./answers.ts";

function after(app: TestApp, minutes: number): void {
  app.clock.now = new Date(Date.parse(NOW) + minutes * 60_000);
}

async function visitsOf({ app }: TestApp) {
  return await app.db.read.selectFrom("visits").selectAll().orderBy("client").execute();
}

onEveryStore("a first visit looks back seven days, and says so", async (store) => {
  await using app = await startApp({ store, now: "2026-11-15T11:59:00Z" });
  const ada = app.as("ada");
  const phone = app.as("ada", { client: "phone" });
  await phone.call("create_goal", { title: "Eight days ago" });
  after(app, -7 * 24 * 60);
  await phone.call("create_goal", { title: "Seven days ago" });
  after(app, 0);

  const answer = await ada.call("catch_up");

  assert.equal(answer.first_visit, true);
  assert.equal(answer.since, "2026-11-15T12:00+00:00");
  assert.deepEqual(titlesOf(answer.changes), ["Seven days ago"]);
});

onEveryStore("each client has a mark of its own, and each person", async (store) => {
  await using app = await startApp({ store });
  const [claude, cursor] = ["claude", "cursor"].map((client) => app.as("ada", { client }));
  const phone = app.as("ada", { client: "phone" });
  await claude!.call("catch_up");
  after(app, 10);
  await phone.call("create_goal", { title: "First" });
  await cursor!.call("catch_up");
  await app.as("bob", { client: "cursor" }).call("create_goal", { title: "Bob's" });
  after(app, 20);
  await phone.call("create_goal", { title: "Second" });

  const answers = [
    await claude!.call("catch_up"),
    await cursor!.call("catch_up"),
    await app.as("bob", { client: "claude" }).call("catch_up"),
  ];

  assert.deepEqual(answers.map(({ changes }) => titlesOf(changes)), [
    ["Second", "First"],
    ["Second"],
    ["Bob's"],
  ]);
  assert.deepEqual(answers.map(({ first_visit }) => first_visit), [undefined, undefined, true]);
});

onEveryStore(
  "a call within five minutes tells all again, and loses nothing after",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const phone = app.as("ada", { client: "phone" });
    await ada.call("catch_up");
    const told: Answer[] = [];
    const steps = [[10, "One"], [14, "Two"], [16, "Three"], [30, undefined]] as const;
    for (const [minutes, title] of steps) {
      after(app, minutes);
      if (title) await phone.call("create_goal", { title });
      told.push(await ada.call("catch_up"));
    }

    assert.deepEqual(
      told.map((
        { since, repeated, changes },
      ) => [since.slice(11, 16), repeated, titlesOf(changes)]),
      [
        ["12:00", undefined, ["One"]],
        ["12:00", true, ["Two", "One"]],
        ["12:10", undefined, ["Three", "Two"]],
        ["12:16", undefined, []],
      ],
    );
  },
);

onEveryStore("a first visit that is repeated is still the first", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await app.as("ada", { client: "phone" }).call("create_goal", { title: "One" });
  const first = await ada.call("catch_up");
  after(app, 4);

  const second = await ada.call("catch_up");

  assert.deepEqual(second, first);
});

onEveryStore("instances on one store share the marks", async (store) => {
  await using app = await startApp({ store });
  await using other = await openApp(app.config, { now: () => app.clock.now });
  const principal = { user_id: "ada", level: "read_only", id: "local" } as const;
  const exchange = silentExchange("test", new AbortController().signal);
  const there = async () =>
    (await callTool(other.engine, principal, "catch_up", {}, exchange)).output as Answer;
  await app.as("ada").call("catch_up");
  after(app, 10);
  await app.as("ada", { client: "phone" }).call("create_goal", { title: "Run" });

  const answers = [await there()];
  after(app, 20);
  answers.push(await app.as("ada").call("catch_up"));
  after(app, 30);
  const together = await Promise.all([there(), app.as("ada").call("catch_up")]);

  assert.deepEqual(answers.map(({ since, changes }) => [since.slice(11, 16), titlesOf(changes)]), [
    ["12:00", ["Run"]],
    ["12:10", []],
  ]);
  for (const { since, changes } of together) {
    assert.deepEqual([since.slice(11, 16), changes], ["12:20", []]);
  }
  assert.equal((await visitsOf(app)).length, 1);
});

onEveryStore("a visit is in no journal, and one of a read_only key counts", async (store) => {
  await using app = await startApp({ store });
  const reader = app.as("ada", { level: "read_only" });
  const { total: before } = await reader.call("list_changes");

  await reader.call("catch_up");
  after(app, 10);
  const { first_visit } = await reader.call("catch_up");

  assert.equal(first_visit, undefined);
  assert.equal((await reader.call("list_changes")).total, before);
});

onEveryStore("a rehearsal answers, and is no visit", async (store) => {
  await using app = await startApp({ store });
  await using rehearsal = await openApp(app.config, { now: () => app.clock.now, rehearsal: true });
  const principal = { user_id: "ada", level: "read_only", id: "local" } as const;
  const exchange = silentExchange("test", new AbortController().signal);

  const { output } = await callTool(rehearsal.engine, principal, "catch_up", {}, exchange);

  assert.equal(output["first_visit"], true);
  assert.deepEqual(await visitsOf(app), []);
});

onEveryStore(
  "old visits are forgotten, and those of more clients than a person has",
  async (store) => {
    await using app = await startApp({ store });
    const visitAt = (minutes: number, user_id = "ada") => ({
      ...{ user_id, principal: "local", client: `client ${minutes}`, change_id: 0 },
      ...{ since_at: null, since_change_id: null },
      at: new Date(Date.parse(NOW) - minutes * 60_000).toISOString(),
    });
    const old = 90 * 24 * 60 + 1;
    const recent = Array.from({ length: 120 }, (_, index) => visitAt(index + 1));
    await app.app.db.write("ada", async (tx) => {
      await tx.insertInto("visits").values([visitAt(old, "bob"), visitAt(old - 2), visitAt(old)])
        .execute();
    });

    await app.as("ada").call("catch_up");
    const some = await visitsOf(app);
    await app.app.db.write("ada", async (tx) => {
      await tx.insertInto("visits").values(recent).execute();
    });
    await app.as("ada", { client: "one more" }).call("catch_up");
    const most = await visitsOf(app);

    const clients = some.map(({ user_id, client }) => `${user_id} ${client}`);
    assert.deepEqual(clients.sort(), [`ada client ${old - 2}`, "ada test", `bob client ${old}`]);
    const left = most.filter(({ user_id }) => user_id === "ada").map(({ client }) => client);
    assert.equal(left.length, 100);
    assert.ok(
      ["one more", "test", "client 98"].every((client) => left.includes(client)),
      `${left}`,
    );
  },
);

Deno.test("where a visit cannot be noted the answer is true, and the log says so", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  await ada.call("catch_up");
  after(app, 10);
  await app.as("ada", { client: "phone" }).call("create_goal", { title: "Run" });
  const { db } = app.app;
  await db.write("ada", (tx) =>
    sql`create trigger closed before insert on visits
      begin select raise(abort, 'attempt to write a readonly database'); end`.execute(tx));

  const first = await ada.call("catch_up");
  after(app, 20);
  const second = await ada.call("catch_up");
  const { log, records } = recordingLog();
  const visitor = { user_id: "ada", principal: "local", client: "new" };
  await new Visits({ db, log }).note(visitor, undefined, { at: NOW, change_id: 0 });

  assert.deepEqual([first, second].map(({ changes }) => titlesOf(changes)), [["Run"], ["Run"]]);
  assert.equal(second.repeated, undefined);
  assert.equal(records.length, 1);
  assert.match(records[0]!, /^Cannot note the visit of .*"client":"new".*it is read-only/);
});
