import assert from "node:assert/strict";
import { EXPORT_FORMATS } from "../../src/formats/formats.ts";
import { onEveryStore, startApp } from "../harness.ts";
import { lives } from "./documents.ts";
import { exported, exportedText, imported, liveALittle, newPerson, undone } from "./world.ts";
import fc from "../properties.ts";

onEveryStore("whatever a life is, its exports are read back as they were", async (store) => {
  await using from = await startApp({ store, zone: "America/New_York", serves: false });
  await using to = await startApp({ store, zone: "America/New_York", serves: false });
  await liveALittle(to, "bob");
  const bobs = await exportedText(to, "bob");
  let count = 0;

  await fc.assert(
    fc.asyncProperty(lives, async (life) => {
      const person = `p${count++}`;
      await newPerson(from, person);
      const made = await imported(from, person, "json", JSON.stringify(life));
      assert.deepEqual(made.problems, []);
      for (const format of EXPORT_FORMATS) {
        const other = `${person}-${format}`;
        await newPerson(to, other);
        const files = await exported(from, person, format);
        const own = await imported(from, person, format, files);
        assert.deepEqual([own.change_id, own.updated, own.created], [null, [], []]);
        const done = await imported(to, other, format, files);
        assert.deepEqual([done.problems, done.notes], [[], []]);
        assert.deepEqual(await exported(to, other, format), files);
        const again = await imported(to, other, format, files);
        assert.deepEqual([again.change_id, again.counts.conflict], [null, 0]);
        if (done.change_id === null) continue;
        await undone(to, other);
        const { life_areas, goals, tasks, memories } = JSON.parse(await exportedText(to, other));
        assert.deepEqual([life_areas, goals, tasks, memories], [[], [], [], []]);
      }
    }),
    { numRuns: store === "sqlite" ? 30 : 5, endOnFailure: true },
  );

  assert.equal(await exportedText(to, "bob"), bobs);
});
