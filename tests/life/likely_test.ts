import assert from "node:assert/strict";
import { shelves } from "../../src/life/records.ts";
import { NOW, onEveryStore, startApp, type TestApp } from "../harness.ts";

const ONE = "Zebras graze beside the platypus pond of Melbourne";
const OTHER = "The zebras of Melbourne graze by the pond beside the platypus";

/** So many words of six letters, one more or less alike. */
const words = (count: number) =>
  Array.from({ length: count }, (_, index) => `q${(10_000 + index).toString()}`).join(" ");

/** Stores memories of Ada as if they had been added one by one. */
async function store({ app }: TestApp, contents: readonly string[]): Promise<void> {
  const blank = {
    ...{ user_id: "ada", memory_type: "fact", metadata: null, occurred_at: null, goal_id: null },
    ...{ task_id: null, superseded_by: null, source: "client", client: "test" },
    ...{ created_at: NOW, updated_at: NOW, deleted_at: null },
  };
  await app.db.write("ada", async (tx) => {
    for (const content of contents) await shelves.memory.insert(tx, { ...blank, content });
  });
}

onEveryStore("texts that are too long to be alike hide none that is", async (kind) => {
  await using app = await startApp({ store: kind });
  const ada = app.as("ada");
  const { memory: { id, content } } = await ada.call("add_memory", { content: ONE });
  await store(app, [
    ...Array(200).fill(`${words(300)} zebras`),
    ...Array(200).fill(`${words(300)} graze`),
  ]);

  const { likely_duplicate } = await ada.call("add_memory", { content: OTHER });

  assert.deepEqual(likely_duplicate, { id, content });
});

const alike = [
  {
    what: "a long text with another end",
    one: `${words(3000)} zebra`,
    other: `${words(3000)} koala`,
  },
  { what: "a text of stop words", one: "To be, or not to be", other: "To be or not to be!" },
  { what: "a text without spaces", one: "庭でかきを見つけた", other: "庭でかぎを見つけました" },
  {
    what: "a text with many more stop words",
    one: "Tom likes cheese",
    other:
      "It is so that Tom likes the cheese very much, as all of us do, and more than any of them",
  },
];
for (const { what, one, other } of alike) {
  onEveryStore(`${what} is likely the same`, async (kind) => {
    await using app = await startApp({ store: kind });
    const ada = app.as("ada");
    await app.as("bob").call("add_memory", { content: one });
    const { memory: { id, content } } = await ada.call("add_memory", { content: one });

    const added = await ada.call("add_memory", { content: other });

    assert.equal(added.existing, undefined);
    assert.ok(added.likely_duplicate?.id === id && added.likely_duplicate.content === content);
  });
}

const unlike = [
  { what: "one that begins with the other", one: words(300), other: words(700) },
  { what: "a part of the other", one: words(700), other: words(300) },
  { what: "a short part of the other", one: words(700), other: words(200) },
  { what: "one that shares half", one: "Tom likes cheese", other: "Tom likes wine" },
];
for (const { what, one, other } of unlike) {
  onEveryStore(`${what} is another`, async (kind) => {
    await using app = await startApp({ store: kind });
    const ada = app.as("ada");
    await ada.call("add_memory", { content: one });

    const added = await ada.call("add_memory", { content: other });

    assert.deepEqual([added.existing, added.likely_duplicate?.id], [undefined, undefined]);
  });
}
