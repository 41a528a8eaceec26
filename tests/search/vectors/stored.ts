/** Vectors in a store, and who ranks them. */
import type { Database } from "../../../src/db/db.ts";
import type { Log } from "../../../src/log.ts";
import { openSpaces } from "../../../src/search/vectors/spaces.ts";
import { StoreRanking } from "../../../src/search/vectors/store_ranking.ts";
import { bytesOf } from "../../../src/db/vector_bytes.ts";
import { Vectors } from "../../../src/search/vectors/vectors.ts";
import { recordingLog } from "../../events/recording_log.ts";

export const MODEL = "a model";

export interface Stored {
  readonly id: number;
  /** One for each piece. */
  readonly vectors: readonly (readonly number[])[];
  readonly user?: string;
  readonly entity?: string;
  readonly model?: string;
}

/** Stores the vectors of items in place of those they had, as what embeds texts does. */
export async function store(db: Database, items: readonly Stored[]): Promise<void> {
  for (const { id, vectors, user = "ada", entity = "memory", model = MODEL } of items) {
    await db.write(user, async (tx) => {
      await tx.deleteFrom("vectors").where("entity", "=", entity).where("entity_id", "=", id)
        .execute();
      for (const [seq, values] of vectors.entries()) {
        const place = { user_id: user, entity, entity_id: id, seq, model, digest: "" };
        const vector = bytesOf(Float32Array.from(values));
        await tx.insertInto("vectors").values({ ...place, dims: values.length, vector }).execute();
      }
    });
  }
}

export async function makePeople(db: Database): Promise<void> {
  for (const id of ["ada", "bob"]) {
    await db.write(id, async (tx) => {
      const at = "2026-11-22T12:00:00.000Z";
      const hours = { week_start: 1, work_start: "09:00", work_end: "17:00", work_days: "1" };
      const times = { time_zone: "UTC", created_at: at, updated_at: at, deleted_at: null };
      await tx.insertInto("users").values({ id, name: null, email: null, ...hours, ...times })
        .execute();
    });
  }
}

export interface Ranked extends AsyncDisposable {
  /** Ada's memories, the nearest first, as pairs of an id and a cosine. */
  nearest(query: readonly number[], asked?: Asked): Promise<(readonly [number, number])[]>;
  /** Whether the server itself has read vectors, and holds them. */
  readonly holds: boolean;
  /** How many of Ada's memories it holds. */
  held(query: readonly number[]): Promise<number>;
}

interface Asked {
  readonly owner?: string;
  readonly most?: number;
  readonly among?: readonly number[];
}

export interface Bounds {
  readonly mostHeld: number;
  readonly batch?: number;
  readonly log?: Log;
}

export function rank(db: Database, { log = recordingLog().log, ...bounds }: Bounds): Ranked {
  const spaces = openSpaces(60_000);
  const vectors = new Vectors(db, MODEL, spaces, new StoreRanking({ db, log, ...bounds }));
  return {
    async nearest(query, { owner = "ada", most = 10, among } = {}) {
      const wanted = { owner, entity: "memory", most, among } as const;
      const { ids, scores } = await vectors.nearest(Float32Array.from(query), wanted);
      return ids.map((id, index) => [id, Math.round(1e5 * scores[index]!) / 1e5] as const);
    },
    get holds() {
      return spaces.running;
    },
    async held(query) {
      const question = { space: `ada/memory/${query.length}`, query: Float32Array.from(query) };
      const nearest = await spaces.ask({ kind: "nearest", ...question, most: 1000 });
      return typeof nearest === "object" ? nearest.ids.length : 0;
    },
    [Symbol.asyncDispose]: () => vectors[Symbol.asyncDispose](),
  };
}
