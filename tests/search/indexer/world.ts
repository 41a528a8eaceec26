/** An indexer with a model that does as it is told. */
import { ownerOf } from "../../../src/app.ts";
import { AppError } from "../../../src/errors.ts";
import type { Embedder } from "../../../src/search/embedder.ts";
import { Indexer } from "../../../src/search/indexer/indexer.ts";
import { recordingLog } from "../../events/recording_log.ts";
import { startApp, type StoreKind, type TestApp } from "../../harness.ts";

export const ADA = { user_id: "ada", entity: "memory" } as const;

/** A model that does as it is told. */
class OddModel implements Embedder {
  readonly model = "odd";
  /** The texts of every request. */
  readonly requests: (readonly string[])[] = [];
  dims = 4;
  /** What it refuses; throws. */
  refuses: (texts: readonly string[]) => boolean = () => false;
  /** What happens before an answer. */
  onRequest: () => Promise<void> = () => Promise.resolve();
  /** Holds up answers. */
  gate: Promise<void> = Promise.resolve();

  understands(): boolean {
    return true;
  }

  async embed(texts: readonly string[]): Promise<Float32Array<ArrayBuffer>[]> {
    this.requests.push(texts);
    const { dims } = this;
    await this.onRequest();
    await this.gate;
    if (this.refuses(texts)) throw new AppError("unavailable", "it does not like this");
    return texts.map((text) =>
      new Float32Array(dims).fill(0).fill(1, text.length % dims, text.length % dims + 1)
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}

export async function open(store: StoreKind, contents: readonly string[]) {
  const stack = new AsyncDisposableStack();
  const app = stack.use(await startApp({ store, serves: false }));
  for (const content of contents) await add(app, content);
  const model = new OddModel();
  const { log, records } = recordingLog();
  const start = () => stack.use(new Indexer({ db: app.app.db, embedder: model, log }));
  return {
    ...{ app, model, records, start },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

export async function add({ app }: TestApp, content: string, person = "ada"): Promise<number> {
  const { memory } = await app.life.memories.add(ownerOf(person, "add_memory"), { content });
  return memory.id;
}

/** The dimensions of every vector, by its memory. */
export async function vectorsIn({ app }: TestApp) {
  const rows = await app.db.read.selectFrom("vectors").select(["entity_id", "dims", "id"])
    .orderBy("id").execute();
  return rows.map(({ entity_id, dims }) => ({ entity_id, dims }));
}
