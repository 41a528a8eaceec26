import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { ownerOf } from "../../src/app.ts";
import { Interests } from "../../src/mcp/interests.ts";
import { type Answer, onEveryStore, startApp } from "../harness.ts";
import { furnish, holder, share, unshare } from "../household.ts";
import { until } from "../until.ts";

/** Longer than changes are gathered for. */
const SETTLED_MS = 250;

onEveryStore(
  "the list holds the tables, one's day, profile and active goals, nearest first",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal: later } = await ada.call("create_goal", { title: "Later" });
    app.clock.now = new Date("2026-11-22T13:00:00Z");
    const { goal } = await ada.call("create_goal", { title: "Sooner", target_date: "2026-12-01" });
    const { goal: paused } = await ada.call("create_goal", { title: "Paused" });
    await ada.call("update_goal", { goal_id: paused.id, status: "paused" });
    app.clock.now = new Date("2026-11-22T14:00:00Z");
    await ada.call("create_task", { title: "New", goal_id: later.id });
    await app.as("bob").call("create_goal", { title: "Secret" });

    const resources = await list(await ada.open());

    const goals = resources.filter(({ name }) => name === "goal_context");
    assert.deepEqual(resources.slice(0, 3).map(({ uri }) => uri), [
      "selfos://schema",
      "selfos://users/ada/today",
      "selfos://users/ada/profile",
    ]);
    assert.deepEqual(
      goals.map(({ uri, title, annotations }) => [uri, title, annotations?.lastModified]),
      [
        [`selfos://goals/${goal.id}/context`, "Sooner", "2026-11-22T13:00:00.000Z"],
        [`selfos://goals/${later.id}/context`, "Later", "2026-11-22T14:00:00.000Z"],
      ],
    );
    for (const { annotations, mimeType } of goals) {
      assert.deepEqual([annotations?.audience, mimeType], [["assistant"], "application/json"]);
    }
  },
);

Deno.test("a long list comes in pages without gaps, and ends", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  for (let index = 0; index < 120; index++) await ada.call("create_goal", { title: `G ${index}` });

  const resources = await list(await ada.open());

  const uris = resources.filter(({ name }) => name === "goal_context").map(({ uri }) => uri);
  assert.deepEqual([uris.length, new Set(uris).size], [120, 120]);
});

Deno.test("whoever lists reads all of it, and it shows what is shared and open, nothing else", async () => {
  await using app = await startApp();
  const bobs = await furnish(app, "bob");
  await share(app, "bob", bobs.open.area, "ada", "reader");
  const key = await holder(app, { user_id: "bob", areas: [bobs.open.area] });
  const narrow = await holder(app, {
    user_id: "bob",
    resources: [`selfos://goals/${bobs.open.goal}/*`],
  });
  const titles = ["bob open", "bob open, below"];

  for (
    const [caller, expected] of [[app.as("ada"), titles], [key, titles], [narrow, [
      "bob open",
    ]]] as const
  ) {
    const client = await caller.open();
    const resources = await list(client);
    const goals = resources.filter(({ name }) => name === "goal_context");
    assert.deepEqual(goals.map(({ title }) => title).sort(), [...expected]);
    for (const { uri } of resources) await client.readResource({ uri });
  }
});

/** How a client of each era comes to be told. */
const eras = [
  { era: "2025", options: {}, listen: async () => {} },
  {
    era: "2026",
    options: { revision: "2026-07-28" },
    listen: async (client: Client) => {
      const { honoredFilter } = await client.listen({ resourcesListChanged: true });
      assert.deepEqual(honoredFilter, { resourcesListChanged: true });
    },
  },
] as const;

for (const { era, options, listen } of eras) {
  Deno.test(`a client is told when its list changes, and only then, as of ${era}`, async () => {
    await using app = await startApp();
    const ada = app.as("ada");
    const client = await app.as("ada", { ...options, client: "listener" }).open();
    const told = hear(client);
    const stranger = await app.as("bob", { ...options, client: "listener" }).open();
    const strangers = hear(stranger);
    await listen(client);
    await listen(stranger);
    await settled();
    const changes = async (what: string, make: () => Promise<Answer>): Promise<Answer> => {
      const before = told.length;
      const answer = await make();
      await until(() => told.length > before).catch(() => assert.fail(what));
      await settled();
      assert.equal(told.length, before + 1, what);
      return answer;
    };

    const { goal } = await changes(
      "a new goal",
      () => ada.call("create_goal", { title: "Run" }),
    );
    const goal_id = goal.id;
    await changes("a new title", () => ada.call("update_goal", { goal_id, title: "Run far" }));
    await changes("a pause", () => ada.call("update_goal", { goal_id, status: "paused" }));
    await changes("the way back", () => ada.call("undo", { last: true }));
    const { task } = await ada.call("create_task", { title: "Shoes", goal_id });
    await ada.call("complete_task", { task_id: task.id });
    await ada.call("update_goal", { goal_id, description: "42 km", target_date: "2027-01-01" });
    await ada.call("save_life_area", { name: "Health" });
    await ada.call("add_memory", { content: "It rained" });
    const after = told.length;
    await settled();
    assert.equal(told.length, after, "what changes nothing of the list");
    await changes("the trash", () => ada.call("delete_goal", { goal_id }));

    assert.deepEqual(strangers, []);
  });

  Deno.test(`a burst of changes of the list is told once, as of ${era}`, async () => {
    await using app = await startApp();
    const client = await app.as("ada", { ...options, client: "listener" }).open();
    const told = hear(client);
    await listen(client);
    await settled();

    await Promise.all(
      ["a", "b", "c", "d", "e"].map((title) => app.as("ada").call("create_goal", { title })),
    );
    await settled();

    assert.ok(told.length >= 1 && told.length < 5, `told ${told.length} times`);
  });

  Deno.test(`a guest is told of the goals that are shared, and of no other, as of ${era}`, async () => {
    await using app = await startApp();
    const bobs = await furnish(app, "bob");
    await share(app, "bob", bobs.open.area, "ada", "reader");
    const client = await app.as("ada", { ...options, client: "listener" }).open();
    const told = hear(client);
    await listen(client);
    await settled();

    await app.as("bob").call("update_goal", { goal_id: bobs.closed.goal, title: "secret, too" });
    await app.as("bob").call("create_goal", { title: "secret, new" });
    await settled();
    assert.deepEqual(told, []);
    await app.as("bob").call("update_goal", { goal_id: bobs.open.goal, title: "Ours" });
    await until(() => told.length === 1);
    await unshare(app, "bob", bobs.open.area, "ada");
    await app.as("bob").call("update_goal", { goal_id: bobs.open.goal, title: "Mine" });
    await settled();

    assert.equal(told.length, 1);
  });
}

Deno.test("a narrow key is not told of what is withheld", async () => {
  await using app = await startApp();
  const mine = await furnish(app, "ada");
  const client = await (await holder(app, { user_id: "ada", areas: [mine.open.area] })).open();
  const told = hear(client);
  await settled();

  await app.as("ada").call("create_goal", { title: "secret", life_area_id: mine.closed.area });
  await app.as("ada").call("update_goal", { goal_id: mine.closed.goal, status: "paused" });
  await settled();
  assert.deepEqual(told, []);
  await app.as("ada").call("update_goal", { goal_id: mine.open.goal, status: "paused" });
  await until(() => told.length === 1);
});

Deno.test("a list that was read since is known: only what changes after it is told", async () => {
  await using app = await startApp();
  const client = await app.as("ada", { client: "listener" }).open();
  const told = hear(client);
  await list(client);
  const { goal } = await app.as("ada").call("create_goal", { title: "Run" });
  await list(client);
  await settled();
  told.length = 0;

  await app.as("ada").call("update_goal", { goal_id: goal.id, description: "Far" });
  await settled();

  assert.deepEqual(told, []);
});

Deno.test("a review finds what no event tells of: a share that has ended", async () => {
  await using app = await startApp();
  const bobs = await furnish(app, "bob");
  await share(app, "bob", bobs.open.area, "ada", "reader");
  const { engine } = app.app;
  const ada = { user_id: "ada", level: "read_only", id: "local" } as const;
  const interests = new Interests(() => Promise.resolve(engine), ada);
  let told = 0;
  interests.list.toldBy(() => Promise.resolve(void told++));
  await interests.followList();

  await interests.review();
  assert.equal(told, 0);
  await unshare(app, "bob", bobs.open.area, "ada");
  await interests.review();
  await interests.review();
  assert.equal(told, 1);
  await app.app.life.users.delete(ownerOf("ada", "users delete"));
  await interests.review();
  assert.equal(told, 1);
  interests.close();
});

Deno.test("who has left is told of no list", async () => {
  await using app = await startApp();
  const client = await app.as("ada", { client: "leaving" }).open();
  await settled();
  assert.ok(app.app.engine.subscriptions.lists.any);

  await client.close();
  await settled();

  assert.ok(!app.app.engine.subscriptions.lists.any);
});

async function list(client: Client) {
  const found = [];
  let cursor: string | undefined;
  do {
    const page = await client.listResources(cursor === undefined ? {} : { cursor });
    found.push(...page.resources);
    cursor = page.nextCursor;
    assert.ok(found.length < 1000, "the pages do not end");
  } while (cursor !== undefined);
  return found;
}

function hear(client: Client): string[] {
  const told: string[] = [];
  client.setNotificationHandler("notifications/resources/list_changed", ({ method }) => {
    told.push(method);
  });
  return told;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
}
