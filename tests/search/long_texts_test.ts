import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { dumpOf } from "../tools/answers.ts";
import { remember, settled } from "./memories.ts";

const FILLING = "The committee met again and talked about the budget of the year. ";
const FACT =
  "My sister is allergic to peanuts. She fell seriously ill after a satay sauce, and has " +
  "carried an adrenaline pen in her handbag wherever she goes ever since that evening. Whoever " +
  "cooks for her reads the label of every packet and washes the pans twice.";
const LONGEST = 100_000;

onEveryStore(
  "a fact at the end of the longest memory is found, by words and by meaning",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const filling = FILLING.repeat(LONGEST / FILLING.length + 1).slice(
      0,
      LONGEST - FACT.length - 1,
    );
    const [, longest] = await remember(
      ada,
      "The bus leaves at nine",
      `${filling} ${FACT}`,
      "The tyres of the car are worn",
    );

    const words = await ada.call("search_memory", { query: "allergic peanuts" });
    const meaning = await settled(ada, "search_memory", {
      query: "which food makes a relative of mine sick",
    });

    assert.equal(words.memories[0].id, longest);
    assert.equal(meaning.memories[0].id, longest);
  },
);

const contents = [
  { when: "it is empty", content: "", says: /content must have at least 1 character/ },
  { when: "it is blank", content: " \n\t ", says: /content must have at least 1 character/ },
  {
    when: "it is a character too long",
    content: "x".repeat(LONGEST + 1),
    says: /100000 characters/,
  },
  { when: "it is a megabyte", content: "word ".repeat(200_000), says: /at most 100000 characters/ },
];
for (const { when, content, says } of contents) {
  onEveryStore(`a memory is refused when ${when}, and nothing is stored`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const [memory_id] = await remember(ada, "A memory");
    const before = await dumpOf(app);

    const added = await ada.refused("add_memory", { content });
    const updated = await ada.refused("update_memory", { memory_id, content });

    for (const text of [added, updated]) {
      assert.match(text, /^invalid_input: Cannot (add|update)_memory as content/);
      assert.match(text, says);
      assert.ok(text.length < 1000);
    }
    assert.deepEqual(await dumpOf(app), before);
  });
}

Deno.test("metadata is refused when it is too long, deep or no object", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const deep = JSON.parse("[".repeat(5000) + "]".repeat(5000));

  const texts = [];
  for (const metadata of [{ a: "x".repeat(10_000) }, { a: deep }, [1], "word", 5]) {
    texts.push(await ada.refused("add_memory", { content: "A memory", metadata }));
  }

  for (const text of texts) assert.match(text, /^invalid_input: .*(metadata|nested|deep)/);
  assert.equal((await ada.call("list_memories")).total, 0);
});

Deno.test("texts that are all one word, one letter or no word at all are kept and found again", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const contents = ["x".repeat(3000), "x", "?!", "😀".repeat(1000), "\u0301", "one\u2028two"];

  const ids = await remember(ada, ...contents);

  const { memories } = await ada.call("list_memories");
  assert.deepEqual(memories.map(({ id }: { id: number }) => id), ids.toReversed());
  assert.equal((await ada.call("search_memory", { query: "😀" })).memories[0].id, ids[3]);
});
