import assert from "node:assert/strict";
import fc from "fast-check";
import type { Database } from "../../src/db/db.ts";
import { likeness, Lookalikes } from "../../src/search/lookalikes.ts";
import { onEveryStore, startApp } from "../harness.ts";

const LEAST = 0.6;

onEveryStore(
  "the words that look most like a mistyped one are found, whatever their letters",
  async (store) => {
    await using test = await startApp({ store });
    const lookalikes = new Lookalikes(test.app.db);
    const word = fc.string({
      unit: fc.constantFrom(...Array.from("abcdefg7")),
      minLength: 5,
      maxLength: 9,
    });
    const words = fc.sample(word, { numRuns: 300, seed: 7 });
    await test.as("ada").call("add_memory", { content: words.join(" ") });
    await test.as("bob").call("add_memory", { content: "abcdefga abcdefgb" });
    const known = await wordsOf(test.app.db, "ada");

    for (const mistyped of fc.sample(word, { numRuns: 100, seed: 8 })) {
      const found = await lookalikes.of("ada", mistyped);

      const all = known.map((other) => likeness(mistyped, other, LEAST)).filter((it) =>
        it >= LEAST
      );
      const nearest = all.sort((a, b) => b - a).slice(0, 5);
      assert.deepEqual(
        found.map(({ likeness }) => likeness),
        /^\d+$/.test(mistyped) ? [] : nearest,
      );
      for (const { word } of found) assert.ok(known.includes(word), `${word} is not Ada's`);
    }
  },
);

async function wordsOf({ read }: Database, user_id: string): Promise<string[]> {
  const rows = await read.selectFrom("memory_words").select("word").where("user_id", "=", user_id)
    .execute();
  return rows.map(({ word }) => word);
}
