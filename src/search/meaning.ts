import type { RawBuilder } from "kysely";
import type { Database } from "../db/db.ts";
import { AppError, messageOf } from "../errors.ts";
import { type Embedded, idsWithin } from "../life/texts.ts";
import type { Embedder } from "./embedder.ts";
import type { MeaningHit } from "./fusion.ts";
import type { Indexer } from "./indexer.ts";
import type { Vectors } from "./vectors/vectors.ts";

/** The nearest take part in a ranking: the likeness of others says nothing. */
export const MOST_NEAR = 100;

/** How long a search waits for texts that were just written: the model may have to be loaded first. */
const PATIENCE_MS = 2500;

/** One person's items, all of them or those of which something holds. */
export interface Searched {
  readonly owner: string;
  readonly within?: RawBuilder<boolean> | undefined;
}

/** What was found by meaning, the nearest first. */
export interface Meant {
  readonly hits: readonly MeaningHit[];
  /** How many texts have no vectors yet, up to 1,000 of each person. */
  readonly not_embedded: number;
  /** Why nothing could be found by meaning. */
  readonly words_only?: string;
}

export interface MeaningParts {
  readonly db: Database;
  readonly embedder: Embedder;
  readonly vectors: Vectors;
  readonly indexer: Indexer;
}

/** Finds items whose texts mean what a query does. */
export class Meaning {
  readonly #parts: MeaningParts;

  constructor(parts: MeaningParts) {
    this.#parts = parts;
  }

  /** Says why where no vector of the query can be had. */
  async nearest(
    query: string,
    entity: Embedded,
    searched: readonly Searched[],
    signal?: AbortSignal,
  ): Promise<Meant> {
    const { embedder } = this.#parts;
    if (!embedder.understands(query)) {
      const words_only = `${embedder.model} makes nothing of such a text`;
      return { hits: [], not_embedded: 0, words_only };
    }
    try {
      return await this.#nearest(query, entity, searched, signal);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "unavailable") throw error;
      return { hits: [], not_embedded: 0, words_only: messageOf(error) };
    }
  }

  async #nearest(
    query: string,
    entity: Embedded,
    searched: readonly Searched[],
    signal: AbortSignal | undefined,
  ): Promise<Meant> {
    const { db, embedder, indexer, vectors } = this.#parts;
    vectors.start();
    const embed = async () => {
      const [vector] = await embedder.embed([query], { urgent: true, signal });
      indexer.wake();
      return vector;
    };
    const [vector, not_embedded] = await Promise.all([embed(), this.#catchUp(entity, searched)]);
    if (vector === undefined) throw new Error("a query has no vector");
    const hits: MeaningHit[] = [];
    for (const { owner, within } of searched) {
      const among = within && await idsWithin(db, entity, within);
      const { ids, scores } = await vectors.nearest(vector, {
        owner,
        entity,
        most: MOST_NEAR,
        among,
      });
      hits.push(...ids.map((id, index) => ({ id, likeness: scores[index] ?? 0 })));
    }
    hits.sort((a, b) => b.likeness - a.likeness || b.id - a.id);
    return { hits, not_embedded };
  }

  async #catchUp(entity: Embedded, searched: readonly Searched[]): Promise<number> {
    let left = 0;
    for (const { owner, within } of searched) {
      left += await this.#parts.indexer.catchUp(owner, entity, PATIENCE_MS, within);
    }
    return left;
  }
}
