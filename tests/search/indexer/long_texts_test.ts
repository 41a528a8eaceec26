import assert from "node:assert/strict";
import { ownerOf } from "../../../src/app.ts";
import { onEveryStore } from "../../harness.ts";
import { until } from "../../until.ts";
import { ADA, add, open, vectorsIn } from "./world.ts";

/** In characters, of all texts: the built-in model takes no longer than 0.3 s for them. */
const MOST_AT_ONCE = 1500;

onEveryStore("a long text does not hold up the short ones of others", async (store) => {
  const long = Array.from({ length: 12_000 }, (_, at) => `word${at}`).join(" ");
  await using world = await open(store, [long]);
  const bob = ownerOf("bob", "add_memory");
  await world.app.app.life.memories.add(bob, { content: "Short" });
  const indexer = world.start();

  indexer.nudge(ADA);
  indexer.nudge({ user_id: "bob", entity: "memory" });
  await until(() => world.model.requests.flat().includes("Short"));
  await until(async () => await indexer.catchUp(ADA, 5000) === 0);

  const { requests } = world.model;
  const pieces = requests.flat().filter((text) => text !== "Short");
  assert.ok(requests.findIndex((texts) => texts.includes("Short")) <= 1);
  assert.ok(requests.length > 3);
  assert.equal((await vectorsIn(world.app)).length, pieces.length + 1);
  assert.equal(pieces.join(" "), long);
});

onEveryStore("a new text goes before long ones that are in progress, whose ever", async (store) => {
  const long = Array.from({ length: 5 }, (_, at) => `${at} long `.repeat(12_000));
  await using world = await open(store, long.slice(0, 3));
  for (const content of long.slice(3)) await add(world.app, content, "bob");
  const indexer = world.start();
  const { requests } = world.model;

  const at: number[] = [];
  world.model.onRequest = async () => {
    if (requests.length !== 10 && requests.length !== 20) return;
    at.push(requests.length);
    await add(world.app, `Short ${requests.length}`, requests.length === 10 ? "ada" : "bob");
    await add(world.app, `Of some length ${requests.length} `.repeat(150));
    indexer.nudge({ ...ADA, user_id: requests.length === 10 ? "ada" : "bob" });
    indexer.nudge(ADA);
  };
  indexer.nudge(ADA);
  indexer.nudge({ ...ADA, user_id: "bob" });
  await until(() => requests.length > 60);

  assert.deepEqual(at, [10, 20]);
  for (const begun of at) {
    const place = requests.findIndex((texts) => texts.includes(`Short ${begun}`));
    assert.ok(place - begun < 3, `text ${begun} was embedded in request ${place}`);
    const last = requests.findLastIndex(([text]) => text?.includes(`length ${begun}`));
    assert.ok(last - begun < 12, `text of some length ${begun} ended with request ${last}`);
  }
  for (const texts of requests) assert.ok(texts.join("").length <= MOST_AT_ONCE);
});

onEveryStore("long texts come to an end however many short ones follow", async (store) => {
  await using world = await open(store, ["long ".repeat(4000)]);
  const indexer = world.start();
  let count = 0;
  world.model.onRequest = async () => {
    if (count > 200) return;
    await add(world.app, `Short ${count++}`);
    indexer.nudge(ADA);
  };

  indexer.nudge(ADA);
  await until(async () => (await vectorsIn(world.app)).some(({ entity_id }) => entity_id === 1));

  const last = world.model.requests.findLastIndex(([text]) => text?.startsWith("long"));
  assert.ok(last < 150, `it ended with request ${last}`);
});

onEveryStore("long texts of many people all come to an end", async (store) => {
  await using world = await open(store, []);
  const people = Array.from({ length: 12 }, (_, at) => `person${at}`);
  for (const person of people) {
    await world.app.app.life.users.create(ownerOf(person, "test"), {});
    await add(world.app, "long ".repeat(2000), person);
  }
  const indexer = world.start();

  for (const user_id of people) indexer.nudge({ ...ADA, user_id });
  await until(async () =>
    new Set((await vectorsIn(world.app)).map(({ entity_id }) => entity_id)).size === people.length
  );

  const pieces = world.model.requests.flat();
  assert.equal(pieces.length, (await vectorsIn(world.app)).length);
});
