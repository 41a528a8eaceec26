import type { Database } from "../../db/db.ts";
import { giveBack } from "../../db/vector_bytes.ts";
import type { Embedded } from "../../life/texts.ts";
import type { OnDemandWorker } from "../on_demand_worker.ts";
import type { SpaceAnswer, SpaceQuestion } from "./spaces.ts";
import type { Nearest } from "./space.ts";
import type { StoreRanking } from "./store_ranking.ts";

/**
 * How many vectors are read at once: nothing else happens meanwhile in a process with SQLite, and once a
 * large buffer was freed, glibc keeps some multiple of its size in reserve for each thread, for good.
 */
const PAGE = 200;

export interface Wanted {
  readonly owner: string;
  readonly entity: Embedded;
  readonly most: number;
  /** Ids of the only items that count; absent, all. */
  readonly among?: readonly number[] | undefined;
}

/**
 * Ranks the vectors of the store: has it rank those of people with many, where it can; what a worker
 * holds of the others is kept in step with it.
 */
export class Vectors implements AsyncDisposable {
  readonly #db: Database;
  readonly #model: string;
  readonly #spaces: OnDemandWorker<SpaceQuestion, SpaceAnswer>;
  readonly #store: StoreRanking;
  /** By the name of a space, the last vector that the worker was given. */
  readonly #known = new Map<string, number>();
  /** What is in progress for a space: it takes vectors in their order. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    db: Database,
    model: string,
    spaces: OnDemandWorker<SpaceQuestion, SpaceAnswer>,
    store: StoreRanking,
  ) {
    this.#db = db;
    this.#model = model;
    this.#spaces = spaces;
    this.#store = store;
  }

  /** Gets ready to be asked. */
  start(): void {
    this.#spaces.start();
  }

  /** Items of one person by how near they are to a vector, the nearest first. */
  async nearest(query: Float32Array, wanted: Wanted): Promise<Nearest> {
    const { owner, entity, most, among } = wanted;
    const dims = query.length;
    const space = `${owner}/${entity}/${dims}`;
    const shelf = { user_id: owner, entity, model: this.#model, dims };
    const ranked = await this.#store.nearest(shelf, query, most, among);
    if (ranked !== undefined) {
      this.#giveBack(space, dims);
      return ranked;
    }
    return await this.#inTurn(space, async () => {
      for (let again = false;; again = true) {
        if (!this.#spaces.running || again) this.#known.delete(space);
        await this.#bringUpToDate(space, dims, wanted);
        if (!this.#known.has(space)) return { ids: [], scores: [] };
        const nearest = await this.#spaces.ask({
          ...{ kind: "nearest", space, query, most },
          ...(among === undefined ? {} : { among }),
        });
        if (typeof nearest === "object") return nearest;
        if (again) return { ids: [], scores: [] };
      }
    });
  }

  /** How many dimensions the vectors of a person's items have; `undefined` where there are none. */
  async dimensions(owner: string, entity: Embedded): Promise<number | undefined> {
    return await dimensionsOf(this.#db, owner, entity, this.#model);
  }

  /** Gives up the worker with all that it holds; the next who asks has it read anew. */
  forget(): void {
    this.#spaces.stop("what it holds is read anew");
    this.#known.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store[Symbol.asyncDispose]();
    await this.#spaces[Symbol.asyncDispose]();
  }

  /** What the store ranks need not lie in memory as well. */
  #giveBack(space: string, dims: number): void {
    if (!this.#known.has(space)) return;
    const rows = { ids: [], seqs: [], values: new Float32Array() };
    this.#inTurn(space, async () => {
      if (!this.#known.delete(space) || !this.#spaces.running) return;
      await this.#spaces.ask({ kind: "add", space, dims, rows, first: true });
    }).catch(() => {});
  }

  /** Vectors are only ever added, and a person's in the order of their ids. */
  async #bringUpToDate(space: string, dims: number, { owner, entity }: Wanted): Promise<void> {
    for (;;) {
      const last = this.#known.get(space);
      const rows = await this.#db.read.selectFrom("vectors")
        .select(["id", "entity_id", "seq", "vector"])
        .where("user_id", "=", owner).where("entity", "=", entity)
        .where("model", "=", this.#model).where("dims", "=", dims).where("id", ">", last ?? 0)
        .orderBy("id").limit(PAGE).execute();
      const end = rows.at(-1);
      if (end === undefined) return;
      const values = new Float32Array(rows.length * dims);
      const bytes = new Uint8Array(values.buffer);
      for (const [index, { vector }] of rows.entries()) {
        bytes.set(vector, index * dims * values.BYTES_PER_ELEMENT);
        giveBack(vector);
      }
      const ids = rows.map(({ entity_id }) => entity_id);
      const seqs = rows.map(({ seq }) => seq);
      const question: SpaceQuestion = {
        ...{ kind: "add", space, dims, rows: { ids, seqs, values } },
        first: last === undefined,
      };
      const added = await this.#spaces.ask(question, [values.buffer]);
      if (added === undefined) this.#known.delete(space);
      else this.#known.set(space, end.id);
      if (added !== undefined && rows.length < PAGE) return;
    }
  }

  async #inTurn<T>(space: string, work: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(space) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(space, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(space) === turn) this.#turns.delete(space);
    }
  }
}

/** How many dimensions the latest vector of a person's items has; `undefined` where there is none. */
export async function dimensionsOf(
  { read }: Pick<Database, "read">,
  owner: string,
  entity: Embedded,
  model: string,
): Promise<number | undefined> {
  const row = await read.selectFrom("vectors").select("dims").where("user_id", "=", owner)
    .where("entity", "=", entity).where("model", "=", model)
    .orderBy("id", "desc").limit(1).executeTakeFirst();
  return row?.dims;
}
