import assert from "node:assert/strict";
import { Catalog } from "../../src/archive/catalog.ts";
import { Schedule } from "../../src/archive/schedule.ts";
import { onEveryStore } from "../harness.ts";
import { newWorld, type World } from "./world.ts";

/** An instance that looks whether a backup is due, and what it made; where it is told, it fails. */
function instance({ app, backups }: World, fails?: "before" | "between") {
  const made: string[] = [];
  const failures: unknown[] = [];
  const schedule = new Schedule({
    ...{ when: "0 3 * * *", zone: "Europe/Berlin", catalog: new Catalog(app.app.db) },
    async run(order) {
      if (fails === "between") await backups.create(order);
      if (fails !== undefined) throw new Error("no room");
      return await backups.make(order);
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
  const failing = instance(world, "before");
  const sound = instance(world);

  await failing.schedule.look();
  await failing.schedule.look();
  await sound.schedule.look();

  assert.equal(failing.failures.length, 1, "it pauses after a failure");
  assert.deepEqual(sound.made, ["2026-11-22T02:00:00.000Z"]);
});

onEveryStore("what one instance has written and not proven, another one proves", async (store) => {
  await using world = await newWorld(store);
  const sound = instance(world);

  await instance(world, "between").schedule.look();
  const [unproven, ...others] = await world.backups.list();
  await sound.schedule.look();
  const [proven, ...more] = await world.backups.list();
  await sound.schedule.look();

  assert.deepEqual([unproven?.verified_at, others, more], [null, [], []]);
  assert.equal(proven?.id, unproven?.id);
  assert.ok(proven?.verified_at);
  assert.deepEqual(sound.made, ["2026-11-22T02:00:00.000Z"]);
});

Deno.test("what cannot be proven is made anew in its place", async () => {
  await using world = await newWorld();
  const sound = instance(world);
  await instance(world, "between").schedule.look();
  const [unproven] = await world.backups.list();
  await Deno.truncate(unproven?.file ?? "", 200);

  await sound.schedule.look();

  const listed = await world.backups.list();
  assert.deepEqual(listed.map(({ file, failure }) => [file, failure]), [[unproven?.file, null]]);
  assert.ok(listed[0]?.verified_at);
  assert.deepEqual(sound.failures, []);
});

onEveryStore("what an instance writes is left to it while it proves that", async (store) => {
  await using world = await newWorld(store);
  const { app, backups } = world;
  const other = instance(world);
  const due = "2026-11-22T02:00:00.000Z";
  const now = app.clock.now.toISOString();
  const id = await new Catalog(app.app.db).claim("slow", due, now, due) ?? "none";
  await backups.create({ id, made_at: due, reason: "scheduled" });

  await other.schedule.look();

  assert.deepEqual([id, other.made, other.failures], ["slow", [], []]);
});

onEveryStore(
  "what an instance that was killed has claimed is made an hour later",
  async (store) => {
    await using world = await newWorld(store);
    const { app } = world;
    const known = new Catalog(app.app.db);
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
