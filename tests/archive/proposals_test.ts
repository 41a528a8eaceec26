import assert from "node:assert/strict";
import { NOW, onEveryStore } from "../harness.ts";
import { imported } from "../formats/world.ts";
import { approve, arrange, WRITES } from "../tools/proposing.ts";
import { fill, newWorld, rowsOf } from "./world.ts";

/** What they name is known by all that it was, which has other ids now, or by a plan, which is gone. */
const NAMED_ANEW = ["delete_goal", "delete_task", "forget_memory", "undo", "apply_plan"];

for (const [tool, argumentsIn] of Object.entries(WRITES)) {
  const isRefused = NAMED_ANEW.includes(tool);
  const outcome = isRefused ? "is refused" : "is carried out";
  Deno.test(`${tool}, proposed before a life got other ids, ${outcome} after`, async () => {
    await using source = await newWorld();
    await using target = await newWorld();
    await fill(target.app, "bob");
    await target.app.as("bob", { level: "propose" }).call("create_task", { title: "Bob's" });
    const place = await arrange(source.app);
    const agent = source.app.as("ada", { level: "propose" });
    const args = await argumentsIn(place, agent);
    const { diff, proposal_id } = await agent.call(tool, args);
    const { file } = await source.backups.create({ person: "ada" });
    const bobs = await rowsOf(target.app.app, ["bob"]);

    const { renumbered } = await target.backups.restore(file);

    const { proposals } = target.app.app.life;
    const looking = { user_id: "ada", principal: "local" };
    const { proposals: [restored] } = await proposals.list(looking, { limit: 5 });
    assert.ok(restored && restored.id !== proposal_id && renumbered.includes("proposals"));
    assert.equal(restored.diff.length, diff.length);
    const done = approve(target.app, restored.id);
    if (isRefused) {
      await assert.rejects(done, /things have changed since|Cannot find a plan of this plan_token/);
    } else {
      await done;
      assert.equal((await proposals.get("ada", restored.id)).status, "approved");
    }
    assert.deepEqual(await rowsOf(target.app.app, ["bob"]), bobs);
  });
}

onEveryStore("what was decided, imported and read from a calendar comes back", async (store) => {
  await using source = await newWorld("sqlite");
  await using target = await newWorld(store);
  await fill(target.app, "bob");
  await imported(target.app, "bob", "todoist", "TYPE,CONTENT\ntask,Buy milk");
  const { call } = source.app.as("ada");
  await imported(source.app, "ada", "todoist", "TYPE,CONTENT\ntask,Water the roses");
  const agent = source.app.as("ada", { level: "propose" });
  const { proposal_id } = await agent.call("update_task", { task_id: 1, priority: "high" });
  const { change_id } = await approve(source.app, proposal_id);
  await source.app.app.db.write("ada", async (tx) => {
    await tx.insertInto("calendar_events").values({
      ...{ user_id: "ada", calendar: "work", uid: "1", title: "Meeting", busy: 1 },
      ...{ starts: "2026-11-23T10:00:00.000Z", ends: "2026-11-23T11:00:00.000Z" },
      ...{ created_at: NOW, updated_at: NOW, deleted_at: null },
    }).execute();
  });
  const { file } = await source.backups.create({ person: "ada" });

  await target.backups.restore(file);

  const ada = target.app.as("ada");
  const { tasks: [task] } = await ada.call("list_tasks");
  assert.equal((await ada.call("get_task", { task_id: task.id })).task.source, "todoist");
  assert.equal((await ada.call("plan_day", { date: "2026-11-23" })).events[0].title, "Meeting");
  const { proposals: [proposal] } = await ada.call("list_proposals");
  assert.deepEqual([proposal.status, proposal.diff.length], ["approved", 1]);
  assert.match(proposal.diff[0], new RegExp(`task ${task.id} "Water the roses"`));
  const { changes: [change] } = await ada.call("list_changes");
  assert.deepEqual([change.id, change.id > change_id], [proposal.change_id, true]);
  const again = await imported(target.app, "ada", "todoist", "TYPE,CONTENT\ntask,Water the roses");
  assert.equal(again.counts.create, 0);
  assert.equal((await call("list_tasks")).total, 1);
});

Deno.test("what a guest proposed for a life is in no archive of that life alone", async () => {
  await using world = await newWorld();
  const { app, backups } = world;
  const { life_area } = await app.as("ada").call("save_life_area", { name: "Home" });
  await app.as("bob").call("list_goals");
  await app.app.life.shares.share("ada", "Home", "bob", "editor");
  const guest = app.as("bob", { level: "propose" });
  await guest.call("create_goal", { title: "Paint", life_area_id: life_area.id });
  const { file } = await backups.create({ person: "ada" });
  const { file: whole } = await backups.create();

  await backups.restore(file);
  assert.equal((await guest.call("list_proposals")).total, 1);
  await backups.restore(whole);
  assert.equal((await guest.call("list_proposals")).total, 1);
});
