import assert from "node:assert/strict";
import type { Database } from "../../src/db/db.ts";
import { AppError } from "../../src/errors.ts";
import { faultsOf } from "../process/invariants.ts";
import { type Answer, onEveryStore, type TestApp } from "../harness.ts";
import { backupsOf, fill, newWorld, rowsOf } from "./world.ts";

onEveryStore("one person moves into a store that gave their ids to others", async (store) => {
  await using source = await newWorld("sqlite");
  await using target = await newWorld(store);
  await fill(source.app, "ada", 4);
  await fill(target.app, "bob", 6);
  const bobs = await rowsOf(target.app.app, ["bob"]);
  const { file } = await source.backups.create({ person: "ada" });

  const { renumbered, saved } = await target.backups.restore(file);

  assert.equal(saved, null);
  assert.deepEqual(renumbered, ["life_areas", "goals", "tasks", "memories", "changes"]);
  assert.deepEqual(await rowsOf(target.app.app, ["bob"]), bobs);
  const there = await ownView(target.app, "ada");
  assert.deepEqual(there, await ownView(source.app, "ada"));
  assert.ok(there.memories.length === 4 && there.tasks.length > 8);
  if (store === "sqlite") assert.deepEqual(storeFaults(target.app.config.dataDir), []);
  const again = await target.backups.create({ person: "ada" });
  await target.backups.verify(again.file);
});

onEveryStore("what assistants noted of a task still names it", async (store) => {
  await using source = await newWorld("sqlite");
  await using target = await newWorld(store);
  await fill(target.app, "bob");
  const { call } = source.app.as("ada");
  const { task } = await call("create_task", { title: "Paint the shed" });
  const metadata = { task_id: task.id, goal_id: 4711, nested: { task_id: task.id } };
  await call("add_memory", { content: "Green paint for the shed", metadata, task_id: task.id });
  const { file } = await source.backups.create({ person: "ada" });

  await target.backups.restore(file);

  const ada = target.app.as("ada");
  const { tasks: [moved] } = await ada.call("list_tasks");
  const { memories: [memory] } = await ada.call("list_memories");
  assert.notEqual(moved.id, task.id);
  assert.equal(memory.task_id, moved.id);
  assert.deepEqual(memory.metadata, { ...metadata, task_id: moved.id });
  const { change_id } = await ada.call("delete_task", { task_id: moved.id });
  await ada.call("undo", { change_id });
  assert.equal((await ada.call("search_memory", { query: "paint" })).memories[0].id, memory.id);
});

onEveryStore(
  "of an archive of all, --user restores one, and leaves the others alone",
  async (store) => {
    await using world = await newWorld(store);
    const { app, backups } = world;
    await fill(app, "ada");
    await fill(app, "bob");
    const adas = await rowsOf(app.app, ["ada"]);
    const { file } = await backups.create();
    await app.as("ada").call("create_task", { title: "Later" });
    await app.as("bob").call("create_task", { title: "Bob's later" });
    const bobs = await rowsOf(app.app, ["bob"]);

    const { people } = await backups.restore(file, "ada");

    assert.deepEqual(people, ["ada"]);
    assert.deepEqual(await rowsOf(app.app, ["ada"]), adas);
    assert.deepEqual(await rowsOf(app.app, ["bob"]), bobs);
    const nobody = await backups.restore(file, "eve").catch((error) => error);
    assert.match(nobody.message, /Cannot restore "eve" as the archive has nobody of this name/);
  },
);

for (const person of ["ada", undefined]) {
  const of = person ?? "all";
  Deno.test(`a share that was ended does not come back with an archive of ${of}, one that stands does`, async () => {
    await using world = await newWorld();
    const { app, backups } = world;
    const { shares } = app.app.life;
    for (const name of ["Home", "Work"]) {
      await app.as("ada").call("save_life_area", { name });
      await shares.share("ada", name, "bob", "editor");
    }
    const { file } = await backups.create({ person });
    await shares.unshare("ada", "Work", "bob");

    const { shares_left_out } = await backups.restore(file);

    assert.equal(shares_left_out, 1);
    const { shares: left } = await shares.list("ada");
    assert.deepEqual(left.map(({ name }) => name), ["Home"]);
    await using other = await newWorld();
    await other.app.app.db.write("bob", async (tx) => {
      for (const table of ["change_items", "changes", "users"] as const) {
        await tx.deleteFrom(table).execute();
      }
    });
    const moved = await other.backups.restore(file);
    assert.equal(moved.shares_left_out, person === undefined ? 0 : 2);
  });
}

Deno.test("a key for one life area does not come to see another that has its id elsewhere", async () => {
  await using source = await newWorld();
  await using target = await newWorld();
  const area = await source.app.as("ada").call("save_life_area", { name: "Diary" });
  await source.app.as("ada").call("create_goal", {
    title: "Secret goal",
    life_area_id: area.life_area.id,
  });
  const { file } = await source.backups.create({ person: "ada" });
  target.app.clock.now = new Date("2026-11-23T12:00:00Z");
  const { life_area: work } = await target.app.as("ada").call("save_life_area", { name: "Work" });
  assert.equal(work.id, area.life_area.id);
  const { keys } = await target.app.app.auth();
  const input = { user_id: "ada", name: "narrow", level: "read_write", expires_at: null } as const;
  const { key } = await keys.create({ ...input, areas: [work.id] });

  const { renumbered } = await target.backups.restore(file);

  assert.ok(renumbered.includes("life_areas"));
  const { goals } = await (await target.app.holding(key)).call("list_goals");
  assert.deepEqual(goals, []);
});

onEveryStore(
  "a restore that fails half-way changes nothing, and says where all is",
  async (store) => {
    await using world = await newWorld(store);
    const { app, backups, folder } = world;
    await fill(app, "ada");
    const { file } = await backups.create({ person: "ada" });
    await app.as("ada").call("create_task", { title: "Later" });
    const before = await rowsOf(app.app, undefined);
    const { db } = app.app;
    const failing: Database = {
      ...db,
      insertAll: (tx, rows) =>
        rows.table === "changes"
          ? Promise.reject(new Error("pulled the plug"))
          : db.insertAll(tx, rows),
    };
    const broken = backupsOf({ ...app, app: { ...app.app, db: failing } }, folder);

    const error = await broken.restore(file).catch((error) => error);

    assert.match(error.message, /pulled the plug/);
    assert.match(
      error.advice,
      /the store is as it was before, and a copy of what was there is in /,
    );
    assert.deepEqual(await rowsOf(app.app, undefined), before);
    await app.as("ada").call("create_task", { title: "Still works" });
  },
);

onEveryStore("a store that is lost at the very end is not said to be as before", async (store) => {
  await using world = await newWorld(store);
  const { app, backups, folder } = world;
  await fill(app, "ada");
  const { file } = await backups.create({ person: "ada" });
  await app.as("ada").call("create_task", { title: "Later" });
  const { db } = app.app;
  const lost: Database = {
    ...db,
    async writeAtLength(people, work) {
      await db.writeAtLength(people, work);
      throw new AppError("unavailable", "Cannot use the store: it is gone");
    },
  };
  const broken = backupsOf({ ...app, app: { ...app.app, db: lost } }, folder);

  const error = await broken.restore(file).catch((error) => error);

  assert.match(
    error.advice,
    /the store is either as it was before or wholly restored, and a copy of/,
  );
});

/** What the person sees, by names and not by ids. */
async function ownView(app: TestApp, user: string): Promise<Answer> {
  const { call } = app.as(user);
  const all = { limit: 100 };
  const { goals } = await call("list_goals", all);
  const { tasks } = await call("list_tasks", all);
  const { memories } = await call("list_memories", all);
  const { changes } = await call("list_changes", all);
  const named = (rows: Answer[], id: number) => rows.find((row) => row["id"] === id)?.["title"];
  return {
    goals: goals.map(({ title, parent_goal_id }: Answer) => [title, named(goals, parent_goal_id)]),
    tasks: tasks.map((
      { title, goal_id, status, depends_on }: Answer,
    ) => [title, named(goals, goal_id), status, depends_on.map((id: number) => named(tasks, id))])
      .sort(),
    memories: memories.map(({ content, metadata }: Answer) => [
      content,
      named(tasks, metadata.task_id),
    ]),
    changes: changes.map(({ tool, at }: Answer) => [tool, at]),
  };
}

/** All but what was written past the journal by these tests. */
function storeFaults(dataDir: string): string[] {
  return faultsOf(dataDir).filter((fault) => !/^memory /.test(fault));
}
