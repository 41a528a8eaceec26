import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { allSeen, found, furnish, type Ids, share, unshare } from "../household.ts";
import { dumpOf } from "./answers.ts";

async function shared(store: StoreKind = "sqlite") {
  const app = await startApp({ store });
  const mine = await furnish(app, "ada");
  const bobs = await furnish(app, "bob");
  await share(app, "bob", bobs.open.area, "ada", "editor");
  // Something else stays shared, so that Ada goes on being a guest.
  const { life_area } = await app.as("bob").call("save_life_area", { name: "bob's other" });
  await share(app, "bob", life_area.id, "ada", "editor");
  const ada = app.as("ada");
  const written = { goal_id: bobs.open.goal, title: "bob open", description: "By Ada" };
  const { change_id } = await ada.call("update_goal", { ...written, idempotency_key: "k" });
  return {
    ...{ app, mine, bobs, ada, change: Number(change_id), written },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

interface End {
  readonly what: string;
  end(app: TestApp, ids: Ids): Promise<unknown>;
  again(app: TestApp, ids: Ids): Promise<unknown>;
}

const ends: readonly End[] = [
  {
    what: "the share is removed",
    end: (app, { area }) => unshare(app, "bob", area, "ada"),
    again: (app, { area }) => share(app, "bob", area, "ada", "editor"),
  },
  {
    what: "the owner is in the trash",
    end: ({ app }) => app.life.users.delete(ownerOf("bob", "users delete")),
    again: ({ app }) => app.life.history.undo(ownerOf("bob", "undo"), { last: true }),
  },
  {
    what: "the area is private again, as that it became open was undone",
    end: async (app, { area }) => {
      await makePrivate(app, area, true);
      const opened = await makePrivate(app, area, false);
      await share(app, "bob", area, "ada", "editor");
      await app.as("bob").call("undo", { change_id: opened });
    },
    again: openAgain,
  },
  {
    what: "the area is private",
    end: (app, { area }) => makePrivate(app, area, true),
    again: openAgain,
  },
];
for (const { what, end, again } of ends) {
  onEveryStore(`a share ends at once when ${what}`, async (store) => {
    await using life = await shared(store);
    const { app, ada, mine, bobs, change, written } = life;
    await end(app, bobs.open);
    const before = await dumpOf(app);

    const wrong = await found(ada, { ...bobs.open, change }, mine.open);
    const seen = JSON.stringify(await allSeen(ada, mine.open));
    const repeated = await ada.refused("update_goal", { ...written, idempotency_key: "k" });

    assert.deepEqual(wrong, []);
    assert.doesNotMatch(seen, /bob open/);
    assert.match(repeated, /^not_found: /);
    assert.deepEqual(await dumpOf(app), before);
    await again(app, bobs.open);
    assert.equal((await ada.call("get_goal", { goal_id: bobs.open.goal })).goal.owner, "bob");
    assert.deepEqual((await ada.call("undo", { change_id: change })).undone, [change]);
  });
}

onEveryStore("a guest in the trash reads and writes nothing any more", async (store) => {
  await using life = await shared(store);
  const { app, ada, bobs: { open }, change } = life;
  await app.app.life.users.delete(ownerOf("ada", "users delete"));
  const before = await dumpOf(app);

  const texts = [
    await ada.refused("get_goal", { goal_id: open.goal }),
    await ada.refused("list_tasks"),
    await ada.refused("update_goal", { goal_id: open.goal, title: "Mine" }),
    await ada.refused("create_task", { title: "x", goal_id: open.goal }),
    await ada.refused("undo", { change_id: change }),
  ];

  for (const text of texts) assert.match(text, /^not_found: Cannot find the person "ada"/);
  assert.deepEqual(await dumpOf(app), before);
});

Deno.test("an area in the trash is shared with nobody until it is back", async () => {
  await using life = await shared();
  const { app, ada } = life;
  const bob = app.as("bob");
  const { life_area, change_id } = await bob.call("save_life_area", { name: "Shed" });
  await share(app, "bob", life_area.id, "ada", "editor");

  const { change_id: undo } = await bob.call("undo", { change_id });
  const gone = await ada.call("list_life_areas");
  const refused = await ada.refused("create_goal", { title: "x", life_area_id: life_area.id });
  const unknown = await ada.refused("create_goal", { title: "x", life_area_id: 9999 });
  await bob.call("undo", { change_id: undo });
  const back = await ada.call("list_life_areas");

  assert.doesNotMatch(JSON.stringify(gone), /Shed/);
  assert.equal(refused.replaceAll(/\d+/g, "N"), unknown.replaceAll(/\d+/g, "N"));
  assert.match(JSON.stringify(back), /Shed/);
});

Deno.test("an editor who becomes a reader writes no more", async () => {
  await using life = await shared();
  const { app, ada, bobs: { open }, change } = life;
  await share(app, "bob", open.area, "ada", "reader");
  const before = await dumpOf(app);

  const refused = await ada.refused("update_goal", { goal_id: open.goal, title: "Mine" });
  const undo = await ada.refused("undo", { change_id: change });

  assert.match(refused, /^permission_denied: .* as reader/);
  assert.match(undo, /^not_found: /);
  assert.deepEqual(await dumpOf(app), before);
});

Deno.test("a goal that leaves the shared area takes its tasks out of reach", async () => {
  await using life = await shared();
  const { app, ada, mine, bobs, change } = life;
  await app.as("bob").call("update_goal", { goal_id: bobs.open.goal, life_area_id: null });

  const wrong = await found(ada, { ...bobs.open, area: 9998, change }, mine.open);

  assert.deepEqual(wrong, []);
  const { tasks } = await ada.call("list_tasks", { limit: 100 });
  assert.doesNotMatch(JSON.stringify(tasks), /bob/);
});

Deno.test("a guest is not answered with the owner's results, though both are called local", async () => {
  await using life = await shared();
  const { app, ada, bobs: { open, closed } } = life;
  const bob = app.as("bob");
  const { change_id } = await bob.call("update_goal", {
    goal_id: closed.goal,
    description: "Secret, too",
  });
  const choice = { change_id, idempotency_key: "same" };
  await bob.call("undo", choice);
  const created = { title: "Both", goal_id: open.goal, idempotency_key: "same" };
  const own = await bob.call("create_task", created);

  const undo = await ada.refused("undo", choice);
  const theirs = await ada.call("create_task", created);
  const repeated = await ada.call("create_task", created);

  assert.match(undo, /^not_found: Cannot find change \d+/);
  assert.notEqual(theirs.task.id, own.task.id);
  assert.deepEqual([theirs.replayed, repeated.replayed], [undefined, true]);
  assert.equal(repeated.task.id, theirs.task.id);
});

/** An area that is open again is not shared again by that. */
async function openAgain(app: TestApp, { area }: { area: number }): Promise<void> {
  await makePrivate(app, area, false);
  const { shares } = await app.app.life.shares.list("bob");
  assert.ok(!shares.some(({ area_id }) => area_id === area));
  await share(app, "bob", area, "ada", "editor");
}

async function makePrivate(app: TestApp, area: number, hidden: boolean): Promise<number> {
  const args = { life_area_id: area, name: "bob open", private: hidden };
  return (await app.as("bob").call("save_life_area", args)).change_id;
}
