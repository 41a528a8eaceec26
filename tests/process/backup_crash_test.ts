import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { faultsOf, withStore } from "./invariants.ts";
import { onOneProgram, type Program } from "./programs.ts";
import { command, newPlace, runToEnd, startServer } from "./server.ts";

const KILLS = 20;
const TASKS = 2000;

onOneProgram(
  `kill -9 while backups are made, ${KILLS} times, leaves none that is bad`,
  async (program) => {
    using place = await filledPlace(program);
    const good = await run(program, place.dataDir, "backup", "create");

    const length = await timeOf(program, place.dataDir, "backup", "create");
    const proven = new Set(archivesIn(place.dataDir));
    for (let round = 0; round < KILLS; round++) {
      await killed(program, place.dataDir, length * (0.2 + round / KILLS), "backup", "create");
      for (const name of archivesIn(place.dataDir)) {
        if (!proven.has(name)) await run(program, place.dataDir, "backup", "verify", name);
        proven.add(name);
      }
    }
    await run(program, place.dataDir, "backup", "verify", good.backup.id);

    const { backups } = await run(program, place.dataDir, "backup", "list");
    assert.ok(backups.some(({ id }: { id: string }) => id === good.backup.id));
    assert.deepEqual(faultsOf(place.dataDir), []);
  },
);

onOneProgram(
  `kill -9 while a life is restored, ${KILLS} times, restores all or nothing`,
  async (program) => {
    using place = await filledPlace(program);
    const { backup } = await run(program, place.dataDir, "backup", "create");
    await run(program, place.dataDir, "call", "create_task", "title=Later");
    const restore = ["backup", "restore", backup.id, "--yes"];
    const copy = `${place.path}/before`;
    const before = printOf(place.dataDir);
    copyStore(place.dataDir, copy);
    const length = await timeOf(program, place.dataDir, ...restore);
    const after = printOf(place.dataDir);
    assert.notEqual(after, before);
    const seen = new Set<string>();

    for (let round = 0; round < KILLS; round++) {
      copyStore(copy, place.dataDir);
      await killed(program, place.dataDir, length * (0.3 + 0.75 * round / KILLS), ...restore);
      const print = printOf(place.dataDir);
      assert.ok(
        print === before || print === after,
        `after kill ${round + 1} the store is neither`,
      );
      assert.deepEqual(faultsOf(place.dataDir), [], `after kill ${round + 1}`);
      seen.add(print);
    }

    assert.ok(seen.has(before), "no kill came in time");
    await run(program, place.dataDir, "backup", "verify", backup.id);
  },
);

onOneProgram(
  `kill -9 while backups are pruned, ${KILLS} times, leaves those to keep`,
  async (program) => {
    using place = newPlace();
    const made: string[] = [];
    for (let round = 0; round < 4; round++) {
      await run(program, place.dataDir, "call", "create_task", `title=Task ${round}`);
      made.push((await run(program, place.dataDir, "backup", "create")).backup.id);
    }
    const newest = made.at(-1) ?? "";
    const folder = `${place.dataDir}/backups`;
    const copy = `${place.path}/before`;
    copyStore(place.dataDir, copy);
    copyFolder(folder, `${copy}/backups`);
    const prune = ["backup", "prune", "--yes"];
    const length = await timeOf(program, place.dataDir, ...prune);
    assert.deepEqual(archivesIn(place.dataDir), [newest]);

    for (let round = 0; round < KILLS; round++) {
      copyStore(copy, place.dataDir);
      copyFolder(`${copy}/backups`, folder);
      await killed(program, place.dataDir, length * (0.5 + 0.6 * round / KILLS), ...prune);
      assert.ok(archivesIn(place.dataDir).includes(newest), `after kill ${round + 1}`);
      for (const { name } of Deno.readDirSync(folder)) {
        assert.match(name, /\.selfos\.gz$/, `after kill ${round + 1}`);
      }
    }

    await run(program, place.dataDir, "backup", "prune", "--yes");
    assert.deepEqual(archivesIn(place.dataDir), [newest]);
    await run(program, place.dataDir, "backup", "verify", newest);
  },
);

/** A store with enough in it that it takes a while to back up. */
async function filledPlace(program: Program) {
  const place = newPlace();
  await using server = await startServer(program, place);
  for (let count = 0; count < TASKS; count += 50) {
    const tasks = Array.from({ length: 50 }, (_, index) => ({
      title: `Task ${count + index} of many`,
      tags: ["one", "two"],
    }));
    await server.call("create_tasks", { tasks });
  }
  await server.end();
  return place;
}

async function run(program: Program, dataDir: string, ...args: string[]) {
  const ended = await runToEnd(program, { dataDir, args: [...args, "--json"] });
  assert.equal(ended.code, 0, `${args.join(" ")}: ${ended.stderr}`);
  return JSON.parse(ended.stdout);
}

async function timeOf(program: Program, dataDir: string, ...args: string[]): Promise<number> {
  const start = performance.now();
  await run(program, dataDir, ...args);
  return performance.now() - start;
}

async function killed(program: Program, dataDir: string, after: number, ...args: string[]) {
  const child = command(program, { dataDir, args, stdin: "null" }).spawn();
  const output = child.output();
  const timer = setTimeout(() => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  }, after);
  await output;
  clearTimeout(timer);
}

function archivesIn(dataDir: string): string[] {
  return [...Deno.readDirSync(`${dataDir}/backups`)].map(({ name }) => name)
    .filter((name) => name.endsWith(".selfos.gz"))
    .map((name) => name.slice(0, -".selfos.gz".length));
}

function copyStore(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  withStore(from, (database) => database.exec("pragma wal_checkpoint(truncate)"));
  for (const name of ["selfos.db-wal", "selfos.db-shm"]) {
    try {
      Deno.removeSync(`${to}/${name}`);
    } catch {
      // It is not there, as nobody has the store open.
    }
  }
  Deno.copyFileSync(`${from}/selfos.db`, `${to}/selfos.db`);
}

function copyFolder(from: string, to: string): void {
  Deno.mkdirSync(to, { recursive: true });
  for (const { name } of Deno.readDirSync(from)) {
    Deno.copyFileSync(`${from}/${name}`, `${to}/${name}`);
  }
}

/** Equal where all tasks and their past are. */
function printOf(dataDir: string): string {
  const database = new DatabaseSync(`${dataDir}/selfos.db`);
  try {
    const lines = ["tasks", "task_tags", "changes", "change_items"].map((table) => {
      const row = database.prepare(`select count(*) as rows from ${table}`)
        .get();
      return `${table} ${row?.["rows"]}`;
    });
    return lines.join(", ");
  } finally {
    database.close();
  }
}
