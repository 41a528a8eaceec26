import { createHash } from "node:crypto";
import type { Database } from "../../db/db.ts";
import { AppError, messageOf } from "../../errors.ts";
import { type Embedded, type TextLeft, textsLeft } from "../../life/texts.ts";
import type { Log } from "../../log.ts";
import type { Embedder, EmbedOptions } from "../embedder.ts";
import { piecesOf } from "../pieces.ts";
import { dimensionsOf } from "../vectors/vectors.ts";
import { type Done, dropOthers, store, type Texts } from "./store.ts";

/** Items whose vectors are stored in one transaction, and pieces of their texts. */
const BATCH = 16;
const BATCH_PIECES = 64;

/** More long texts are not underway at the same time. */
const MOST_BEGUN = 8;

/** A text that every model makes something of. */
const PROBE = "hello";

export interface BatchParts {
  readonly db: Database;
  readonly embedder: Embedder;
  readonly log: Log;
  /** Long texts that are underway, by what they are texts of. */
  readonly begun: Map<string, Begun>;
}

type Vectors = readonly Float32Array<ArrayBuffer>[];

/** A text to embed; its pieces are `undefined` where the vectors that are stored are of this text. */
interface Taken extends TextLeft {
  readonly digest: string;
  readonly pieces: readonly string[] | undefined;
}

/** A text with more pieces than a batch, as far as it is embedded. */
export interface Begun {
  readonly digest: string;
  readonly vectors: Float32Array<ArrayBuffer>[];
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
  if (done.length === 0) return { count: 0, more: true };
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
  const long: Taken[] = [];
  let count = 0;
  for (const item of left) {
    const digest = digestOf(item.text);
    const pieces = known.get(item.id) === digest
      ? undefined
      : piecesOf(item.text).filter((piece) => embedder.understands(piece));
    const isLong = pieces !== undefined && pieces.length > BATCH_PIECES;
    (isLong ? long : taken).push({ ...item, digest, pieces });
    if (!isLong) count += pieces?.length ?? 0;
    if (count >= BATCH_PIECES) break;
  }
  return taken.length > 0 ? taken : long.slice(0, 1);
}

/** Of a text with more pieces than a batch, the next ones: `undefined` until it has them all. */
async function embedLong(
  parts: BatchParts,
  { id, digest, pieces }: Taken & { readonly pieces: readonly string[] },
  options: EmbedOptions,
  entity: Embedded,
): Promise<Vectors | undefined> {
  const name = `${entity}/${id}`;
  const known = parts.begun.get(name);
  const begun: Begun = known?.digest === digest ? known : { digest, vectors: [] };
  const { vectors } = begun;
  const next = pieces.slice(vectors.length, vectors.length + BATCH_PIECES);
  const found = await embedOne(parts, { id, pieces: next }, options, entity);
  parts.begun.delete(name);
  if (found.length === 0) return [];
  vectors.push(...found);
  if (vectors.length === pieces.length) return vectors;
  parts.begun.set(name, begun);
  const [oldest] = parts.begun.keys();
  if (parts.begun.size > MOST_BEGUN && oldest !== undefined) parts.begun.delete(oldest);
  return undefined;
}

/** All at once; where that fails though the model can be used, one by one. Of a long one, some. */
async function embedAll(
  parts: BatchParts,
  taken: readonly Taken[],
  options: EmbedOptions,
  entity: Embedded,
): Promise<Done[]> {
  const { embedder } = parts;
  const pieces = taken.flatMap(({ pieces = [] }) => pieces);
  const [only] = taken;
  if (only?.pieces && only.pieces.length > BATCH_PIECES) {
    const vectors = await embedLong(parts, { ...only, pieces: only.pieces }, options, entity);
    return vectors === undefined
      ? []
      : [{ id: only.id, text: only.text, digest: only.digest, vectors }];
  }
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

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
