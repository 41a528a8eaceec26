import { createHash } from "node:crypto";
import type { Database } from "../../db/db.ts";
import { AppError, messageOf } from "../../errors.ts";
import { type Embedded, longTextLeft, shortTextsLeft, type TextLeft } from "../../life/texts.ts";
import type { Log } from "../../log.ts";
import type { Embedder, EmbedOptions } from "../embedder.ts";
import { piecesOf } from "../pieces.ts";
import { dimensionsOf } from "../vectors/vectors.ts";
import type { BegunTexts } from "./begun.ts";
import { type Done, dropOthers, store, type Texts } from "./store.ts";

/**
 * Texts whose vectors are stored in one transaction, and characters that are embedded before anything else
 * is: for them the built-in model takes 0.3 s.
 */
const BATCH = 16;
const STEP_CHARACTERS = 1500;

/** A text that every model makes something of. */
const PROBE = "hello";

export interface BatchParts {
  readonly db: Database;
  readonly embedder: Embedder;
  readonly log: Log;
  readonly begun: BegunTexts;
}

type Vectors = readonly Float32Array<ArrayBuffer>[];

/** A text to embed; its pieces are `undefined` where the vectors that are stored are of this text. */
interface Taken extends TextLeft {
  readonly digest: string;
  readonly pieces: readonly string[] | undefined;
}

/** How many texts were done, and which are left, as far as is known. */
export interface Outcome {
  readonly count: number;
  readonly left: "short" | "long" | "none";
}

/**
 * Embeds some of what is left but for long texts, and stores the vectors.
 *
 * @throws AppError `unavailable` where nothing can be embedded now
 */
export async function embedShort(
  parts: BatchParts,
  texts: Texts,
  options: EmbedOptions,
): Promise<Outcome> {
  const { db, embedder: { model } } = parts;
  const left = await shortTextsLeft(db, texts.user_id, texts.entity, model, BATCH);
  if (left.length === 0) return { count: 0, left: "long" };
  const some = left.slice(0, countWithin(left.map(({ text }) => text)));
  const done = await embedAll(parts, await cut(parts, texts, some), options, texts.entity);
  const renewed = await keep(parts, texts, done, options);
  const more = renewed || some.length < left.length || left.length === BATCH;
  return { count: done.length, left: more ? "short" : "long" };
}

/**
 * Embeds some pieces of a long text, and stores the vectors when it has them all.
 *
 * @throws AppError `unavailable` where nothing can be embedded now
 */
export async function embedLong(
  parts: BatchParts,
  texts: Texts,
  options: EmbedOptions,
): Promise<Outcome> {
  const { db, embedder: { model } } = parts;
  const left = await longTextLeft(db, texts.user_id, texts.entity, model);
  const [item] = left ? await cut(parts, texts, [left]) : [];
  if (item === undefined) return { count: 0, left: "none" };
  const { pieces, ...text } = item;
  const vectors = pieces && await embedNext(parts, texts, { ...text, pieces }, options);
  if (vectors && vectors.length < (pieces?.length ?? 0) && vectors.length > 0) {
    return { count: 0, left: "long" };
  }
  await keep(parts, texts, [{ ...text, vectors }], options);
  return { count: 1, left: "short" };
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

/** Of how many texts, one at least, the characters are embedded at once. */
function countWithin(texts: readonly { readonly length: number }[]): number {
  let characters = 0;
  const end = texts.findIndex(({ length }) => (characters += length) > STEP_CHARACTERS);
  return end === -1 ? texts.length : Math.max(1, end);
}

/** Cuts texts into pieces, but for those whose vectors are stored. */
async function cut(
  { db, embedder }: BatchParts,
  { user_id, entity }: Texts,
  left: readonly TextLeft[],
): Promise<Taken[]> {
  const rows = await db.read.selectFrom("vectors").select(["entity_id", "digest"])
    .where("user_id", "=", user_id).where("entity", "=", entity).where("seq", "=", 0)
    .where("model", "=", embedder.model)
    .where("entity_id", "in", left.map(({ id }) => id)).execute();
  const known = new Map(rows.map(({ entity_id, digest }) => [entity_id, digest]));
  return left.map((item) => {
    const digest = digestOf(item.text);
    const pieces = known.get(item.id) === digest
      ? undefined
      : piecesOf(item.text).filter((piece) => embedder.understands(piece));
    return { ...item, digest, pieces };
  });
}

/** The vectors of a long text, as far as it has them after the next pieces; none where a model refuses it. */
async function embedNext(
  parts: BatchParts,
  texts: Texts,
  { id, digest, pieces }: Taken & { readonly pieces: readonly string[] },
  options: EmbedOptions,
): Promise<Vectors> {
  const begun = parts.begun.of(texts, id, digest);
  const { vectors } = begun;
  const rest = pieces.slice(vectors.length);
  const next = rest.slice(0, countWithin(rest));
  const found = await embedOne(parts, { id, pieces: next }, options, texts.entity);
  vectors.push(...found);
  if (found.length > 0 && vectors.length < pieces.length) parts.begun.keep(id, begun);
  else parts.begun.drop(texts, id);
  return found.length === 0 ? [] : vectors;
}

/** Stores vectors; whether others are dropped, as the model answers those of other dimensions. */
async function keep(
  parts: BatchParts,
  texts: Texts,
  done: readonly Done[],
  options: EmbedOptions,
): Promise<boolean> {
  const { db, embedder: { model } } = parts;
  const dims = await dimensionsIn(parts, texts, done, options);
  return await db.write(texts.user_id, async (tx) => {
    const dropped = dims !== undefined && await dropOthers(tx, texts, model, dims);
    await store(tx, { ...texts, model }, done);
    return dropped;
  });
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

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
