import { backupsOf } from "../../../src/app/backups/backups.ts";
import { openArchive } from "../../../src/archive/format/open.ts";
import { restoreFrom } from "../../../src/archive/restore/restore.ts";
import { prove } from "../../../src/archive/proof/prove.ts";
import { VERSION } from "../../../src/version.ts";
import { LOCAL_USER } from "../../../src/config.ts";
import { startApp, type TestApp } from "../../harness.ts";
import { startPostgres } from "../../services/postgres.ts";
import { beside, bounded, faster, type Figure, megabytes, milliseconds } from "../report.ts";
import type { Bench } from "../section.ts";
import { busyFigures } from "./busy.ts";
import { dumped, runTool } from "./dump.ts";
import { fillLife, type Size } from "./fill.ts";
import { peakOf } from "./peak.ts";

/** A third of the speed of those who write no JSON and prove nothing. */
const SHARE = 1 / 3;
const MOST_MEMORY = 200e6;

/** A smaller life for a first look: `SELFOS` variables are the program's own. */
const SCALE = Number(Deno.env.get("BENCH_ARCHIVE_SCALE") ?? "1");
const SIZE: Size = { tasks: 100_000 * SCALE, memories: 20_000 * SCALE };

interface Times {
  readonly create: number;
  readonly verify: number;
  readonly restore: number;
}

/** Backups of a long life, beside those of the tools of PostgreSQL. */
export async function archiveFigures({ place, binary, say }: Bench): Promise<Figure[]> {
  const now = new Date().toISOString();
  const quiet = { now, serves: false };
  await using server = await startPostgres();
  say(`Filling lives of ${SIZE.tasks} tasks and ${SIZE.memories} memories ...`);
  const directory = `${place}/archive`;
  const sqlite = { "data-dir": directory, "log-level": "error" };
  const postgres = {
    ...{ "data-dir": `${place}/archive-pg`, "log-level": "error" },
    "database-url": `${server.url}/postgres`,
  };
  await runTool("psql", ["--quiet", postgres["database-url"], "-c", "create database target"]);
  const targets: Record<string, Record<string, string>> = {
    SQLite: { ...sqlite, "data-dir": `${place}/archive-target` },
    PostgreSQL: { ...postgres, "database-url": `${server.url}/target` },
  };
  const figures: Figure[] = [];
  const ours: Record<string, Times> = {};
  for (const [store, flags] of Object.entries({ SQLite: sqlite, PostgreSQL: postgres })) {
    await using app = await startApp({ ...quiet, flags });
    await fillLife(app.app.db, SIZE);
    say(`Backing up ${store} ...`);
    ours[store] = await timesOf(app, targets[store] ?? {});
    figures.push(...await busyFigures(store, app));
  }
  say("Dumping and restoring with the tools of PostgreSQL ...");
  const { dump, restore } = await dumped(`${server.url}/postgres`, place);
  for (const [store, { create, verify, restore: loaded }] of Object.entries(ours)) {
    const figure = (what: string, ours: number, other: number, tool: string) => ({
      ...{ name: `${what} an archive, ${store}: ${tool}`, ours, other, unit: milliseconds },
    });
    figures.push(
      faster(figure("create", create, dump, "pg_dump"), SHARE),
      faster(figure("verify", verify, restore, "pg_restore"), SHARE),
      faster(figure("restore", loaded, restore, "pg_restore"), SHARE),
      beside(figure("verify and restore", verify + loaded, restore, "pg_restore")),
    );
  }
  say("Measuring memory ...");
  const idle = await peakOf(binary, directory, "backup", "list");
  for (const command of [["create"], ["verify", "bench"], ["restore", "bench", "--yes"]]) {
    const peak = await peakOf(binary, directory, "backup", ...command);
    figures.push(
      bounded(
        { name: `memory to ${command[0]}, beyond idle`, ours: peak - idle, unit: megabytes },
        MOST_MEMORY,
      ),
    );
  }
  return figures;
}

/**
 * Of a restore, what comes after its proof.
 *
 * @param target settings of an empty store, into which it is restored
 */
async function timesOf(
  { app, config, clock }: TestApp,
  target: Record<string, string>,
): Promise<Times> {
  const backups = backupsOf(config, { db: app.db, selfos: VERSION, now: () => clock.now });
  const create = await timed(() => backups.create({ id: "bench" }));
  const verify = await timed(() => backups.verify("bench"));
  await using empty = await startApp({ serves: false, flags: target });
  const { file } = (await backups.list()).find(({ id }) => id === "bench") ?? { file: "" };
  const { bytes, swelling } = await openArchive(file);
  const folder = backups.folder.path;
  const { scratch, header: { store } } = await prove({ bytes, swelling, folder, progress, rest });
  await using _ = scratch;
  const restore = await timed(() =>
    restoreFrom({
      ...{ db: empty.app.db, scratch, store, person: LOCAL_USER, progress, now: () => clock.now },
      save: () => Promise.reject(new Error("the store was to be empty")),
    })
  );
  return { create, verify, restore };
}

const progress = () => {};
const rest = () => Promise.resolve();

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
