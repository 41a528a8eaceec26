import assert from "node:assert/strict";
import { EXPORT_FORMATS } from "../../src/formats/formats.ts";
import { onEveryStore, startApp } from "../harness.ts";
import { exported, exportedText, imported, liveALittle, undone } from "./world.ts";

const ZONE = "Europe/Berlin";

for (const format of EXPORT_FORMATS) {
  onEveryStore(`what is exported as ${format} and imported is exported the same`, async (store) => {
    await using from = await startApp({ store, zone: ZONE });
    await using to = await startApp({ store, zone: ZONE, now: "2027-02-03T04:05:06.789Z" });
    await liveALittle(from, "ada");
    await liveALittle(to, "bob");
    const files = await exported(from, "ada", format);
    const bobs = await exportedText(to, "bob");

    const done = await imported(to, "ada", format, files);

    assert.deepEqual(await exported(to, "ada", format), files);
    assert.equal(await exportedText(to, "bob"), bobs);
    assert.deepEqual([done.problems, done.notes, done.conflicts], [[], [], []]);
    const again = await imported(to, "ada", format, files);
    assert.equal(again.change_id, null);
    assert.deepEqual(again.counts, {
      ...{ create: 0, update: 0, restore: 0, conflict: 0, trashed: 0 },
      same: done.counts.create,
    });
  });

  onEveryStore(`an import of ${format} is one change, which undo takes back`, async (store) => {
    await using app = await startApp({ store, zone: ZONE });
    await liveALittle(app, "ada");
    await app.as("bob").call("create_task", { title: "Bob's own" });
    const files = await exported(app, "ada", format);
    const before = await exportedText(app, "bob");

    const rehearsed = await imported(app, "bob", format, files, { rehearsal: true });
    const afterRehearsal = await exportedText(app, "bob");
    const done = await imported(app, "bob", format, files);
    const during = await exportedText(app, "bob");
    await undone(app, "bob");

    assert.equal(afterRehearsal, before);
    assert.deepEqual({ ...rehearsed, change_id: done.change_id }, done);
    assert.notEqual(during, before);
    assert.equal(await exportedText(app, "bob"), before);
    const { counts } = await imported(app, "bob", format, files);
    assert.deepEqual([counts.create, counts.restore], [0, done.counts.create]);
  });

  onEveryStore(`what one exports as ${format} is here already`, async (store) => {
    await using app = await startApp({ store, zone: ZONE, now: "2026-11-23T04:05:06.789Z" });
    await liveALittle(app, "ada");
    for (const description of ["Of\r\nWindows\u0007", ""]) {
      await app.as("ada").call("create_task", { title: "A\rB\u0007 C", description });
    }
    const early = await exported(app, "ada", format);
    const wholes = [await exportedText(app, "ada")];

    const done = await imported(app, "ada", format, early);
    wholes.push(await exportedText(app, "ada"));
    await app.as("ada").call("update_preferences", { time_zone: "America/New_York" });
    wholes.push(await exportedText(app, "ada"));
    const moved = [await imported(app, "ada", format, early)];
    moved.push(await imported(app, "ada", format, await exported(app, "ada", format)));

    const none = { create: 0, update: 0, restore: 0, conflict: 0, trashed: 0 };
    for (const { change_id, counts, updated } of [done, ...moved]) {
      assert.deepEqual([change_id, updated], [null, []]);
      assert.deepEqual(counts, { ...none, same: counts.same });
    }
    wholes.push(await exportedText(app, "ada"));
    assert.deepEqual([wholes[1], wholes[3]], [wholes[0], wholes[2]]);
  });
}

for (const format of EXPORT_FORMATS.filter((format) => format !== "json")) {
  onEveryStore(`${format} goes through another time zone and back as it was`, async (store) => {
    await using from = await startApp({ store, zone: ZONE });
    await using there = await startApp({ store, zone: "America/New_York" });
    await using back = await startApp({ store, zone: ZONE });
    await liveALittle(from, "ada");
    const files = await exported(from, "ada", format);

    await imported(there, "ada", format, files);
    const between = await exported(there, "ada", format);
    await imported(back, "ada", format, between);

    assert.notDeepEqual(between, files);
    assert.deepEqual(await exported(back, "ada", format), files);
  });
}

onEveryStore("the whole life of a person who moved is exported the same", async (store) => {
  await using from = await startApp({ store, zone: ZONE });
  await using to = await startApp({ store, zone: ZONE });
  await liveALittle(from, "ada");
  await from.as("ada").call("update_preferences", { time_zone: "America/New_York" });
  const text = await exportedText(from, "ada");

  await imported(to, "ada", "json", text);

  assert.match(text, /"occurrence_date": "[^"]*\+01:00"/);
  assert.equal(await exportedText(to, "ada"), text);
});

onEveryStore(
  "the profile comes with a whole life into an empty one, and with no other",
  async (store) => {
    await using from = await startApp({ store, zone: "Asia/Tokyo" });
    await using to = await startApp({ store, zone: "UTC" });
    await from.as("ada").call("update_preferences", { name: "Ada", week_start: "sunday" });
    await from.as("ada").call("create_task", { title: "Call", due_date: "2026-12-01T09:00" });
    await to.as("bob").call("create_task", { title: "Bob's own" });
    const text = await exportedText(from, "ada");

    await imported(to, "ada", "json", text);
    const bobs = await imported(to, "bob", "json", text);

    assert.equal(await exportedText(to, "ada"), text);
    assert.match(bobs.notes.join(), /profile stays as it is; name, time_zone, week_start differ/);
    const { tasks } = await to.as("bob").call("list_tasks", { query: "Call" });
    assert.equal(tasks[0].due_date, "2026-12-01T00:00:00+00:00");
  },
);

Deno.test("an export holds no key, no journal, nothing of the trash and nothing of others", async () => {
  await using app = await startApp();
  await liveALittle(app, "ada");
  await app.as("bob").call("create_goal", { title: "Secret of Bob" });

  const whole = JSON.parse(await exportedText(app, "ada"));
  const text = JSON.stringify(whole);

  assert.deepEqual(Object.keys(whole), [
    ...["format", "version", "profile", "life_areas", "goals", "tasks", "memories"],
  ]);
  assert.doesNotMatch(text, /Gone|Secret|user_id|change_id|secret_hash/);
});
