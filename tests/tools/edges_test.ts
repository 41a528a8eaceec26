import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { onEveryStore, startApp } from "../harness.ts";

onEveryStore("an assistant cannot undo what the operator did to a person", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const goal = await ada.call("create_goal", { title: "Mine" });
  const renamed = await app.app.life.users.update(ownerOf("ada", "users update"), { name: "Ada" });

  const refusal = await ada.refused("undo", { change_id: renamed.change_id });
  const last = await ada.call("undo", { last: true });

  assert.match(refusal, /^permission_denied: .*operator/);
  assert.deepEqual(last.undone, [goal.change_id]);
  assert.equal((await app.app.life.users.get("ada")).user.name, "Ada");
});

onEveryStore(
  "a person in the trash is not read either, and undo does not bring them back",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    await ada.call("list_tasks");
    await app.app.life.users.delete(ownerOf("ada", "users delete"));

    for (const tool of ["list_tasks", "query_user_stats", "list_changes"]) {
      assert.match(await ada.refused(tool), /^not_found: .*trash[^]*selfos undo --last --user ada/);
    }
    assert.match(await ada.refused("undo", { last: true }), /^not_found/);
  },
);

onEveryStore("undoing a client's changes twice finds nothing the second time", async (store) => {
  await using app = await startApp({ store });
  const bot = app.as("ada", { client: "bot" });
  await bot.call("create_task", { title: "Keep" });
  const choice = { since: "2026-11-22", client: "bot" };
  await bot.call("undo", choice);

  const again = await bot.refused("undo", choice);

  assert.match(again, /^not_found: .*none stands/);
});

Deno.test("last monday is in the past, for a due date too", async () => {
  await using app = await startApp();

  const { task } = await app.as("ada").call("create_task", {
    title: "Late",
    due_date: "last monday",
  });

  assert.equal(task.due_date, "2026-11-16");
});

onEveryStore("an all-day task is due at the end of its day", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await ada.call("create_task", { title: "All day", due_date: "2026-11-23" });
  await ada.call("create_task", { title: "Morning", due_date: "2026-11-23T08:00" });
  const titles = async (filter: object) => {
    const { tasks } = await ada.call("list_tasks", filter);
    return tasks.map(({ title }: { title: string }) => title).sort();
  };

  assert.deepEqual(await titles({ due_before: "2026-11-23T09:00" }), ["Morning"]);
  assert.deepEqual(await titles({ due_after: "2026-11-23T09:00" }), ["All day"]);
  assert.deepEqual(await titles({ due_before: "2026-11-24" }), ["All day", "Morning"]);
});

onEveryStore("a time that passed today is overdue, a day is not before it ends", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await ada.call("create_task", { title: "Passed", due_date: "2026-11-22T08:00" });
  await ada.call("create_task", { title: "To come", due_date: "2026-11-22T20:00" });
  await ada.call("create_task", { title: "Today", due_date: "2026-11-22" });

  const { overdue_tasks, due_today_tasks } = await ada.call("query_user_stats");

  assert.deepEqual({ overdue_tasks, due_today_tasks }, { overdue_tasks: 1, due_today_tasks: 2 });
});

Deno.test("completed_at is echoed in the person's time zone with its weekday", async () => {
  await using app = await startApp({ zone: "Europe/Berlin" });
  const { task } = await app.as("ada").call("create_task", { title: "Done" });

  const done = await app.as("ada").call("complete_task", {
    task_id: task.id,
    completed_at: "yesterday",
  });

  assert.deepEqual(done.resolved, { completed_at: "Saturday 2026-11-21T00:00:00+01:00" });
});
