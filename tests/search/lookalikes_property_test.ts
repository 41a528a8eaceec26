import assert from "node:assert/strict";
import type { Database } from "../../src/db/db.ts";
import { stemOf } from "../../src/life/terms.ts";
import { likeness, Lookalikes } from "../../src/search/lookalikes.ts";
import { onEveryStore, startApp } from "../harness.ts";
import fc from "../properties.ts";

const leastOf = (a: string, b: string) => Math.min(a.length, b.length) < 5 ? 0.75 : 0.6;

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
    const known = await stemsOf(test.app.db, "ada");

    for (const mistyped of fc.sample(word, { numRuns: 100, seed: 8 })) {
      const found = await lookalikes.of("ada", mistyped);

      const forms = [mistyped, stemOf(mistyped)];
      const all = known
        .map((stem) => Math.max(...forms.map((form) => likeness(form, stem, leastOf(form, stem)))))
        .filter((it) => it > 0);
      const nearest = all.sort((a, b) => b - a).slice(0, 5);
      assert.deepEqual(
        found.map(({ likeness }) => likeness),
        /^\d+$/.test(mistyped) ? [] : nearest,
      );
      for (const { stem } of found) assert.ok(known.includes(stem), `${stem} is not Ada's`);
    }
  },
);

async function stemsOf({ read }: Database, user_id: string): Promise<string[]> {
  const rows = await read.selectFrom("memory_words").select("word").where("user_id", "=", user_id)
    .execute();
  return [...new Set(rows.map(({ word }) => stemOf(word)))];
}
