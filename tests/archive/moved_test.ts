import assert from "node:assert/strict";
import { Catalog } from "../../src/archive/catalog.ts";
import { OwnBackups } from "../../src/archive/on_demand.ts";
import { onEveryStore } from "../harness.ts";
import { backupsOf, fill, newWorld } from "./world.ts";

const NEWEST = { days: 1, weeks: 0, months: 0, years: 0 };

onEveryStore("archives stay what they are when their folder is moved", async (store) => {
  await using world = await newWorld(store);
  const { app, folder } = world;
  await fill(app, "ada", 1);
  const before = backupsOf(app, `${folder}/before`);
  const first = await before.make({});
  const second = await before.make({});
  const named = await before.make({ out: `${folder}/before/../before/mine.selfos.gz` });
  const elsewhere = await before.make({ out: `${folder}/elsewhere.selfos.gz` });
  await Deno.rename(`${folder}/before`, `${folder}/after`);
  const after = backupsOf(app, `${folder}/after`);

  const listed = await after.list();
  const verified = await after.verify(first.id);
  const mine = await after.verify(named.id);
  const plan = await after.toPrune(NEWEST, ["asked"]);
  await after.prune(plan);

  const standing = (id: string) => {
    const { file, here, verified_at } = listed.find((one) => one.id === id)!;
    return [file, here, verified_at !== null];
  };
  assert.equal(listed.length, 4);
  assert.deepEqual(standing(first.id), [`${folder}/after/${first.id}.selfos.gz`, true, true]);
  assert.deepEqual(standing(named.id), [`${folder}/after/mine.selfos.gz`, true, true]);
  assert.deepEqual(standing(elsewhere.id), [elsewhere.file, false, true]);
  assert.deepEqual([verified.id, mine.id], [first.id, named.id]);
  assert.deepEqual(plan.removed.map(({ id }) => id), [second.id, first.id]);
  assert.deepEqual(plan.kept.map(({ id }) => id), [named.id]);
  assert.deepEqual([...Deno.readDirSync(`${folder}/after`)].map(({ name }) => name), [
    "mine.selfos.gz",
  ]);
  assert.equal((await after.list()).length, 2);
});

onEveryStore("an archive that another machine has made is not here", async (store) => {
  await using world = await newWorld(store);
  const { app, folder } = world;
  await fill(app, "ada", 1);
  const [one, two] = ["one", "two"].map((name) => backupsOf(app, `${folder}/${name}`));
  const ones = await one!.make({ out: `${folder}/one/life.selfos.gz` });
  const twos = await two!.make({ out: `${folder}/two/life.selfos.gz` });
  const other = await one!.make({});

  const listed = await two!.list();
  const plan = await two!.toPrune(NEWEST, ["asked"]);
  const unknown = await two!.verify(other.id).catch((error) => error);

  const standing = listed.map(({ id, file, here }) => [id, file, here]).sort();
  assert.deepEqual(
    standing,
    [[ones.id, ones.file, false], [twos.id, twos.file, true], [other.id, other.file, false]].sort(),
  );
  assert.deepEqual([plan.removed, plan.kept.map(({ id }) => id)], [[], [twos.id]]);
  assert.equal(unknown.code, "not_found");
});

onEveryStore(
  "of a moved folder the backup of an unchanged life is not made again",
  async (store) => {
    await using world = await newWorld(store);
    const { app: { app: { db }, clock }, app, folder } = world;
    await fill(app, "ada", 1);
    const before = backupsOf(app, `${folder}/before`);
    const made = await before.make({ person: "ada", reason: "assistant" });
    await Deno.rename(`${folder}/before`, `${folder}/after`);
    const own = new OwnBackups({
      ...{ db, folder: `${folder}/after`, now: () => clock.now },
      run: () => Promise.reject(new Error("it is made again")),
    });

    const { backup_id } = await own.backUp("ada");

    assert.equal(backup_id, made.id);
  },
);

Deno.test("a scheduled backup that was begun is proven where its folder is now", async () => {
  await using world = await newWorld();
  const { app, folder } = world;
  const before = backupsOf(app, `${folder}/before`);
  const { id, file } = await before.create({ reason: "scheduled", id: "begun" });
  await Deno.rename(`${folder}/before`, `${folder}/after`);

  const made = await backupsOf(app, `${folder}/after`).make({ reason: "scheduled", id });

  assert.ok(made.verified_at !== null && file !== made.file);
  assert.equal((await new Catalog(app.app.db).list()).length, 1);
  assert.equal((await new Catalog(app.app.db).find(id))?.file, made.file);
});
