import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { onEveryStore, POSTGRES_URL, type StoreKind } from "../harness.ts";
import { fill, newWorld, rowsOf } from "./world.ts";

const PAIRS: readonly (readonly [StoreKind, StoreKind])[] = [
  ["sqlite", "sqlite"],
  ["sqlite", "postgres"],
  ["postgres", "sqlite"],
];

for (const [from, to] of PAIRS) {
  Deno.test({
    name: `an archive of a store restores the same rows into an empty one [${from} → ${to}]`,
    ignore: POSTGRES_URL === undefined,
    async fn() {
      await using source = await newWorld(from);
      await using target = await newWorld(to);
      await fill(source.app, "ada");
      await fill(source.app, "bob", 2);
      const { file } = await source.backups.create();

      const { saved, renumbered } = await target.backups.restore(file);

      assert.deepEqual([saved, renumbered], [null, []]);
      assert.deepEqual(
        await rowsOf(target.app.app, undefined),
        await rowsOf(source.app.app, undefined),
      );
      const { task, change_id } = await target.app.as("ada").call("create_task", { title: "New" });
      assert.ok(task.id > 9 && change_id > 9);
      const { memories } = await target.app.as("ada").call("search_memory", { query: "rewritten" });
      assert.equal(memories.length, 3);
    },
  });
}

onEveryStore("restoring takes back what was done since, and saves it before", async (kind) => {
  await using world = await newWorld(kind);
  const { app, backups } = world;
  await fill(app, "ada");
  await fill(app, "bob");
  const before = await rowsOf(app.app, undefined);
  const { file } = await backups.create({ person: "ada" });
  await app.as("ada").call("create_task", { title: "Later" });
  await app.as("bob").call("create_task", { title: "Bob's later" });
  const later = await rowsOf(app.app, ["ada"]);
  const bobs = await rowsOf(app.app, ["bob"]);

  const { saved, people, renumbered } = await backups.restore(file);

  assert.deepEqual([people, renumbered, saved?.person], [["ada"], [], "ada"]);
  const ada = await rowsOf(app.app, ["ada"]);
  assert.deepEqual(ada["tasks"], before["tasks"]?.filter((row) => row[1] === "ada"));
  assert.deepEqual(await rowsOf(app.app, ["bob"]), bobs);

  await backups.restore(saved?.file ?? "");
  assert.deepEqual(await rowsOf(app.app, ["ada"]), later);
});

onEveryStore("what is saved before has those alone whose lives are replaced", async (kind) => {
  await using world = await newWorld(kind);
  const { app, backups } = world;
  await fill(app, "ada");
  await fill(app, "bob");
  const { file } = await backups.create();
  await app.app.life.users.create(ownerOf("eve", "users create"), {});
  await app.as("eve").call("create_task", { title: "Eve's" });
  await app.as("bob").call("create_task", { title: "Bob's later" });

  const { saved } = await backups.restore(file);

  await app.as("eve").call("create_task", { title: "Eve's later" });
  const eves = await rowsOf(app.app, ["eve"]);
  const { people } = await backups.restore(saved?.file ?? "");
  assert.deepEqual([people, saved?.person], [["ada", "bob"], null]);
  assert.deepEqual(await rowsOf(app.app, ["eve"]), eves);
  const { tasks } = await app.as("bob").call("list_tasks", { limit: 100 });
  assert.ok(tasks.some(({ title }: { title: string }) => title === "Bob's later"));
});
