import assert from "node:assert/strict";
import { Known } from "../../src/archive/known.ts";
import { Schedule } from "../../src/archive/schedule.ts";
import { onEveryStore } from "../harness.ts";
import { newWorld, type World } from "./world.ts";

/** An instance that looks whether a backup is due, and what it made. */
function instance({ app, backups }: World, fails = false) {
  const made: string[] = [];
  const failures: unknown[] = [];
  const schedule = new Schedule({
    ...{ when: "0 3 * * *", zone: "Europe/Berlin", known: new Known(app.app.db) },
    async run(order) {
      if (fails) throw new Error("no room");
      const { file } = await backups.create(order);
      return await backups.verify(file);
    },
    now: () => app.clock.now,
    made: ({ made_at }) => made.push(made_at),
    failed: (error) => failures.push(error),
  });
  return { schedule, made, failures };
}

onEveryStore("several instances make one backup of each time that one is due", async (store) => {
  await using world = await newWorld(store);
  const instances = [1, 2, 3].map(() => instance(world));
  const look = async (at: string) => {
    world.app.clock.now = new Date(at);
    await Promise.all(instances.map(({ schedule }) => schedule.look()));
    return instances.flatMap(({ made }) => made.splice(0));
  };

  assert.deepEqual(await look("2026-11-22T12:00:00Z"), ["2026-11-22T02:00:00.000Z"]);
  assert.deepEqual(await look("2026-11-22T12:00:30Z"), []);
  assert.deepEqual(await look("2026-11-23T02:00:05Z"), ["2026-11-23T02:00:00.000Z"]);
  assert.deepEqual(await look("2026-11-22T02:00:05Z"), [], "the clock was set back");
  assert.deepEqual(await look("2026-11-23T12:00:00Z"), []);
  // Three days without a server are made up for once.
  assert.deepEqual(await look("2026-11-26T12:00:00Z"), ["2026-11-26T02:00:00.000Z"]);
  assert.equal((await world.backups.list()).length, 3);
});

onEveryStore("what one instance fails to make, another one does", async (store) => {
  await using world = await newWorld(store);
  const failing = instance(world, true);
  const sound = instance(world);

  await failing.schedule.look();
  await failing.schedule.look();
  await sound.schedule.look();

  assert.equal(failing.failures.length, 1, "it pauses after a failure");
  assert.deepEqual(sound.made, ["2026-11-22T02:00:00.000Z"]);
});

onEveryStore(
  "what an instance that was killed has claimed is made an hour later",
  async (store) => {
    await using world = await newWorld(store);
    const { app } = world;
    const known = new Known(app.app.db);
    const due = "2026-11-22T02:00:00.000Z";
    await known.claim("killed", due, app.clock.now.toISOString(), due);
    const other = instance(world);

    await other.schedule.look();
    const atOnce = other.made.length;
    app.clock.now = new Date(app.clock.now.getTime() + 61 * 60_000);
    await other.schedule.look();

    assert.deepEqual([atOnce, other.made], [0, [due]]);
    assert.ok((await world.backups.list()).every(({ id }) => id !== "killed"));
  },
);
