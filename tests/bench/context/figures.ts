import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import { startApp } from "../../harness.ts";
import { startPostgres } from "../../services/postgres.ts";
import type { Figure } from "../report.ts";
import type { Bench } from "../section.ts";
import { busyFigures } from "./busy.ts";
import { cachedFigures } from "./cached.ts";
import { fillLife } from "./fill.ts";

const COUNT = "select count(*) from tasks where user_id = 'local' and deleted_at is null";

/** What a conversation opens with: summaries, statistics and the cache, in a life of some years. */
export async function contextFigures({ place, binary, say }: Bench): Promise<Figure[]> {
  const directory = `${place}/context`;
  const flags = { "data-dir": directory };
  say("Measuring summaries and statistics on SQLite ...");
  const figures = await quietFigures("SQLite", flags);
  const file = new DatabaseSync(`${directory}/selfos.db`);
  const inFile = file.prepare(COUNT);
  figures.push(
    ...await busyFigures("SQLite", {
      ...{ binary, directory, flags: [] },
      count: () => Promise.resolve(inFile.get()),
    }),
  );
  file.close();
  return [...figures, ...await figuresOnPostgres({ place, binary, say })];
}

async function figuresOnPostgres({ place, binary, say }: Bench): Promise<Figure[]> {
  await using server = await startPostgres();
  const sql = postgres(`${server.url}/postgres`, { max: 1, onnotice: () => {} });
  try {
    const url = `${server.url}/postgres`;
    const directory = `${place}/context-pg`;
    const flags = { "data-dir": directory, "database-url": url };
    say("Measuring summaries and statistics on PostgreSQL ...");
    const figures = await quietFigures("PostgreSQL", flags);
    await sql.unsafe("vacuum analyze");
    const busy = {
      binary,
      directory,
      flags: ["--database-url", url],
      count: () => sql.unsafe(COUNT),
    };
    return [...figures, ...await busyFigures("PostgreSQL", busy)];
  } finally {
    await sql.end();
  }
}

/** Fills the store, and measures what nobody else disturbs. */
async function quietFigures(
  store: string,
  flags: Readonly<Record<string, string>>,
): Promise<Figure[]> {
  const now = new Date().toISOString();
  const options = { flags: { ...flags, "log-level": "error" }, now, serves: false };
  await using app = await startApp(options);
  await fillLife(app);
  return await cachedFigures(store, app);
}
