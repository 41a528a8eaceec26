import assert from "node:assert/strict";
import { sql } from "kysely";
import { ownerOf } from "../../../src/app.ts";
import { onEveryStore, type TestApp } from "../../harness.ts";
import { until } from "../../until.ts";
import { ADA, add, open, vectorsIn } from "./world.ts";

async function embeddedIn({ app }: TestApp): Promise<string[]> {
  const rows = await app.db.read.selectFrom("memories").select("embedded").orderBy("id").execute();
  return rows.map(({ embedded }) => embedded);
}

onEveryStore("a person of whom nothing is left to embed is no failure", async (store) => {
  await using world = await open(store, []);
  const indexer = world.start();

  indexer.nudge(ADA);
  const left = await indexer.catchUp(ADA, 1000);
  await new Promise((resolve) => setTimeout(resolve, 200));

  assert.equal(left, 0);
  assert.deepEqual([world.records, world.model.requests], [[], []]);
});

onEveryStore("many texts are embedded, each once, and nobody else's", async (store) => {
  await using world = await open(store, Array.from({ length: 40 }, (_, at) => `Number ${at}`));
  const actor = ownerOf("bob", "add_memory");
  await world.app.app.life.memories.add(actor, { content: "Of Bob alone" });
  const indexer = world.start();

  const left = await indexer.catchUp(ADA, 5000);

  assert.equal(left, 0);
  assert.equal((await vectorsIn(world.app)).length, 40);
  assert.equal(world.model.requests.flat().length, 40);
  assert.doesNotMatch(world.model.requests.flat().join(), /Bob/);
});

onEveryStore(
  "a text that the model refuses is found by its words alone, and holds up no other",
  async (store) => {
    const contents = Array.from({ length: 20 }, (_, at) => at === 7 ? "poison" : `Number ${at}`);
    await using world = await open(store, contents);
    world.model.refuses = (texts) => texts.includes("poison");
    const indexer = world.start();

    const left = await indexer.catchUp(ADA, 5000);

    assert.equal(left, 0);
    assert.equal((await vectorsIn(world.app)).length, 19);
    assert.deepEqual(world.records, [
      "Cannot embed {entity} {id}, which only its words find now: {reason} " +
      '{"entity":"memory","id":8,"reason":"it does not like this"}',
    ]);
  },
);

onEveryStore(
  "a model that cannot be used costs no text its vectors, and is tried again when it answers",
  async (store) => {
    await using world = await open(store, ["One", "Two"]);
    world.model.refuses = () => true;
    const indexer = world.start();

    const begun = performance.now();
    const down = await indexer.catchUp(ADA, 5000);
    const waited = performance.now() - begun;
    world.model.refuses = () => false;
    indexer.wake();
    await until(async () => (await vectorsIn(world.app)).length === 2);

    assert.equal(down, 2);
    assert.ok(waited < 2000, `somebody waited ${waited} ms for what is down`);
    assert.match(world.records[0] ?? "", /"pause":2\}/);
  },
);

onEveryStore(
  "one answer of other dimensions drops nothing; a model that keeps to them is another one",
  async (store) => {
    await using world = await open(store, ["One", "Two"]);
    const indexer = world.start();
    await indexer.catchUp(ADA, 5000);
    await add(world.app, "Three");

    world.model.dims = 7;
    const { promise, resolve } = Promise.withResolvers<void>();
    world.model.gate = promise;
    indexer.nudge(ADA);
    await until(() => world.model.requests.at(-1)?.includes("Three") === true);
    world.model.dims = 4;
    resolve();
    await until(() => world.records.length > 0);
    const once = await vectorsIn(world.app);
    world.model.dims = 7;
    indexer.wake();
    await until(async () =>
      (await vectorsIn(world.app)).filter(({ dims }) => dims === 7).length === 3
    );

    assert.deepEqual(once.map(({ dims }) => dims), [4, 4]);
    assert.equal((await vectorsIn(world.app)).length, 3);
  },
);

onEveryStore("what was outgrown is embedded anew without a new text", async (store) => {
  await using world = await open(store, ["One", "Two"]);
  const indexer = world.start();
  await indexer.catchUp(ADA, 5000);

  world.model.dims = 7;
  indexer.outgrown("ada", "memory");

  await until(async () => {
    const vectors = await vectorsIn(world.app);
    return vectors.length === 2 && vectors.every(({ dims }) => dims === 7);
  });
  assert.equal((await vectorsIn(world.app)).length, 2);
});

onEveryStore("what another server has embedded meanwhile is not stored again", async (store) => {
  await using world = await open(store, ["One", "Two", "Three"]);
  const { promise, resolve } = Promise.withResolvers<void>();
  world.model.gate = promise;
  const [one, other] = [world.start(), world.start()];

  one.nudge(ADA);
  other.nudge(ADA);
  await until(() => world.model.requests.length === 2);
  resolve();
  await Promise.all([one.catchUp(ADA, 5000), other.catchUp(ADA, 5000)]);
  await new Promise((resolve) => setTimeout(resolve, 200));

  const { rows: [{ last } = { last: 0 }] } = await sql<{ last: number }>`
    select max(id) as last from vectors`.execute(world.app.app.db.read);
  assert.equal(last, 3);
});

onEveryStore(
  "a text that is rewritten while it is embedded is embedded as it is now",
  async (store) => {
    await using world = await open(store, ["One"]);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.model.gate = promise;
    const indexer = world.start();

    indexer.nudge(ADA);
    await until(() => world.model.requests.length === 1);
    await world.app.app.life.memories.update(ownerOf("ada", "update_memory"), 1, {
      content: "Two!",
    });
    resolve();
    await indexer.catchUp(ADA, 5000);

    assert.deepEqual(world.model.requests.flat(), ["One", "Two!"]);
    assert.deepEqual(await embeddedIn(world.app), ["odd"]);
  },
);

onEveryStore("a change that leaves the text as it is asks no model", async (store) => {
  await using world = await open(store, ["One"]);
  const indexer = world.start();
  await indexer.catchUp(ADA, 5000);

  const actor = ownerOf("ada", "update_memory");
  await world.app.app.life.memories.update(actor, 1, { memory_type: "fact" });
  const stale = await embeddedIn(world.app);
  await indexer.catchUp(ADA, 5000);

  assert.deepEqual([stale, await embeddedIn(world.app)], [[""], ["odd"]]);
  assert.equal(world.model.requests.length, 1);
});

onEveryStore("every nudge is heeded, whenever it comes", async (store) => {
  await using world = await open(store, []);
  const indexer = world.start();

  for (let at = 0; at < 60; at++) {
    await add(world.app, `Number ${at}`);
    indexer.nudge(ADA);
    for (let turn = 0; turn < at; turn++) await Promise.resolve();
    if (at % 3 === 0) await new Promise((resolve) => setTimeout(resolve, at / 10));
  }

  await until(async () => (await vectorsIn(world.app)).length === 60);
});

onEveryStore("nobody waits for an indexer that is closed", async (store) => {
  await using world = await open(store, ["One"]);
  const { promise, resolve } = Promise.withResolvers<void>();
  world.model.gate = promise;
  const indexer = world.start();
  const begun = performance.now();

  const waiting = indexer.catchUp(ADA, 10_000);
  await until(() => world.model.requests.length === 1);
  const closing = indexer[Symbol.asyncDispose]();
  resolve();
  await closing;

  await waiting;
  assert.ok(performance.now() - begun < 3000);
});
