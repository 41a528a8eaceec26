import assert from "node:assert/strict";
import { backupsOf } from "../archive/world.ts";
import { startNetwork, type TestNetwork } from "./network.ts";

// deno-lint-ignore no-explicit-any
async function told(network: TestNetwork, path: string): Promise<any> {
  const init = { headers: { host: "localhost:8420" } };
  const response = await network.send(path, init, "127.0.0.1", false);
  return { status: response.status, body: await response.json() };
}

const unknown = {
  fails: () => Promise.reject(new Error("no such table")),
  hangs: () => new Promise<never>(() => {}),
};
for (const [what, lastBackup] of Object.entries(unknown)) {
  Deno.test(`a store whose backups nobody can tell, as that ${what}, is healthy all the same`, async () => {
    await using network = await startNetwork({ lastBackup });

    const [health, metrics] = await Promise.all([
      told(network, "/mcp/health"),
      told(network, "/mcp/metrics"),
    ]);

    assert.deepEqual([health.status, health.body.status], [200, "healthy"]);
    assert.equal(health.body.last_verified_backup, null);
    assert.deepEqual([metrics.status, metrics.body.last_verified_backup], [200, null]);
  });
}

Deno.test("the last backup is as old as what is in it, however often that is proven", async () => {
  await using network = await startNetwork();
  const { app } = network;
  const last = async () => (await told(network, "/mcp/health")).body.last_verified_backup;
  await app.as("ada").call("create_task", { title: "Task" });
  const backups = backupsOf(app, `${app.config.dataDir}/backups`);
  const made_at = app.clock.now.toISOString();
  const { id } = await backups.create();
  const unproven = await last();

  app.clock.now = new Date(app.clock.now.getTime() + 400 * 24 * 3600_000);
  await backups.verify(id);
  await backups.make({ person: "ada" });
  await backups.restore(id);

  assert.deepEqual([unproven, await last()], [null, made_at]);
  const plan = await backups.toPrune({ days: 1, weeks: 0, months: 0, years: 0 }, ["asked"]);
  await backups.prune({ ...plan, removed: plan.kept });
  assert.equal(await last(), null);
});
