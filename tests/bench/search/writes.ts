/** What adding a memory takes, and when it is found by meaning. */
import { DatabaseSync } from "node:sqlite";
import { bounded, type Figure, median, milliseconds, shown, within } from "../report.ts";
import { Rpc } from "../stdio/rpc.ts";
import { binarySubject, denoSubject, type Subject } from "../stdio/subjects.ts";
import { Sentences } from "./sentences.ts";

const ROUNDS = 60;
const WARM_UP = 10;
/** How many times the time of `create_task` it may take. */
const FACTOR = 3;
/** Milliseconds until it is embedded. */
const MOST = 2000;
const LOOK_EVERY_MS = 3;
const PATIENCE_MS = 20_000;

interface Times {
  readonly task: number[];
  readonly memory: number[];
  /** From the answer on. */
  readonly embedded: number[];
  /** Of a search by a word of the memory that was just added. */
  readonly found: number[];
}

/** Over stdio, on SQLite; nothing that is measured waits for the background work before it. */
export async function writeFigures(place: string, binary: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const subject of [binarySubject(binary), await denoSubject()]) {
    const { task, memory, embedded, found } = await timesOf(subject, place);
    const named = (what: string) => ({ name: `${what}, ${subject.name}`, unit: milliseconds });
    const [first = NaN, ...others] = embedded;
    figures.push(
      within(
        { ...named("add_memory, of create_task"), ours: median(memory), other: median(task) },
        FACTOR,
      ),
      bounded({ ...named("add_memory to its vector, the model unloaded"), ours: first }, MOST),
      bounded({ ...named("add_memory to its vector"), ours: median(others) }, MOST),
      bounded({ ...named("add_memory to its vector, longest"), ours: Math.max(...others) }, MOST),
      shown({ ...named("search_memory right after add_memory"), ours: median(found) }),
    );
  }
  return figures;
}

async function timesOf(subject: Subject, place: string): Promise<Times> {
  const directory = await Deno.makeTempDir({ dir: place });
  const times: Times = { task: [], memory: [], embedded: [], found: [] };
  const sentences = new Sentences(3);
  await using rpc = new Rpc(subject.launch(directory));
  await rpc.initialize();
  // A task first, so that the store is there and no first call of all is measured.
  await rpc.call(subject.create("The first of all"));
  using store = watched(`${directory}/selfos.db`);
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    const created = await rpc.call(subject.create(`Measured ${round + WARM_UP}`));
    const args = { content: sentences.next() };
    const added = await rpc.call({ name: "add_memory", args });
    const embedded = await store.untilEmbedded();
    if (round === -WARM_UP || round >= 0) times.embedded.push(embedded);
    if (round < 0) continue;
    times.task.push(created.milliseconds);
    times.memory.push(added.milliseconds);
  }
  for (let round = 0; round < ROUNDS; round++) {
    const word = `quarxel${String.fromCharCode(97 + round % 26, 97 + Math.floor(round / 26))}`;
    const content = `${sentences.next()} and ${word}`;
    const { result: added } = await rpc.call({ name: "add_memory", args: { content } });
    const found = await rpc.call({ name: "search_memory", args: { query: word } });
    const { id } = added.structuredContent.memory;
    if (found.result.structuredContent.memories[0]?.id !== id) {
      throw new Error(`"${word}" was not found right after it was added`);
    }
    times.found.push(found.milliseconds);
  }
  return times;
}

/** The store as another process sees it. */
function watched(path: string) {
  const db = new DatabaseSync(path, { readOnly: true });
  const left = db.prepare("select count(*) as count from memories where embedded = ''");
  return {
    /** Milliseconds until no memory is without a vector. */
    async untilEmbedded(): Promise<number> {
      const began = performance.now();
      while (Number(left.get()?.["count"]) > 0) {
        if (performance.now() - began > PATIENCE_MS) throw new Error("a memory is never embedded");
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
      return performance.now() - began;
    },
    [Symbol.dispose]: () => db.close(),
  };
}
