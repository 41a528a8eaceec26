import type { RawBuilder } from "kysely";
import type { Database } from "../db/db.ts";
import { Refused } from "../endpoint/request.ts";
import { AppError, messageOf } from "../errors.ts";
import { type Embedded, idsWithin } from "../life/texts.ts";
import type { Log } from "../log.ts";
import type { Embedder } from "./embedder.ts";
import type { MeaningHit } from "./fusion.ts";
import type { Indexer } from "./indexer/indexer.ts";
import type { Vectors } from "./vectors/vectors.ts";

/** How long a search waits for texts that were just written: the model may have to be loaded first. */
const PATIENCE_MS = 2500;

/** A model that cannot be used is told of no more often. */
const TELL_EVERY_MS = 60_000;

/** One that has just failed somebody is not waited for by others. */
const LEFT_ALONE_MS = 5000;

/** One person's items, all of them or those of which something holds. */
export interface Searched {
  readonly owner: string;
  readonly within?: RawBuilder<boolean> | undefined;
  /** Ids of the only ones that count, where they are known. */
  readonly among?: readonly number[] | undefined;
}

export interface Question {
  readonly query: string;
  readonly entity: Embedded;
  readonly searched: readonly Searched[];
  /** How many hits count of each person. */
  readonly most: number;
}

/** What was found by meaning, the nearest first. */
export interface Meant {
  readonly hits: readonly MeaningHit[];
  /** Texts that are less like each other have nothing in common, as far as the model can tell. */
  readonly leastLike: number;
  /** How many texts have no vectors yet, up to 1,000 of each person. */
  readonly not_embedded: number;
  /** Why nothing could be found by meaning. */
  readonly words_only?: string;
  /** Ranks other items by the same question. */
  again(searched: readonly Searched[]): Promise<readonly MeaningHit[]>;
}

export interface MeaningParts {
  readonly db: Database;
  readonly embedder: Embedder;
  readonly vectors: Vectors;
  /** Absent, what is not embedded stays so. */
  readonly indexer: Indexer | undefined;
  readonly log: Log;
}

/** Finds items whose texts mean what a query does. */
export class Meaning {
  readonly #parts: MeaningParts;
  #toldAt = -TELL_EVERY_MS;
  #failedAt = -LEFT_ALONE_MS;

  constructor(parts: MeaningParts) {
    this.#parts = parts;
  }

  /** Says why where meanings cannot be compared. */
  async nearest(question: Question, signal?: AbortSignal): Promise<Meant> {
    const { embedder } = this.#parts;
    if (!embedder.understands(question.query)) {
      return byWordsOnly(`${embedder.model} makes nothing of such a text`);
    }
    if (performance.now() - this.#failedAt < LEFT_ALONE_MS) return byWordsOnly(DOWN);
    try {
      return await this.#nearest(question, signal);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "unavailable") throw error;
      // What is wrong with one query is no reason to leave the others alone.
      if (!(error.cause instanceof Refused)) this.#failedAt = performance.now();
      this.#tell(error);
      return byWordsOnly(DOWN);
    }
  }

  async #nearest(question: Question, signal: AbortSignal | undefined): Promise<Meant> {
    const { embedder, indexer, vectors } = this.#parts;
    const { query, entity, searched } = question;
    vectors.start();
    // Beside each other: where the model is slow to load, what was just written is ready with the query.
    const [not_embedded, [vector]] = await Promise.all([
      this.#catchUp(entity, searched),
      embedder.embed([query], { urgent: true, signal }),
    ]);
    indexer?.wake();
    if (vector === undefined) throw new Error("a query has no vector");
    const rank = (searched: readonly Searched[]) => this.#rank(vector, { ...question, searched });
    return {
      hits: await rank(searched),
      leastLike: embedder.leastLike ?? -1,
      not_embedded,
      again: rank,
    };
  }

  /** Drops the vectors that are in memory. */
  forget(): void {
    this.#parts.vectors.forget();
  }

  /** @throws AppError `unavailable` where the vectors that are stored are of other dimensions */
  async #rank(
    vector: Float32Array,
    { entity, searched, most }: Question,
  ): Promise<readonly MeaningHit[]> {
    const { db, indexer, vectors } = this.#parts;
    const hits: MeaningHit[] = [];
    for (const { owner, within, among } of searched) {
      const wanted = among ?? (within && await idsWithin(db, entity, within));
      const { ids, scores } = await vectors.nearest(vector, { owner, entity, most, among: wanted });
      hits.push(...ids.map((id, index) => ({ id, likeness: scores[index] ?? 0 })));
      if (ids.length > 0) continue;
      const stored = await vectors.dimensions(owner, entity);
      if (stored === undefined || stored === vector.length) continue;
      indexer?.outgrown(owner, entity);
      throw new AppError(
        "unavailable",
        `Cannot compare vectors of ${vector.length} dimensions with those stored, of ${stored}`,
        "wait until the texts are embedded anew",
      );
    }
    return hits.sort((a, b) => b.likeness - a.likeness || b.id - a.id);
  }

  /** Of all people that are searched at the same time. */
  async #catchUp(entity: Embedded, searched: readonly Searched[]): Promise<number> {
    const { indexer } = this.#parts;
    const left = await Promise.all(
      searched.map(({ owner, within }) =>
        indexer?.catchUp({ user_id: owner, entity }, PATIENCE_MS, within) ?? 0
      ),
    );
    return left.reduce((sum, count) => sum + count, 0);
  }

  #tell(error: AppError): void {
    const now = performance.now();
    if (now - this.#toldAt < TELL_EVERY_MS) return;
    this.#toldAt = now;
    this.#parts.log.warning("Searching by words alone: {reason}", { reason: messageOf(error) });
  }
}

const DOWN = "the model that compares meanings cannot be used now; the log says why";

function byWordsOnly(words_only: string): Meant {
  return {
    hits: [],
    leastLike: -1,
    not_embedded: 0,
    words_only,
    again: () => Promise.resolve([]),
  };
}
