/** How often search finds what was meant, beside words alone and meaning alone. */
import { openLog } from "../../../src/log.ts";
import { Indexer } from "../../../src/search/indexer/indexer.ts";
import { searchWords } from "../../../src/search/lexical.ts";
import { Lookalikes } from "../../../src/search/lookalikes.ts";
import { Meaning } from "../../../src/search/meaning.ts";
import { openSpaces } from "../../../src/search/vectors/spaces.ts";
import { MOST_HELD, StoreRanking } from "../../../src/search/vectors/store_ranking.ts";
import { Vectors } from "../../../src/search/vectors/vectors.ts";
import { memoryWithin } from "../../../src/life/memories/within.ts";
import { startApp, type TestApp } from "../../harness.ts";
import type { Figure } from "../report.ts";
import { openModel } from "./model.ts";
import { type Asked, MEMORIES, type PartName, PARTS, QUERIES } from "./set.ts";

/** The least shares of queries, and the least MRR. */
const TARGETS: Readonly<Record<PartName, Partial<Quality>>> = {
  paraphrases: { within5: 0.8, mrr: 0.7 },
  questions: {},
  names: { within5: 0.95 },
};

const KEYS = ["first", "within5", "mrr"] as const;
type Quality = Record<typeof KEYS[number], number>;

const MEASURES = {
  first: { name: "recall@1", shown: percent },
  within5: { name: "recall@5", shown: percent },
  mrr: { name: "MRR", shown: (value: number) => value.toFixed(3) },
} as const;

/** As many as a search answers at most. */
const RANKED = 50;
const IDLE_MS = 60_000;

/** Answers the ids of memories, best first. */
type Way = (query: string) => Promise<number[]>;

export async function qualityFigures(): Promise<Figure[]> {
  await using test = await startApp({ flags: { "log-level": "error" } });
  const ids = await addAll(test);
  await using stack = new AsyncDisposableStack();
  const ways = {
    fused: byTool(test),
    words: byWords(test),
    meaning: byMeaning(test, stack),
  };
  const figures: Figure[] = [];
  for (const part of PARTS) {
    const asked = QUERIES[part].map(({ query, answer }) => ({ query, answer: ids(answer) }));
    const fused = await qualityOf(ways.fused, asked);
    const words = await qualityOf(ways.words, asked);
    const meaning = await qualityOf(ways.meaning, asked);
    for (const key of KEYS) {
      const { name, shown } = MEASURES[key];
      const target = TARGETS[part][key];
      figures.push({
        name: `search, ${name} of ${asked.length} ${part}`,
        ours: shown(fused[key]),
        other: `words ${shown(words[key])}, meaning ${shown(meaning[key])}`,
        ratio: "",
        ...(target === undefined
          ? { target: "none" }
          : { target: `>= ${shown(target)}`, met: fused[key] >= target }),
      });
    }
  }
  return figures;
}

/** Stores the memories of the set, and waits for their vectors; answers the ids they were given. */
async function addAll(test: TestApp): Promise<(id: number) => number> {
  const stored = new Map<number, number>();
  for (const { id, text } of MEMORIES) {
    const { memory, existing } = await test.as("ada").call("add_memory", { content: text });
    if (existing) throw new Error(`memory ${id} of the set was taken for another`);
    stored.set(id, memory.id);
  }
  for (;;) {
    const { not_embedded } = await test.as("ada").call("search_memory", { query: "anything" });
    if (not_embedded === undefined) break;
  }
  return (id) => stored.get(id) ?? NaN;
}

async function qualityOf(way: Way, asked: readonly Asked[]): Promise<Quality> {
  const ranks: number[] = [];
  for (const { query, answer } of asked) {
    const found = await way(query);
    const index = found.slice(0, RANKED).indexOf(answer);
    ranks.push(index < 0 ? Infinity : index + 1);
  }
  const share = (holds: (rank: number) => boolean) => ranks.filter(holds).length / ranks.length;
  return {
    first: share((rank) => rank === 1),
    within5: share((rank) => rank <= 5),
    mrr: ranks.reduce((sum, rank) => sum + 1 / rank, 0) / ranks.length,
  };
}

function byTool(test: TestApp): Way {
  return async (query) => {
    const { memories } = await test.as("ada").call("search_memory", { query, limit: RANKED });
    return memories.map(({ id }: { id: number }) => id);
  };
}

function byWords({ app: { db } }: TestApp): Way {
  const lookalikes = new Lookalikes(db);
  const within = memoryWithin({ owners: ["ada"] }, { zone: "UTC" });
  return async (query) => {
    const hits = await searchWords(db, { owner: "ada", within, whole: true }, query, lookalikes);
    return hits.map(({ id }) => id);
  };
}

function byMeaning({ app: { db }, config }: TestApp, stack: AsyncDisposableStack): Way {
  const embedder = stack.use(openModel());
  const log = openLog(config);
  const indexer = stack.use(new Indexer({ db, embedder, log }));
  const ranking = new StoreRanking({ db, log, mostHeld: MOST_HELD });
  const vectors = stack.use(new Vectors(db, embedder.model, openSpaces(IDLE_MS), ranking));
  const meaning = new Meaning({ db, embedder, indexer, vectors, log });
  return async (query) => {
    const searched = [{ owner: "ada" }];
    const question = { query, entity: "memory", searched, most: RANKED } as const;
    const { hits, words_only } = await meaning.nearest(question);
    if (words_only !== undefined) throw new Error(words_only);
    return hits.map(({ id }) => id);
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}
