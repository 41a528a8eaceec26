import assert from "node:assert/strict";
import type { Database } from "../../src/db/db.ts";
import { onEveryStore, type TestApp } from "../harness.ts";
import { backupsOf, fill, newWorld, rowsOf } from "./world.ts";

onEveryStore("a long life is restored with what its tasks name that came later", async (store) => {
  await using source = await newWorld();
  await using target = await newWorld(store);
  const { call } = source.app.as("ada");
  const many = async (count: number) => {
    for (let left = count; left > 0; left -= 50) {
      const tasks = Array.from({ length: Math.min(50, left) }, () => ({
        title: `Task ${crypto.randomUUID()}`,
      }));
      await call("create_tasks", { tasks });
    }
  };
  const daily = { recurrence: "FREQ=DAILY", due_date: "2026-11-22" };
  const named: number[] = [];
  for (const before of [100, 230, 120, 200]) {
    const { task } = await call("create_task", { title: `Daily ${before}`, ...daily });
    named.push(task.id);
    await many(before);
  }
  // The next of each comes after all of these.
  for (const task_id of named) await call("complete_task", { task_id });
  const { file } = await source.backups.create({ person: "ada" });

  await target.backups.restore(file);

  assert.deepEqual(await rowsOf(target.app.app, ["ada"]), await rowsOf(source.app.app, ["ada"]));
  const rows = await target.app.app.db.read.selectFrom("tasks").select("next_task_id")
    .where("next_task_id", "is not", null).execute();
  assert.equal(rows.length, named.length);
});

onEveryStore(
  "others write while a life is restored, and nobody is given its ids",
  async (store) => {
    await using source = await newWorld();
    await using target = await newWorld(store);
    await fill(source.app, "ada", 12);
    const { file } = await source.backups.create({ person: "ada" });
    let restoring = true;
    const bob = target.app.as("bob");
    const made: number[] = [];
    const writing = (async () => {
      while (restoring) {
        made.push((await bob.call("create_task", { title: `Written ${made.length}` })).task.id);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();

    for (let round = 0; round < 3; round++) await target.backups.restore(file);

    restoring = false;
    await writing;
    await bob.call("create_task", { title: "Last" });
    assert.ok(made.length > 0, `only ${made.length} tasks were written meanwhile`);
    const { total } = await bob.call("list_tasks", { limit: 1 });
    assert.equal(total, made.length + 1);
    const { total: adas } = await target.app.as("ada").call("list_tasks", { limit: 1 });
    assert.equal(adas, (await source.app.as("ada").call("list_tasks", { limit: 1 })).total);
  },
);

onEveryStore("what is written while a copy is saved is in the copy", async (store) => {
  await using world = await newWorld(store);
  const { app, folder, backups } = world;
  await fill(app, "ada");
  const { file } = await backups.create({ person: "ada" });
  const late = latecomer(app);

  const { saved } = await backupsOf({ ...app, app: { ...app.app, db: late } }, folder).restore(
    file,
  );

  const latecomers = async () => {
    const { tasks } = await app.as("ada").call("list_tasks", { limit: 100 });
    return tasks.filter(({ title }: { title: string }) => title === "Latecomer").length;
  };
  assert.equal(await latecomers(), 0);
  await backups.restore(saved?.file ?? "");
  assert.equal(await latecomers(), 1);
});

/** A store in which somebody writes just after the first snapshot was taken. */
function latecomer({ app: { db }, as }: TestApp): Database {
  let calls = 0;
  return {
    ...db,
    async snapshot(work) {
      const answer = await db.snapshot(work);
      if (++calls === 1) await as("ada").call("create_task", { title: "Latecomer" });
      return answer;
    },
  };
}
