import type { Database } from "../db/db.ts";
import { messageOf } from "../errors.ts";
import type { Events } from "../events/events.ts";
import type { Life } from "../life/life.ts";
import type { Log } from "../log.ts";
import type { Embedder } from "../search/embedder.ts";
import { Indexer } from "../search/indexer/indexer.ts";
import { Meaning } from "../search/meaning.ts";
import { Search } from "../search/search.ts";
import { openSpaces } from "../search/vectors/spaces.ts";
import { MOST_HELD, StoreRanking } from "../search/vectors/store_ranking.ts";
import { Vectors } from "../search/vectors/vectors.ts";

/** A server that was just started has more urgent things to do. */
const RESUME_AFTER_MS = 2000;

/** The index by meaning, and what keeps it up to date. */
export interface Index extends AsyncDisposable {
  /** Embeds what a change wrote. */
  readonly events: Events;
  searchIn(life: Life, now: () => Date): Search;
}

export interface IndexParts {
  readonly db: Database;
  readonly embedder: Embedder;
  readonly events: Events;
  readonly log: Log;
  /** After so long without a search, memory is given back. */
  readonly idleMs: number;
  /** When texts are embedded: as they are written, and what an earlier process left, or no sooner than a search needs them. */
  readonly indexing: "always" | "when searched" | "never";
  /** How many vectors of a person are ranked here at most, where the store knows how. */
  readonly mostHeld?: number;
}

export function openIndex(
  { db, embedder, events, log, idleMs, indexing, mostHeld = MOST_HELD }: IndexParts,
): Index {
  const indexer = new Indexer({ db, embedder, log });
  const ranking = new StoreRanking({ db, log, mostHeld });
  const vectors = new Vectors(db, embedder.model, openSpaces(idleMs), ranking);
  const meaning = new Meaning({
    ...{ db, embedder, vectors, log },
    indexer: indexing === "never" ? undefined : indexer,
  });
  const resuming = indexing === "always" ? setTimeout(resume, RESUME_AFTER_MS) : undefined;
  if (resuming !== undefined) Deno.unrefTimer(resuming);
  async function resume(): Promise<void> {
    try {
      await indexer.resume();
    } catch (error) {
      log.warning("Cannot see which memories are to be embedded: {reason}", {
        reason: messageOf(error),
      });
    }
  }
  return {
    events: {
      publish(change) {
        events.publish(change);
        const { user_id, items } = change;
        const isRemembered = items.some(({ entity }) => entity === "memory");
        if (isRemembered && indexing === "always") indexer.nudge({ user_id, entity: "memory" });
      },
      listen: (listener) => events.listen(listener),
    },
    searchIn: (life, now) => new Search({ db, life, meaning, now }),
    async [Symbol.asyncDispose]() {
      clearTimeout(resuming);
      await indexer[Symbol.asyncDispose]();
      await vectors[Symbol.asyncDispose]();
      await embedder[Symbol.asyncDispose]();
    },
  };
}
