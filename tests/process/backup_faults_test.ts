import assert from "node:assert/strict";
import { POSTGRES_URL } from "../harness.ts";
import { startPostgres } from "../services/postgres.ts";
import { until } from "../until.ts";
import { type Disk, mountDisk, NO_DISKS } from "./disk.ts";
import { faultsOf } from "./invariants.ts";
import { startNetwork } from "./network.ts";
import { onOneProgram } from "./programs.ts";
import { newPlace, runToEnd, startServer } from "./server.ts";

onSmallDisk(
  "a full disk ends a backup with a word, and leaves earlier ones and the store",
  async ({ disk, dataDir, run }) => {
    await disk.fill();

    const { code, stderr } = await run("backup", "create");
    const restored = await run("backup", "restore", newestIn(dataDir), "--yes");

    assert.equal(code, 1, stderr);
    assert.match(stderr, /^Error: Cannot .*(disk is full|full or failing)[^]*\nTry: /);
    assert.equal(restored.code, 1, restored.stderr);
    assert.match(restored.stderr, /^Error: Cannot .*(full|failing)/);
    assert.ok(!namesIn(dataDir).some((name) => name.endsWith("-part")));
    await disk.free();
    assert.equal((await run("backup", "verify", newestIn(dataDir))).code, 0);
    assert.deepEqual(faultsOf(dataDir), []);
  },
);

onSmallDisk(
  "a disk with no room for a proof ends it with a word",
  async ({ disk, dataDir, run }) => {
    const name = newestIn(dataDir);
    await disk.fill(160);
    using elsewhere = newPlace();
    const out = `${elsewhere.path}/life.selfos.gz`;
    const refusals = [
      { args: ["create"], says: /what was written is removed, and earlier archives are as they/ },
      { args: ["create"], says: /what was written is removed, and earlier archives are as they/ },
      { args: ["create", "--out", out], says: /life\.selfos\.gz was written, and is not proven/ },
      { args: ["verify", name], says: /nothing was changed/ },
      { args: ["restore", name, "--yes"], says: /nothing was changed/ },
    ];

    for (const { args, says } of refusals) {
      const { code, stderr } = await run("backup", ...args);
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^Error: Cannot .* as the disk is full or failing\nTry: +free /m);
      assert.match(stderr, says);
    }
    assert.deepEqual(namesIn(dataDir), [`${name}.selfos.gz`]);
    await disk.free();
    const { backups } = JSON.parse((await run("backup", "list", "--json")).stdout);
    assert.deepEqual(backups.map(({ here }: { here: boolean }) => here), [false, true]);
    assert.equal((await run("backup", "verify", out)).code, 0);
    assert.equal((await run("backup", "verify", name)).code, 0);
    assert.deepEqual(faultsOf(dataDir), []);
  },
);

onOneProgram(
  "a PostgreSQL that goes away in the middle leaves the store and earlier backups",
  async (program) => {
    using place = newPlace();
    await using server = await startPostgres();
    const env = { SELFOS_DATABASE_URL: `${server.url}/postgres` };
    const run = (...args: string[]) => runToEnd(program, { ...place, args, env });
    await run("migrate", "up");
    const tasks = Array.from({ length: 50 }, (_, index) => ({ title: `Task ${index}` }));
    for (let round = 0; round < 20; round++) {
      const made = await run("call", "create_tasks", JSON.stringify({ tasks }));
      assert.equal(made.code, 0, made.stderr);
    }
    assert.equal((await run("backup", "create")).code, 0);
    const { stdout: before } = await run("call", "query_user_stats", "--json");
    const restoring = run("backup", "restore", newestIn(place.dataDir), "--yes");
    await until(() => Promise.resolve(namesIn(place.dataDir).length > 1), 20_000);

    await server.stop();
    const { code, stderr } = await restoring;
    const created = await run("backup", "create");

    assert.equal(created.code, 1);
    assert.match(created.stderr, /^Error: Cannot use PostgreSQL at /);
    if (code !== 0) assert.match(stderr, /^Error: Cannot /);
    await server.start();
    const { stdout: after } = await run("call", "query_user_stats", "--json");
    assert.equal(after, before);
    const listed = JSON.parse((await run("backup", "list", "--json")).stdout);
    const [first] = listed.backups.filter(({ reason }: { reason: string }) => reason === "asked");
    assert.equal((await run("backup", "verify", first.id)).code, 0);
  },
  POSTGRES_URL ? undefined : "TEST_POSTGRES_URL is not set",
);

onOneProgram(
  "a server that runs while a life is restored tells its subscribers, and reads anew",
  async (program) => {
    using place = newPlace();
    const run = (...args: string[]) => runToEnd(program, { ...place, args: [...args, "--json"] });
    await using server = await startServer(program, place);
    const { task } = await server.call("create_task", { title: "Before" });
    await server.call("add_memory", { content: "Green paint for the shed" });
    const { backup } = JSON.parse((await run("backup", "create")).stdout);
    await server.call("update_task", { task_id: task.id, title: "After" });
    await server.call("add_memory", { content: "Red paint for the barn" });
    const uri = `selfos://tasks/${task.id}`;
    await server.request("resources/read", { uri });
    await server.request("resources/subscribe", { uri });
    const told = server.answer(undefined as never);
    await new Promise((resolve) => setTimeout(resolve, 1000));

    const restored = await run("backup", "restore", backup.id, "--yes");

    assert.equal(restored.code, 0, restored.stderr);
    const { method, params } = await told;
    assert.deepEqual([method, params], ["notifications/resources/updated", { uri }]);
    const { result } = await server.request("resources/read", { uri });
    assert.match(result.contents[0].text, /"Before"/);
    const { memories } = await server.call("search_memory", { query: "paint" });
    assert.deepEqual(memories.map(({ content }: { content: string }) => content), [
      "Green paint for the shed",
    ]);
    const { tasks } = await server.call("list_tasks");
    assert.deepEqual(tasks.map(({ title }: { title: string }) => title), ["Before"]);
  },
);

onOneProgram(
  "a server backs up when it is due, and health and metrics tell when that was proven",
  async (program) => {
    using place = newPlace();
    await using network = await startNetwork(program, place.dataDir, [
      ...["--backup-schedule", "hourly", "--backup-keep", "1d"],
    ]);
    const health = async () => await (await fetch(new URL("/mcp/health", network.url))).json();
    assert.equal((await health()).last_verified_backup, null);

    await until(async () => (await health()).last_verified_backup !== null, 20_000);

    const { last_verified_backup } = await health();
    const metrics = new URL("/mcp/metrics", network.url);
    assert.equal((await (await fetch(metrics)).json()).last_verified_backup, last_verified_backup);
    const text = await (await fetch(`${metrics}?format=prometheus`)).text();
    assert.match(text, /^selfos_last_verified_backup_timestamp_seconds 1\.?\d+/m);
    assert.equal(namesIn(place.dataDir).length, 1);
    const { stderr } = await network.end("SIGTERM");
    assert.match(stderr, /Backed up .* proved it/);
  },
);

onOneProgram(
  "a server that is told to end gives up the backup that was due, and the next one makes it",
  async (program) => {
    using place = newPlace();
    await using filling = await startServer(program, place);
    for (let count = 0; count < 4000; count += 50) {
      const tasks = Array.from({ length: 50 }, (_, index) => ({ title: `Task ${count + index}` }));
      await filling.call("create_tasks", { tasks });
    }
    await filling.end();
    const isBegun = () => {
      try {
        return namesIn(place.dataDir).some((name) => /-part$|^\.scratch-/.test(name));
      } catch {
        return false;
      }
    };
    const archives = () => namesIn(place.dataDir).filter((name) => name.endsWith(".selfos.gz"));
    await using network = await startNetwork(program, place.dataDir, [
      "--backup-schedule",
      "hourly",
    ]);
    await until(() => Promise.resolve(isBegun()), 20_000);
    const begun = performance.now();

    const { code, stderr } = await network.end("SIGTERM");

    const seconds = (performance.now() - begun) / 1000;
    assert.equal(code, 0, stderr);
    assert.ok(seconds < 5, `${seconds.toFixed(1)} s`);
    assert.match(stderr, /left to the next server/);
    assert.doesNotMatch(stderr, /Backed up|"ERROR"/);
    await using next = await startNetwork(program, place.dataDir, ["--backup-schedule", "hourly"]);
    const health = new URL("/mcp/health", next.url);
    const isProven = async () => (await (await fetch(health)).json()).last_verified_backup !== null;
    await until(isProven, 30_000);
    assert.equal(archives().length, 1);
  },
);

function namesIn(dataDir: string): string[] {
  return [...Deno.readDirSync(`${dataDir}/backups`)].map(({ name }) => name);
}

function newestIn(dataDir: string): string {
  return namesIn(dataDir).filter((name) => name.endsWith(".selfos.gz")).sort()[0]
    ?.replace(".selfos.gz", "") ?? "none";
}

/** One test on a disk of 4 MiB with a store of one task and a backup of it. */
function onSmallDisk(name: string, body: (small: SmallDisk) => Promise<void>): void {
  onOneProgram(name, async (program) => {
    await using disk = await mountDisk(4096);
    const dataDir = `${disk.path}/data`;
    const run = (...args: string[]) => runToEnd(program, { dataDir, args });
    await run("call", "create_task", "title=First");
    assert.equal((await run("backup", "create")).code, 0);
    await body({ disk, dataDir, run });
  }, NO_DISKS);
}

interface SmallDisk {
  readonly disk: Disk;
  readonly dataDir: string;
  run(...args: string[]): ReturnType<typeof runToEnd>;
}
