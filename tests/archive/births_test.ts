import assert from "node:assert/strict";
import { exported, exportedText, imported, liveALittle } from "../formats/world.ts";
import { type Answer, onEveryStore, type TestApp } from "../harness.ts";
import { newWorld } from "./world.ts";

onEveryStore(
  "items keep their lasting names through every store that they come to",
  async (kind) => {
    await using first = await newWorld();
    await using second = await newWorld(kind);
    await using third = await newWorld(kind);
    await liveALittle(first.app, "ada");
    await liveALittle(third.app, "bob");
    const whole = await exportedText(first.app, "ada");

    await second.backups.restore((await first.backups.create()).file);
    assert.equal(await exportedText(second.app, "ada"), whole);

    await second.app.as("ada").call("create_task", { title: "Made in the second" });
    await first.app.as("ada").call("create_task", { title: "Made in the first" });
    const grown = await exportedText(second.app, "ada");
    const { file } = await second.backups.create({ person: "ada" });
    const { renumbered } = await third.backups.restore(file);
    assert.ok(renumbered.includes("tasks"));
    assert.equal(await exportedText(third.app, "ada"), grown);

    await third.app.as("ada").call("create_task", { title: "Made in the third" });
    const names = await namesIn(third.app);
    assert.equal(new Set(names).size, names.length);
    await third.backups.restore((await third.backups.create({ person: "ada" })).file);
    assert.deepEqual(await namesIn(third.app), names);
    const others = [await namesIn(first.app), await namesIn(second.app)].flat();
    assert.equal(new Set([...names, ...others]).size, names.length + 1, "one name, two items");
  },
);

onEveryStore("an export from before a life moved finds all of it again", async (kind) => {
  await using source = await newWorld();
  await using target = await newWorld(kind);
  await liveALittle(source.app, "ada");
  await liveALittle(target.app, "bob");
  const folder = await exported(source.app, "ada", "markdown");
  await target.backups.restore((await source.backups.create({ person: "ada" })).file);

  const { counts } = await imported(target.app, "ada", "markdown", folder);

  assert.deepEqual({ ...counts, same: 0 }, {
    ...{ create: 0, update: 0, restore: 0, same: 0, conflict: 0, trashed: 0 },
  });
  assert.ok(counts.same > 5);
});

async function namesIn(app: TestApp): Promise<string[]> {
  const { goals, tasks, memories }: Answer = JSON.parse(await exportedText(app, "ada"));
  return [goals, tasks, memories].flat().map(({ uid }: { uid: string }) => uid).sort();
}
