/** How long a search takes among many memories, beside what embedding its query takes. */
import postgres from "postgres";
import { LOCAL_USER } from "../../../src/config.ts";
import type { Embedder } from "../../../src/search/embedder.ts";
import { startApp, type TestApp } from "../../harness.ts";
import { startPostgres } from "../../services/postgres.ts";
import { type Figure, median, milliseconds, percentile, shown, within } from "../report.ts";
import { Rpc } from "../stdio/rpc.ts";
import { denoSubject } from "../stdio/subjects.ts";
import { fill } from "./fill.ts";
import { openModel } from "./model.ts";
import { randomFrom, Sentences } from "./sentences.ts";
import { QUERIES } from "./set.ts";

/** Memories, and how many times the time of embedding its query a search may take. */
const SIZES = [{ size: 10_000, factor: 2 }, { size: 100_000, factor: 4 }] as const;
const OF_EACH_KIND = 25;
const WARM_UP = 40;

interface Place {
  readonly store: string;
  readonly flags: Readonly<Record<string, string>>;
}

export async function speedFigures(
  { place, say }: { place: string; say(line: string): void },
): Promise<Figure[]> {
  const figures = await figuresOn(
    { store: "SQLite", flags: { "data-dir": `${place}/search` } },
    say,
  );
  await using server = await startPostgres();
  await administer(server.url, "create database search");
  const flags = { "data-dir": `${place}/search-pg`, "database-url": `${server.url}/search` };
  return [...figures, ...await figuresOn({ store: "PostgreSQL", flags }, say)];
}

async function figuresOn({ store, flags }: Place, say: (line: string) => void): Promise<Figure[]> {
  await using test = await startApp({ flags: { ...flags, "log-level": "error" } });
  await using embedder = openModel();
  const sentences = new Sentences(1);
  const queries = mixedQueries(sentences);
  const figures: Figure[] = [];
  let filled = 0;
  for (const { size, factor } of SIZES) {
    const many = size.toLocaleString("en");
    say(`Measuring searches among ${many} memories on ${store} ...`);
    await fill(
      test.app.db,
      { user_id: LOCAL_USER, model: embedder.model, count: size - filled },
      sentences,
    );
    filled = size;
    const url = flags["database-url"];
    if (url !== undefined) await administer(url, "vacuum analyze");
    const first = await firstSearch(flags);
    const { searching, embedding } = await timesOf(test, embedder, queries);
    const named = (what: string) => `${what} of ${many}, ${store}`;
    const unit = milliseconds;
    figures.push(
      within({
        ...{ name: named("search_memory"), unit },
        ours: median(searching),
        other: median(embedding),
      }, factor),
      shown({ name: named("search_memory, p95"), unit, ours: percentile(searching, 0.95) }),
      shown({ name: named("first search_memory after start"), unit, ours: first }),
    );
  }
  return figures;
}

/** Milliseconds of searching and of embedding the same queries, one after the other. */
async function timesOf(
  test: TestApp,
  embedder: Embedder,
  queries: readonly string[],
): Promise<{ searching: number[]; embedding: number[] }> {
  const client = await test.as(LOCAL_USER).open();
  const searching: number[] = [];
  const embedding: number[] = [];
  const all = [...queries.slice(0, WARM_UP), ...queries];
  for (const [index, query] of all.entries()) {
    const began = performance.now();
    await embedder.embed([query], { urgent: true });
    const embedded = performance.now();
    const result = await client.callTool({ name: "search_memory", arguments: { query } });
    const found = performance.now();
    const { memories, not_embedded, words_only } = Object(result.structuredContent);
    if (memories?.length !== 5 || not_embedded || words_only) {
      throw new Error(`"${query}" was not searched as it should: ${JSON.stringify(result)}`);
    }
    if (index < WARM_UP) continue;
    embedding.push(embedded - began);
    searching.push(found - embedded);
  }
  return { searching, embedding };
}

/** Milliseconds of the first search of a server that was just started: it loads model and vectors. */
async function firstSearch(flags: Readonly<Record<string, string>>): Promise<number> {
  const { program, args } = (await denoSubject()).launch("");
  const env = Object.fromEntries(
    Object.entries(flags).map((
      [flag, value],
    ) => [`SELFOS_${flag.replaceAll("-", "_").toUpperCase()}`, value]),
  );
  await using rpc = new Rpc({ program, args, env });
  await rpc.initialize();
  const query = "what keeps me awake at night";
  const { milliseconds } = await rpc.call({ name: "search_memory", args: { query } });
  return milliseconds;
}

/** Paraphrases, rare words, words that many memories have, and rare words mistyped, taking turns. */
function mixedQueries({ rare }: Sentences): string[] {
  const random = randomFrom(2);
  const some = () => rare[Math.floor(0.3 * rare.length * random())] ?? "";
  const kinds = [
    (index: number) => QUERIES.paraphrases[index]?.query ?? "",
    () => some(),
    (index: number) => COMMON[index % COMMON.length] ?? "",
    () => mistyped(some(), random),
  ];
  return Array.from({ length: OF_EACH_KIND }, (_, index) => kinds.map((kind) => kind(index)))
    .flat();
}

const COMMON = ["house and garden", "the car", "what did I decide about the new kitchen budget"];

/** Two letters swapped, or one left out. */
function mistyped(word: string, random: () => number): string {
  const at = 1 + Math.floor(random() * (word.length - 2));
  const [before, here, next, after] = [
    word.slice(0, at),
    word.charAt(at),
    word.charAt(at + 1),
    word.slice(at + 2),
  ];
  return random() < 0.5 ? before + next + here + after : before + next + after;
}

async function administer(url: string, statement: string): Promise<void> {
  const path = new URL(url).pathname === "" ? `${url}/postgres` : url;
  const sql = postgres(path, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end();
  }
}
