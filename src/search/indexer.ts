import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { RawBuilder, Selectable } from "kysely";
import type { Database, Tx } from "../db/db.ts";
import { prepared } from "../db/prepared.ts";
import type { Schema } from "../db/schema.ts";
import { messageOf } from "../errors.ts";
import { inTime } from "../in_time.ts";
import {
  countLeft,
  type Embedded,
  markEmbedded,
  peopleLeft,
  type TextLeft,
  textsLeft,
  textsOf,
  unmarkEmbedded,
} from "../life/texts.ts";
import type { Log } from "../log.ts";
import type { Embedder } from "./embedder.ts";
import { piecesOf } from "./pieces.ts";
import { bytesOf } from "./vectors/vectors.ts";

/** Items whose vectors are stored in one transaction, and pieces of their texts. */
const BATCH = 16;
const BATCH_PIECES = 64;
/** After a failure it is tried again after so long, then after twice that, up to the most. */
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 5 * 60_000;
const TELL_EVERY_MS = 10_000;
/** What is told of is more than what a person writes. */
const TOLD = 100;
/** Texts that are left are counted no further. */
const COUNTED = 1000;
/** For more texts nobody waits: they take longer than anybody would. */
const WORTH_WAITING = 500;

interface Parts {
  readonly db: Database;
  readonly embedder: Embedder;
  readonly log: Log;
}

/** One person's texts of one kind. */
interface Shelf {
  readonly user_id: string;
  readonly entity: Embedded;
}

/** A text and its vectors: none where a model makes nothing of it, `undefined` where they stand. */
interface EmbeddedText extends TextLeft {
  readonly digest: string;
  readonly vectors: readonly Float32Array<ArrayBuffer>[] | undefined;
}

/** Embeds texts in the background, some at a time, and stores their vectors. */
export class Indexer implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #queue = new Map<string, Shelf>();
  /** What somebody waits for. */
  readonly #urgent = new Set<string>();
  readonly #end = new AbortController();
  #working: Promise<void> | undefined;
  #step = Promise.withResolvers<void>();
  #pauseMs = 0;
  #count = 0;
  #toldAt = Date.now();
  #wake = new AbortController();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Embeds, in the background, what is left of one person's texts of a kind. */
  nudge(user_id: string, entity: Embedded): void {
    this.#queue.set(nameOf({ user_id, entity }), { user_id, entity });
    this.#working ??= this.#work();
  }

  /**
   * As {@linkcode nudge}, for which somebody waits so long.
   *
   * @param within of which items it is counted how many are left, up to 1,000; absent, of all
   */
  async catchUp(
    user_id: string,
    entity: Embedded,
    patienceMs: number,
    within?: RawBuilder<boolean>,
  ): Promise<number> {
    const { db, embedder: { model } } = this.#parts;
    const count = () => countLeft(db, user_id, entity, model, COUNTED, within);
    const end = performance.now() + patienceMs;
    let left = await count();
    if (left === 0) return 0;
    const name = nameOf({ user_id, entity });
    this.#urgent.add(name);
    try {
      this.nudge(user_id, entity);
      for (;;) {
        // Of a step that ends while it is counted, one need not wait for the next.
        const step = this.#step.promise;
        left = await count();
        const rest = end - performance.now();
        if (left === 0 || left > WORTH_WAITING || this.#pauseMs > 0 || rest <= 0) return left;
        await inTime(step, rest).catch(() => {});
      }
    } finally {
      this.#urgent.delete(name);
    }
  }

  /** Tries again at once what failed: the embedder has answered. */
  wake(): void {
    this.#wake.abort();
  }

  /** Embeds what an earlier process left, or another model did. */
  async resume(): Promise<void> {
    const { db, embedder: { model }, log } = this.#parts;
    const people = await peopleLeft(db, model);
    if (people.length === 0) return;
    log.info("Embedding memories of {people} with {model}", { people: people.length, model });
    for (const user_id of people) this.nudge(user_id, "memory");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    const { signal } = this.#end;
    while (!signal.aborted) {
      const names = [...this.#queue.keys()];
      const name = names.find((name) => this.#urgent.has(name)) ?? names[0];
      const shelf = this.#queue.get(name ?? "");
      if (name === undefined || shelf === undefined) {
        // At once: what is put in the queue from now on starts the work anew.
        this.#working = undefined;
        return this.#tell(true);
      }
      // Whatever is written from now on puts it back.
      this.#queue.delete(name);
      let failed = false;
      try {
        if (await this.#embedSome(shelf, this.#urgent.has(name))) this.#queue.set(name, shelf);
        this.#pauseMs = 0;
        this.#tell(false);
      } catch (error) {
        if (signal.aborted) return;
        failed = true;
        this.#queue.set(name, shelf);
        this.#failed(error);
      }
      this.#step.resolve();
      this.#step = Promise.withResolvers();
      if (failed) await this.#pause();
    }
  }

  /** Whether more is left. */
  async #embedSome({ user_id, entity }: Shelf, urgent: boolean): Promise<boolean> {
    const { db, embedder } = this.#parts;
    const { model } = embedder;
    const left = await textsLeft(db, user_id, entity, model, BATCH);
    if (left.length === 0) return false;
    const known = await this.#digests(entity, left.map(({ id }) => id));
    const taken: (TextLeft & { digest: string; pieces: string[] | undefined })[] = [];
    const pieces: string[] = [];
    for (const item of left) {
      const digest = digestOf(item.text);
      const own = known.get(item.id) === digest
        ? undefined
        : piecesOf(item.text).filter((piece) => embedder.understands(piece));
      taken.push({ ...item, digest, pieces: own });
      pieces.push(...own ?? []);
      if (pieces.length >= BATCH_PIECES) break;
    }
    const { signal } = this.#end;
    const vectors = pieces.length === 0 ? [] : await embedder.embed(pieces, { urgent, signal });
    const texts = taken.map(({ pieces: own, ...text }): EmbeddedText => ({
      ...text,
      vectors: own && vectors.splice(0, own.length),
    }));
    await db.write(user_id, async (tx) => {
      const [first] = texts.flatMap(({ vectors = [] }) => vectors);
      if (first) await this.#keepTo(tx, user_id, first.length);
      await store(tx, { user_id, entity, model }, texts);
    });
    this.#count += texts.length;
    return taken.length < left.length || left.length === BATCH;
  }

  /** What the vectors of these items were made of, as far as they are of this model. */
  async #digests(entity: Embedded, ids: readonly number[]): Promise<Map<number, string>> {
    const { db, embedder: { model } } = this.#parts;
    const rows = await db.read.selectFrom("vectors").select(["entity_id", "digest"])
      .where("entity", "=", entity).where("entity_id", "in", ids).where("seq", "=", 0)
      .where("model", "=", model).execute();
    return new Map(rows.map(({ entity_id, digest }) => [entity_id, digest]));
  }

  /** A model of the same name that has other dimensions than it had is another model. */
  async #keepTo(tx: Tx, user_id: string, dims: number): Promise<void> {
    const { model } = this.#parts.embedder;
    const { numDeletedRows } = await tx.deleteFrom("vectors").where("user_id", "=", user_id)
      .where("model", "=", model).where("dims", "<>", dims).executeTakeFirst();
    if (numDeletedRows > 0n) await unmarkEmbedded(tx, user_id, model);
  }

  async #pause(): Promise<void> {
    this.#wake = new AbortController();
    const signal = AbortSignal.any([this.#end.signal, this.#wake.signal]);
    await sleep(this.#pauseMs, undefined, { signal, ref: false }).catch(() => {});
  }

  #failed(error: unknown): void {
    this.#pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * this.#pauseMs));
    this.#parts.log.warning("Cannot embed memories: {message}; tried again in {pause} s", {
      message: messageOf(error),
      pause: this.#pauseMs / 1000,
    });
  }

  /** Of much work, how far it is. */
  #tell(finished: boolean): void {
    const now = Date.now();
    if (this.#count < TOLD || (!finished && now - this.#toldAt < TELL_EVERY_MS)) return;
    this.#toldAt = now;
    const { log, embedder: { model } } = this.#parts;
    log.info(finished ? "Embedded {count} texts with {model}" : "Embedded {count} texts so far", {
      count: this.#count,
      model,
    });
    if (finished) this.#count = 0;
  }
}

/** Replaces the vectors of texts; what was rewritten meanwhile is embedded anew. */
async function store(
  tx: Tx,
  { user_id, entity, model }: Shelf & { readonly model: string },
  texts: readonly EmbeddedText[],
): Promise<void> {
  const now = await textsOf(tx, entity, texts.map(({ id }) => id));
  const valid = texts.filter(({ id, text }) => now.get(id) === text);
  if (valid.length === 0) return;
  const replaced = valid.filter(({ vectors }) => vectors !== undefined).map(({ id }) => id);
  const known = replaced.length === 0 ? [] : await tx.deleteFrom("vectors")
    .where("entity", "=", entity).where("entity_id", "in", replaced)
    .returning(["entity_id", "model", "dims"]).execute();
  for (const { id: entity_id, digest, vectors = [] } of valid) {
    const before = known.find((row) => row.entity_id === entity_id && row.model === model);
    // Whoever holds its vectors only learns of new ones: that of no direction takes their place.
    const places = vectors.length > 0 || before === undefined
      ? vectors
      : [new Float32Array(before.dims)];
    for (const [seq, vector] of places.entries()) {
      const place = { user_id, entity, entity_id, seq, model, dims: vector.length, digest };
      await insertVector(tx, { ...place, vector: bytesOf(vector) });
    }
  }
  await markEmbedded(tx, entity, valid.map(({ id }) => id), model);
}

type NewVector = Omit<Selectable<Schema["vectors"]>, "id">;

const insertVector = prepared(
  {
    ...{ user_id: true, entity: true, entity_id: true, seq: true, model: true, dims: true },
    ...{ digest: true, vector: true },
  },
  (db, vector: NewVector) => db.insertInto("vectors").values(vector),
);

function nameOf({ user_id, entity }: Shelf): string {
  return `${user_id}/${entity}`;
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
