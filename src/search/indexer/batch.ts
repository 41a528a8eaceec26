import { createHash } from "node:crypto";
import type { Selectable } from "kysely";
import type { Database, Tx } from "../../db/db.ts";
import { prepared } from "../../db/prepared.ts";
import type { Schema } from "../../db/schema.ts";
import { bytesOf } from "../../db/vector_bytes.ts";
import { AppError, messageOf } from "../../errors.ts";
import {
  type Embedded,
  markEmbedded,
  type TextLeft,
  textsLeft,
  textsOf,
  unmarkEmbedded,
} from "../../life/texts.ts";
import type { Log } from "../../log.ts";
import type { Embedder, EmbedOptions } from "../embedder.ts";
import { piecesOf } from "../pieces.ts";
import { dimensionsOf } from "../vectors/vectors.ts";

/** Items whose vectors are stored in one transaction, and pieces of their texts. */
const BATCH = 16;
const BATCH_PIECES = 64;

/** A text that every model makes something of. */
const PROBE = "hello";

export interface BatchParts {
  readonly db: Database;
  readonly embedder: Embedder;
  readonly log: Log;
}

/** One person's texts of one kind. */
export interface Texts {
  readonly user_id: string;
  readonly entity: Embedded;
}

type Vectors = readonly Float32Array<ArrayBuffer>[];

/** A text to embed; its pieces are `undefined` where the vectors that are stored are of this text. */
interface Taken extends TextLeft {
  readonly digest: string;
  readonly pieces: readonly string[] | undefined;
}

/** A text and its vectors: none where a model makes nothing of it, `undefined` where they stand. */
interface Done extends TextLeft {
  readonly digest: string;
  readonly vectors: Vectors | undefined;
}

/**
 * Embeds some of what is left, and stores the vectors; answers how many texts were done, and whether more
 * are left.
 *
 * @throws AppError `unavailable` where nothing can be embedded now
 */
export async function embedBatch(
  parts: BatchParts,
  texts: Texts,
  options: EmbedOptions,
): Promise<{ count: number; more: boolean }> {
  const { db, embedder: { model } } = parts;
  const { user_id, entity } = texts;
  const left = await textsLeft(db, user_id, entity, model, BATCH);
  if (left.length === 0) return { count: 0, more: false };
  const taken = await take(parts, texts, left);
  const done = await embedAll(parts, taken, options, entity);
  const dims = await dimensionsIn(parts, texts, done, options);
  const renewed = await db.write(user_id, async (tx) => {
    const dropped = dims !== undefined && await dropOthers(tx, texts, model, dims);
    await store(tx, { ...texts, model }, done);
    return dropped;
  });
  const more = renewed || taken.length < left.length || left.length === BATCH;
  return { count: done.length, more };
}

/**
 * Drops the vectors of one person where the model answers others: of the same name, it is another one.
 *
 * @throws AppError `unavailable` where it answers now these, now those
 */
export async function renew(parts: BatchParts, texts: Texts, options: EmbedOptions): Promise<void> {
  const { db, embedder: { model } } = parts;
  const dims = await steadyDimensions(parts, options);
  await db.write(texts.user_id, (tx) => dropOthers(tx, texts, model, dims));
}

async function take(
  { db, embedder }: BatchParts,
  { user_id, entity }: Texts,
  left: readonly TextLeft[],
): Promise<Taken[]> {
  const rows = await db.read.selectFrom("vectors").select(["entity_id", "digest"])
    .where("user_id", "=", user_id).where("entity", "=", entity).where("seq", "=", 0)
    .where("model", "=", embedder.model)
    .where("entity_id", "in", left.map(({ id }) => id)).execute();
  const known = new Map(rows.map(({ entity_id, digest }) => [entity_id, digest]));
  const taken: Taken[] = [];
  let count = 0;
  for (const item of left) {
    const digest = digestOf(item.text);
    const pieces = known.get(item.id) === digest
      ? undefined
      : piecesOf(item.text).filter((piece) => embedder.understands(piece));
    taken.push({ ...item, digest, pieces });
    count += pieces?.length ?? 0;
    if (count >= BATCH_PIECES) break;
  }
  return taken;
}

/** All at once; where that fails though the model can be used, one by one. */
async function embedAll(
  parts: BatchParts,
  taken: readonly Taken[],
  options: EmbedOptions,
  entity: Embedded,
): Promise<Done[]> {
  const { embedder } = parts;
  const pieces = taken.flatMap(({ pieces = [] }) => pieces);
  try {
    const vectors = pieces.length === 0 ? [] : await embedder.embed(pieces, options);
    return taken.map(({ pieces: own, ...text }) => ({
      ...text,
      vectors: own && vectors.splice(0, own.length),
    }));
  } catch (error) {
    options.signal?.throwIfAborted();
    await embedder.embed([PROBE], options);
    if (!(error instanceof AppError)) throw error;
  }
  const done: Done[] = [];
  for (const { pieces: own, ...text } of taken) {
    const vectors = own && await embedOne(parts, { ...text, pieces: own }, options, entity);
    done.push({ ...text, vectors });
  }
  return done;
}

/** A text that a model refuses twice, while it takes others, is found by its words alone. */
async function embedOne(
  { embedder, log }: BatchParts,
  { id, pieces }: { readonly id: number; readonly pieces: readonly string[] },
  options: EmbedOptions,
  entity: Embedded,
): Promise<Vectors> {
  if (pieces.length === 0) return [];
  for (let attempt = 1;; attempt++) {
    try {
      return await embedder.embed(pieces, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      await embedder.embed([PROBE], options);
      if (attempt === 1) continue;
      log.warning("Cannot embed {entity} {id}, which only its words find now: {reason}", {
        ...{ entity, id, reason: messageOf(error) },
      });
      return [];
    }
  }
}

/** How many dimensions new vectors have; `undefined` where there are none. */
async function dimensionsIn(
  parts: BatchParts,
  { user_id, entity }: Texts,
  done: readonly Done[],
  options: EmbedOptions,
): Promise<number | undefined> {
  const [dims, ...others] = new Set(
    done.flatMap(({ vectors = [] }) => vectors.map(({ length }) => length)),
  );
  if (dims === undefined) return undefined;
  const { db, embedder: { model } } = parts;
  const stored = await dimensionsOf(db, user_id, entity, model);
  const isSteady = others.length === 0 &&
    (stored === undefined || stored === dims || await steadyDimensions(parts, options) === dims);
  if (isSteady) return dims;
  throw unsteady(model, [dims, ...others, ...stored === undefined ? [] : [stored]]);
}

/** A number of dimensions is believed that comes twice. */
async function steadyDimensions({ embedder }: BatchParts, options: EmbedOptions): Promise<number> {
  const [first] = await embedder.embed([PROBE], options);
  const [second] = await embedder.embed([PROBE], options);
  if (first && first.length === second?.length) return first.length;
  throw unsteady(embedder.model, [first?.length ?? 0, second?.length ?? 0]);
}

function unsteady(model: string, dims: readonly number[]): AppError {
  return new AppError(
    "unavailable",
    `Cannot use ${model} as it answers vectors of ${dims.join(", then ")} dimensions`,
    "check which model the endpoint serves",
  );
}

/** Whether there were any. */
async function dropOthers(
  tx: Tx,
  { user_id, entity }: Texts,
  model: string,
  dims: number,
): Promise<boolean> {
  const dropped = await tx.deleteFrom("vectors").where("user_id", "=", user_id)
    .where("entity", "=", entity).where("model", "=", model).where("dims", "<>", dims)
    .returning("id").execute();
  if (dropped.length === 0) return false;
  await unmarkEmbedded(tx, user_id, entity, model);
  return true;
}

/** Replaces the vectors of texts, but for what was rewritten meanwhile, or embedded by another server. */
async function store(
  tx: Tx,
  { user_id, entity, model }: Texts & { readonly model: string },
  texts: readonly Done[],
): Promise<void> {
  const now = await textsOf(tx, entity, texts.map(({ id }) => id));
  const left = new Map(
    now.filter(({ embedded }) => embedded !== model).map(({ id, text }) => [id, text]),
  );
  const valid = texts.filter(({ id, text }) => left.get(id) === text);
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

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
