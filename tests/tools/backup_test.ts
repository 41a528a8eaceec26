import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { weekly } from "../archive/weekly.ts";

onEveryStore(
  "backup_user_data makes a proven archive of the caller alone, once a state",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    await ada.call("create_task", { title: "Ada's task" });
    await app.as("bob").call("create_task", { title: "Secret of Bob" });
    assert.match(await weekly(app, "ada"), /No backup of this life is proven yet\./);

    app.clock.now = new Date(app.clock.now.getTime() + 1000);
    const first = await ada.call("backup_user_data");
    app.clock.now = new Date(app.clock.now.getTime() + 1000);
    const same = await ada.call("backup_user_data");
    await ada.call("create_task", { title: "Another" });
    const next = await ada.call("backup_user_data");

    assert.equal(first.status, "verified");
    assert.deepEqual(same, first);
    assert.notEqual(next.backup_id, first.backup_id);
    const path = `${app.config.dataDir}/backups/${next.backup_id}.selfos.gz`;
    const { readable } = await Deno.open(path);
    const text = await new Response(readable.pipeThrough(new DecompressionStream("gzip"))).text();
    assert.match(text, /Ada's task/);
    assert.doesNotMatch(text, /Secret of Bob/);
    assert.match(
      await weekly(app, "ada"),
      /The last backup was proven on Sunday 22 November 2026\./,
    );
    assert.match(await weekly(app, "bob"), /No backup of this life is proven yet\./);
    const { changes } = await ada.call("list_changes");
    assert.deepEqual(changes.map(({ tool }: { tool: string }) => tool), [
      "create_task",
      "create_task",
      "users create",
    ]);
  },
);

Deno.test("a reader may not back up, and backups of a day take the place of each other", async () => {
  await using app = await startApp();
  const reader = app.as("ada", { level: "read_only" });

  const refusal = await reader.refused("backup_user_data");
  for (let count = 0; count < 3; count++) {
    await app.as("ada").call("create_task", { title: `Task ${count}` });
    app.clock.now = new Date(app.clock.now.getTime() + 60_000);
    await app.as("ada").call("backup_user_data");
  }

  assert.match(refusal, /permission_denied/);
  const files = [...Deno.readDirSync(`${app.config.dataDir}/backups`)];
  assert.equal(files.length, 1, files.map(({ name }) => name).join(" "));
});

Deno.test("who only proposes backs up at once, as that writes nothing into the life", async () => {
  await using app = await startApp();
  await app.as("ada").call("create_task", { title: "Task" });
  const agent = app.as("ada", { level: "propose" });

  const { status } = await agent.call("backup_user_data");

  assert.equal(status, "verified");
  assert.equal((await agent.call("list_proposals")).total, 0);
});
