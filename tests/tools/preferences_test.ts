import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { furnish, holder } from "../household.ts";

onEveryStore("preferences are written, shown as written, and taken back by undo", async (store) => {
  await using app = await startApp({ store });
  const { call } = app.as("ada");
  const before = await call("get_preferences");

  const { preferences, change_id } = await call("update_preferences", {
    name: "Ada",
    time_zone: "europe/berlin",
    week_start: "sunday",
    work_hours: "10:00-18:30",
    work_days: ["fri", "mon", "fri"],
  });

  assert.deepEqual(preferences, {
    name: "Ada",
    time_zone: "Europe/Berlin",
    week_start: "sunday",
    work_hours: "10:00-18:30",
    work_days: ["mon", "fri"],
  });
  assert.deepEqual((await call("get_preferences")).preferences, preferences);
  const { preferences: bobs } = await app.as("bob").call("get_preferences");
  assert.deepEqual(bobs, before.preferences);
  assert.deepEqual((await call("undo", { change_id })).undone, [change_id]);
  assert.deepEqual(await call("get_preferences"), before);
});

Deno.test("with the time zone, times move to its clock, and undo moves them back", async () => {
  await using app = await startApp();
  const { call } = app.as("ada");
  const { task } = await call("create_task", { title: "Call", due_date: "2026-12-01T12:00:00Z" });
  const { change_id } = await call("update_preferences", { time_zone: "Asia/Tokyo" });
  const { task: moved } = await call("get_task", { task_id: task.id });

  await call("undo", { change_id });

  const { task: back } = await call("get_task", { task_id: task.id });
  assert.equal(moved.due_date, "2026-12-01T21:00:00+09:00");
  assert.equal(back.due_date, task.due_date);
});

Deno.test("what is as it was is no change", async () => {
  await using app = await startApp();
  const { call } = app.as("ada");

  assert.equal((await call("update_preferences", {})).change_id, null);
  assert.equal((await call("update_preferences", { time_zone: "UTC" })).change_id, null);
});

Deno.test("an e-mail address is no preference: it is neither shown nor taken", async () => {
  await using app = await startApp();
  const ada = app.as("ada");

  const said = await ada.refused("update_preferences", { email: "ada@example.org" });

  assert.match(said, /^invalid_input: .*email/);
  assert.ok(!("email" in (await ada.call("get_preferences")).preferences));
});

Deno.test("a key that is narrowed to life areas reads preferences, and changes none", async () => {
  await using app = await startApp();
  const { open } = await furnish(app, "ada");
  const key = await holder(app, { user_id: "ada", areas: [open.area] });

  assert.equal((await key.call("get_preferences")).preferences.time_zone, "UTC");
  assert.match(
    await key.refused("update_preferences", { name: "New" }),
    /^permission_denied: .*life areas/,
  );
});

const refusals = [
  { args: { time_zone: "Europe/Atlantis" }, says: /time zone.*IANA.*"Europe\/Atlantis"\nTry: / },
  { args: { time_zone: "Factory" }, says: /time zone.*IANA.*"Factory"\nTry: / },
  { args: { time_zone: "SystemV/EST5" }, says: /time zone.*IANA.*"SystemV\/EST5"\nTry: / },
  { args: { time_zone: "+05:30" }, says: /time zone.*IANA.*"\+05:30"\nTry: / },
  { args: { time_zone: "" }, says: /time_zone/ },
  { args: { week_start: "someday" }, says: /week_start.*monday.*"someday"/ },
  {
    args: { work_hours: "22:00-06:00" },
    says:
      /working hours "22:00-06:00" as they go past midnight\nTry: end them by 24:00: write 22:00-24:00/,
  },
  { args: { work_hours: "09:00-09:00" }, says: /working hours "09:00-09:00"\n/ },
  { args: { work_hours: "9-5" }, says: /working hours "9-5"/ },
  { args: { work_days: [] }, says: /work_days/ },
  { args: { work_days: ["mon", "holiday"] }, says: /work_days.*"holiday"/ },
  { args: { name: "  " }, says: /name/ },
  { args: { name: "x".repeat(201) }, says: /name/ },
];
for (const { args, says } of refusals) {
  Deno.test(`update_preferences refuses ${JSON.stringify(args).slice(0, 40)}`, async () => {
    await using app = await startApp();
    const ada = app.as("ada");
    const before = await ada.call("get_preferences");

    const said = await ada.refused("update_preferences", args);

    assert.match(said, /^invalid_input: /);
    assert.match(said, says);
    assert.deepEqual(await ada.call("get_preferences"), before);
  });
}
