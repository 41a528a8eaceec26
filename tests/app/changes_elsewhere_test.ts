/** What others write to the store is told once, whatever fails meanwhile. */
import assert from "node:assert/strict";
import { ChangesElsewhere } from "../../src/app/changes_elsewhere.ts";
import type { Change } from "../../src/events/events.ts";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";

/** A server beside the app, whose store it shares. */
function beside({ app: { db }, clock }: TestApp) {
  const told: number[] = [];
  const state = { followed: true, fails: false };
  const elsewhere = new ChangesElsewhere({
    db,
    isFollowed: () => state.followed,
    tell: ({ user_id, change_id }: Change) => {
      if (user_id !== "ada") return Promise.resolve();
      if (state.fails) return Promise.reject(new Error("nobody listens"));
      told.push(change_id);
      return Promise.resolve();
    },
    now: () => clock.now,
  });
  return { elsewhere, told, state };
}

async function write(app: TestApp): Promise<number> {
  const { change_id } = await app.as("ada").call("create_task", { title: crypto.randomUUID() });
  return change_id;
}

function later({ clock }: TestApp): void {
  clock.now = new Date(clock.now.getTime() + 60_000);
}

onEveryStore("what others write is told once, and not what was published", async (store) => {
  await using app = await startApp({ store });
  const { elsewhere, told } = beside(app);
  await write(app);
  later(app);
  await elsewhere.look();
  assert.deepEqual(told, []);

  const theirs = await write(app);
  const own = await write(app);
  elsewhere.note({ user_id: "ada", change_id: own, items: [] });
  await elsewhere.look();
  await elsewhere.look();

  assert.deepEqual(told, [theirs]);
});

onEveryStore("who begins to follow is told of what was written just then", async (store) => {
  await using app = await startApp({ store });
  const { elsewhere, told, state } = beside(app);
  state.followed = false;
  await elsewhere.look();
  await write(app);
  later(app);
  state.followed = true;
  const theirs = await write(app);

  await elsewhere.look();
  await elsewhere.look();

  assert.deepEqual(told, [theirs]);
});

onEveryStore("what cannot be told is told at the next look, and nothing twice", async (store) => {
  await using app = await startApp({ store });
  const { elsewhere, told, state } = beside(app);
  await write(app);
  later(app);
  await elsewhere.look();
  const theirs = [await write(app), await write(app)];
  state.fails = true;
  await assert.rejects(elsewhere.look(), /nobody listens/);
  state.fails = false;

  await elsewhere.look();
  await elsewhere.look();

  assert.deepEqual(told, theirs);
});

onEveryStore("a store that was put back is not told from its beginning", async (store) => {
  await using app = await startApp({ store });
  const { elsewhere, told } = beside(app);
  for (let count = 0; count < 5; count++) await write(app);
  const last = await write(app);
  later(app);
  await elsewhere.look();
  await app.app.db.write("ada", async (tx) => {
    await tx.deleteFrom("change_items").where("change_id", "=", last).execute();
    await tx.deleteFrom("changes").where("id", "=", last).execute();
  });
  await elsewhere.look();
  await elsewhere.look();
  assert.deepEqual(told, []);

  const theirs = await write(app);
  await elsewhere.look();

  assert.deepEqual(told, [theirs]);
});
