import assert from "node:assert/strict";
import type { Replaceable } from "../../src/archive/prune.ts";
import { backupsOf, fill, newWorld, type World } from "./world.ts";

const NEWEST = { days: 1, weeks: 0, months: 0, years: 0 };
const BY_HAND: readonly Replaceable[] = ["asked", "scheduled", "assistant"];

Deno.test("prune removes proven archives alone, and a bad one takes no good one's place", async () => {
  await using world = await newWorld();
  const { app, backups } = world;
  await fill(app, "ada", 1);
  const made = [];
  for (const day of ["10", "11", "12", "13", "14"]) {
    app.clock.now = new Date(`2026-11-${day}T03:00:00Z`);
    const backup = await backups.create({ person: day === "14" ? "ada" : undefined });
    if (day !== "12") await backups.verify(backup.id);
    made.push(backup);
  }
  const [first, second, unproven, newest, adas] = made.map(({ file }) => file);
  const bytes = await Deno.readFile(newest ?? "");
  await Deno.writeFile(newest ?? "", bytes.slice(0, -20));
  const bad = await backups.verify(newest ?? "").catch((error) => error);
  assert.match(bad.message, /damaged or cut off/);

  const { removed, kept, unproven: left } = await pruned(world, BY_HAND);

  assert.deepEqual(removed.map(({ file }) => file), [first]);
  assert.deepEqual(kept.map(({ file }) => file).sort(), [adas, second].sort());
  assert.deepEqual(left.map(({ file }) => file).sort(), [unproven, newest].sort());
  for (const file of [second, unproven, newest, adas]) assert.ok(await Deno.stat(file ?? ""));
  const listed = await backups.list();
  assert.equal(listed.length, 4);
  const failed = listed.find(({ file }) => file === newest);
  assert.deepEqual([failed?.verified_at, failed?.failure], [null, "it is damaged or cut off"]);
});

Deno.test("what nobody made by hand is removed by servers, and nothing else", async () => {
  await using world = await newWorld();
  const { app, backups } = world;
  await fill(app, "ada", 1);
  const made: Record<string, string[]> = {};
  for (const reason of [...BY_HAND, ...BY_HAND]) {
    const { id } = await backups.make({ person: "ada", reason });
    (made[reason] ??= []).push(id);
  }
  const saved = [];
  for (let count = 0; count < 2; count++) {
    saved.push((await backups.restore(made["asked"]?.[0] ?? "", "ada")).saved?.id);
  }

  const byServer = await pruned(world, ["scheduled", "assistant"]);
  const byHand = await pruned(world, BY_HAND);

  const idsOf = (listed: readonly { id: string }[]) => listed.map(({ id }) => id).sort();
  assert.deepEqual(
    idsOf(byServer.removed),
    [made["scheduled"]?.[0], made["assistant"]?.[0]].sort(),
  );
  assert.deepEqual(idsOf(byHand.removed), [made["asked"]?.[0]]);
  const left = BY_HAND.map((reason) => made[reason]?.[1]);
  assert.deepEqual(idsOf(await backups.list()), [...left, ...saved].sort());
  for (const { file } of await backups.list()) assert.ok((await Deno.stat(file)).isFile);
});

Deno.test("with a wrong clock, neither what is made nor what was there is removed for it", async () => {
  await using world = await newWorld();
  const { app, backups } = world;
  await fill(app, "ada", 1);
  const good = await backups.make({});
  app.clock.now = new Date("1970-01-01T00:00:01Z");
  const early = await backups.make({});
  app.clock.now = new Date("2099-01-01T00:00:00Z");
  const late = await backups.make({});
  app.clock.now = new Date("2026-11-23T12:00:00Z");
  const right = await backups.make({});

  const { removed } = await pruned(world, BY_HAND, { ...NEWEST, days: 4 });
  const last = await pruned(world, BY_HAND);

  assert.deepEqual(removed, []);
  assert.deepEqual(last.kept.map(({ id }) => id), [right.id]);
  assert.deepEqual(last.removed.map(({ id }) => id), [late, early, good].map(({ id }) => id));
});

Deno.test("a bit that flipped after the proof costs no good archive its place", async () => {
  await using world = await newWorld();
  const { app, backups } = world;
  await fill(app, "ada", 1);
  const good = await backups.make({});
  const bad = await backups.make({});
  const bytes = await Deno.readFile(bad.file);
  bytes[bytes.length >> 1]! ^= 1;
  await Deno.writeFile(bad.file, bytes);

  const { removed, kept, unproven } = await pruned(world, BY_HAND);

  assert.deepEqual([removed, kept.map(({ id }) => id)], [[], [good.id]]);
  assert.deepEqual(unproven.map(({ id }) => id), [bad.id]);
  const noted = (await backups.list()).find(({ id }) => id === bad.id);
  assert.deepEqual([noted?.verified_at, noted?.failure], [
    null,
    "it is not the file any more that was written",
  ]);
});

Deno.test("two who remove the same archives do not stumble over each other", async () => {
  await using world = await newWorld();
  const { app, backups, folder } = world;
  const made = [await backups.make({}), await backups.make({})];
  const other = backupsOf(app, folder);
  const plan = await backups.toPrune(NEWEST, BY_HAND);

  await other.prune(await other.toPrune(NEWEST, BY_HAND));
  await backups.prune(plan);

  assert.deepEqual((await backups.list()).map(({ id }) => id), [made[1]?.id]);
});

Deno.test("what is planned is removed, and not what came since", async () => {
  await using world = await newWorld();
  const { backups } = world;
  const [first, second] = [await backups.make({}), await backups.make({})];
  const plan = await backups.toPrune(NEWEST, BY_HAND);
  const third = await backups.make({});

  await backups.prune(plan);

  assert.deepEqual(plan.removed.map(({ id }) => id), [first.id]);
  assert.deepEqual(
    (await backups.list()).map(({ id }) => id).sort(),
    [second.id, third.id].sort(),
  );
});

Deno.test("archives in a folder that is not mounted are not forgotten", async () => {
  await using world = await newWorld();
  const { backups, folder } = world;
  const { id } = await backups.make({});
  await Deno.rename(folder, `${folder}-away`);
  await Deno.mkdir(folder);

  const { removed } = await pruned(world, BY_HAND);
  await Deno.remove(folder);
  await Deno.rename(`${folder}-away`, folder);

  assert.deepEqual(removed, []);
  const [listed] = await backups.list();
  assert.ok(listed?.id === id && listed.verified_at !== null);
});

async function pruned({ backups }: World, reasons: readonly Replaceable[], keep = NEWEST) {
  const plan = await backups.toPrune(keep, reasons);
  await backups.prune(plan);
  return plan;
}
