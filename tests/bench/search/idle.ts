/** What memory a server keeps once nobody searches any more. */
import { setTimeout as sleep } from "node:timers/promises";
import { LOCAL_USER } from "../../../src/config.ts";
import { startApp } from "../../harness.ts";
import { residentBytes } from "../process.ts";
import { type Figure, megabytes, notMeasured, shown } from "../report.ts";
import { Rpc } from "../stdio/rpc.ts";
import { binarySubject, denoSubject, type Subject } from "../stdio/subjects.ts";
import { fill } from "./fill.ts";
import { openModel } from "./model.ts";
import { Sentences } from "./sentences.ts";
import { QUERIES } from "./set.ts";

const MEMORIES = 10_000;
const SEARCHES = 20;
/** What a worker left behind would add up with each. */
const PERIODS = 10;
const PERIOD_MS = 9000;
const MOST_MORE = 60e6;
const IDLE = "5s";
/** The workers end after a while, and the runtime gives back their memory some time after that. */
const SETTLING_MS = 40_000;

/** Resident bytes of a server that has searched, and of one that never did, on stores alike. */
export async function idleFigures(place: string, binary: string): Promise<Figure[]> {
  const subjects = [binarySubject(binary), await denoSubject()];
  const target = `<= ${megabytes(MOST_MORE)} more`;
  const named = (subject: Subject) => `idle memory after ${PERIODS} idle periods, ${subject.name}`;
  if (Deno.build.os !== "linux") {
    return subjects.map((subject) => notMeasured(named(subject), target));
  }
  const directory = await filled(place);
  const figures: Figure[] = [];
  for (const subject of subjects) {
    await using never = await opened(subject, directory);
    await using searched = await opened(subject, directory);
    for (const rpc of [never, searched]) {
      await rpc.request("tools/list", {});
      await rpc.call(subject.list);
    }
    for (const { query } of QUERIES.paraphrases.slice(0, SEARCHES)) await search(searched, query);
    const busy = await residentBytes(searched.pid);
    for (const { query } of QUERIES.paraphrases.slice(0, PERIODS - 1)) {
      await sleep(PERIOD_MS);
      await search(searched, query);
    }
    await sleep(SETTLING_MS);
    const ours = await residentBytes(searched.pid);
    const other = await residentBytes(never.pid);
    figures.push({
      ...{ name: named(subject), ours: megabytes(ours), target, met: ours - other <= MOST_MORE },
      ...{ other: `${megabytes(other)} (ours)`, ratio: (ours / other).toFixed(2) },
    }, shown({ name: `memory while searching, ${subject.name}`, ours: busy, unit: megabytes }));
  }
  return figures;
}

async function search(server: Rpc, query: string): Promise<void> {
  const { result } = await server.call({ name: "search_memory", args: { query } });
  if (result.structuredContent.words_only) throw new Error(result.structuredContent.words_only);
}

async function filled(place: string): Promise<string> {
  const directory = await Deno.makeTempDir({ dir: place });
  await using test = await startApp({ flags: { "data-dir": directory, "log-level": "error" } });
  await using embedder = openModel();
  const many = { user_id: LOCAL_USER, model: embedder.model, count: MEMORIES };
  await fill(test.app.db, many, new Sentences(4));
  return directory;
}

async function opened(subject: Subject, directory: string): Promise<Rpc> {
  const { program, args, env } = subject.launch(directory);
  const rpc = new Rpc({ program, args, env: { ...env, SELFOS_MODEL_IDLE: IDLE } });
  await rpc.initialize();
  return rpc;
}
