import type { Selectable } from "kysely";
import type { Tx } from "../../db/db.ts";
import { prepared } from "../../db/prepared.ts";
import type { Schema } from "../../db/schema.ts";
import { bytesOf } from "../../db/vector_bytes.ts";
import {
  type Embedded,
  markEmbedded,
  type TextLeft,
  textsOf,
  unmarkEmbedded,
} from "../../life/texts.ts";

/** One person's texts of one kind. */
export interface Texts {
  readonly user_id: string;
  readonly entity: Embedded;
}

/** A text and its vectors: none where a model makes nothing of it, `undefined` where they stand. */
export interface Done extends TextLeft {
  readonly digest: string;
  readonly vectors: readonly Float32Array<ArrayBuffer>[] | undefined;
}

/** Drops vectors of other dimensions, and takes back that they stand for texts; whether there were any. */
export async function dropOthers(
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
export async function store(
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
