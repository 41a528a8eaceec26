import type { Database } from "../db/db.ts";
import { messageOf } from "../errors.ts";
import type { Events } from "../events/events.ts";
import type { Life } from "../life/life.ts";
import type { Log } from "../log.ts";
import type { Embedder } from "./embedder.ts";
import { Indexer } from "./indexer.ts";
import { Meaning } from "./meaning.ts";
import { Search } from "./search.ts";
import { openSpaces } from "./vectors/spaces.ts";
import { MOST_HELD, StoreRanking } from "./vectors/store_ranking.ts";
import { Vectors } from "./vectors/vectors.ts";

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
  /** Embed what an earlier process left. */
  readonly resumes: boolean;
  /** How many vectors of a person are ranked here at most, where the store knows how. */
  readonly mostHeld?: number;
}

export function openIndex(
  { db, embedder, events, log, idleMs, resumes, mostHeld = MOST_HELD }: IndexParts,
): Index {
  const indexer = new Indexer({ db, embedder, log });
  const ranking = new StoreRanking({ db, log, mostHeld });
  const vectors = new Vectors(db, embedder.model, openSpaces(idleMs), ranking);
  const meaning = new Meaning({ db, embedder, vectors, indexer });
  const resuming = resumes ? setTimeout(resume, RESUME_AFTER_MS) : undefined;
  if (resuming !== undefined) Deno.unrefTimer(resuming);
  async function resume(): Promise<void> {
    try {
      await indexer.resume();
    } catch (error) {
      log.warning("Cannot see which memories are to be embedded: {message}", {
        message: messageOf(error),
      });
    }
  }
  return {
    events: {
      publish(change) {
        events.publish(change);
        const written = change.items.some(({ entity }) => entity === "memory");
        if (written) indexer.nudge(change.user_id, "memory");
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
