import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { settled } from "../search/memories.ts";
import { dumpOf } from "./answers.ts";

/** Past the 30 s in which the very same call is answered again. */
const LATER = new Date("2026-11-22T12:01:00Z");

const repeats = [
  { what: "word for word", content: "Café  Lumière opens at 8" },
  { what: "in other case", content: "CAFÉ LUMIÈRE OPENS AT 8" },
  { what: "with other spaces", content: "\tCafé Lumière\nopens   at 8 " },
];
for (const { what, content } of repeats) {
  onEveryStore(`a memory said again ${what} is the one that is there`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    await app.as("bob").call("add_memory", { content: "Café  Lumière opens at 8" });
    const { memory } = await ada.call("add_memory", { content: "Café  Lumière opens at 8" });
    const { replays: _, ...before } = await dumpOf(app);
    app.clock.now = LATER;

    const again = await app.as("ada", { client: "other" }).call("add_memory", { content });

    assert.deepEqual(again, { memory, existing: true, change_id: null });
    const { replays: __, ...after } = await dumpOf(app);
    assert.deepEqual(after, before);
  });
}

const others = [
  { but: "accents", one: "Das Café ist schön", other: "Das Cafe ist schon" },
  { but: "a voiced letter", one: "庭でかきを見つけた", other: "庭でかぎを見つけた" },
  { but: "a full stop", one: "The bus leaves at 8", other: "The bus leaves at 8." },
];
for (const { but, one, other } of others) {
  onEveryStore(`a memory that differs by ${but} is stored and reported`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { memory: { id, content } } = await ada.call("add_memory", { content: one });

    const added = await ada.call("add_memory", { content: other });

    assert.deepEqual([added.existing, added.memory.content], [undefined, other]);
    assert.deepEqual(added.likely_duplicate, { id, content });
    assert.equal((await ada.call("list_memories")).total, 2);
  });
}

onEveryStore("the words of another are no repeat", async (store) => {
  await using app = await startApp({ store });
  await app.as("bob").call("add_memory", { content: "Café Lumière opens at 8 every day" });

  const added = await app.as("ada").call("add_memory", {
    content: "Café Lumière opens at 8 every day",
  });

  assert.deepEqual([added.existing, added.likely_duplicate], [undefined, undefined]);
});

onEveryStore(
  "the same words of another day or thing are no repeat, those of another type are",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "Goal" });
    const content = "Walked along the river";
    const first = await ada.call("add_memory", { content, occurred_at: "2026-11-20" });
    app.clock.now = LATER;
    const others = [
      { occurred_at: "2026-11-19" },
      { occurred_at: "2026-11-20T10:00" },
      {},
      { occurred_at: "2026-11-20", goal_id: goal.id },
      { occurred_at: "2026-11-20", metadata: { km: 5 } },
    ];

    const added = [];
    for (const other of others) added.push(await ada.call("add_memory", { content, ...other }));
    const again = await ada.call("add_memory", {
      ...{ content, occurred_at: "friday", memory_type: "event" },
    });

    assert.equal(new Set(added.map(({ memory }) => memory.id)).size, others.length);
    for (const { existing, change_id } of added) {
      assert.deepEqual([existing, typeof change_id], [undefined, "number"]);
    }
    assert.deepEqual([again.existing, again.memory.id], [true, first.memory.id]);
  },
);

onEveryStore("what was forgotten, or was superseded, may be said again", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const old = await ada.call("add_memory", { content: "I take the bus to work" });
  const newer = await ada.call("add_memory", {
    content: "I ride a bike to the office",
    supersedes: old.memory.id,
  });
  app.clock.now = LATER;

  const again = await ada.call("add_memory", { content: "I take the bus to work" });
  await ada.call("forget_memory", { memory_id: newer.memory.id });
  const anew = await ada.call("add_memory", { content: "I ride a bike to the office" });

  assert.deepEqual([again.existing, anew.existing], [undefined, undefined]);
  assert.equal(new Set([old, newer, again, anew].map(({ memory }) => memory.id)).size, 4);
});

onEveryStore("a memory in almost the same words is stored and reported", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await app.as("bob").call("add_memory", { content: "I prefer a window seat on long flights" });
  const first = await ada.call("add_memory", { content: "I prefer window seats on long flights" });

  const near = await ada.call("add_memory", {
    content: "On a long flight I would prefer the window seat",
  });
  const other = await ada.call("add_memory", { content: "The window of the kitchen is broken" });

  const { id, content } = first.memory;
  assert.deepEqual([near.existing, near.likely_duplicate], [undefined, { id, content }]);
  assert.notEqual(near.memory.id, id);
  assert.equal(first.likely_duplicate, undefined);
  assert.equal(other.likely_duplicate, undefined);
  assert.equal((await ada.call("list_memories")).total, 3);
});

onEveryStore("supersedes links both, and one undo takes back both", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { memory: older } = await ada.call("add_memory", { content: "My doctor is Dr Weber" });
  const { memory: other } = await ada.call("add_memory", { content: "Bread rises overnight" });

  const { memory: newer, change_id, likely_duplicate } = await ada.call("add_memory", {
    content: "My doctor is Dr Klein",
    supersedes: older.id,
  });
  const { memories } = await settled(ada, "search_memory", { query: "who is my doctor Weber" });
  await ada.call("undo", { change_id });
  const undone = await ada.call("list_memories");

  assert.equal(likely_duplicate, undefined);
  const found = memories.map((one: typeof newer) => [one.id, one.superseded_by]);
  assert.deepEqual(found, [[newer.id, null], [other.id, null], [older.id, newer.id]]);
  assert.deepEqual(undone.memories, [other, older]);
});

onEveryStore("a memory whose successor is forgotten is superseded no more", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { memory: older } = await ada.call("add_memory", { content: "My doctor is Dr Weber" });
  await ada.call("add_memory", { content: "Bread rises overnight" });
  const { memory: newer } = await ada.call("add_memory", {
    content: "Dr Klein treats me",
    supersedes: older.id,
  });
  await ada.call("forget_memory", { memory_id: newer.id });

  const { memories } = await settled(ada, "search_memory", { query: "doctor Weber" });

  assert.deepEqual([memories[0].id, memories[0].superseded_by], [older.id, null]);
});

onEveryStore("the very same call within 30 s is answered again, not compared", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const first = await ada.call("add_memory", { content: "The spare key is under the pot" });

  const again = await ada.call("add_memory", { content: "The spare key is under the pot" });

  assert.deepEqual(again, { ...first, replayed: true });
  assert.equal((await ada.call("list_memories")).total, 1);
});

onEveryStore("two that say the same at once store it once", async (store) => {
  await using app = await startApp({ store });
  const clients = ["one", "two", "three", "four"];

  const answers = await Promise.all(
    clients.map((client, index) =>
      app.as("ada", { client }).call("add_memory", {
        content: "The spare key is under the pot",
        idempotency_key: `${index}`,
      })
    ),
  );

  assert.equal(new Set(answers.map(({ memory }) => memory.id)).size, 1);
  assert.equal(answers.filter(({ existing }) => existing).length, 3);
});
