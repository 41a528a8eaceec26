import { type Kysely, sql, type SqlBool } from "kysely";
import type { Database } from "./db.ts";
import type { Schema } from "./schema.ts";
import { floatsOf } from "./vector_bytes.ts";
import type { Shelf, VectorRanking } from "./vector_ranking.ts";

/** Copies, for the extension, of what the table of vectors has; only of people with many. */
const TABLE = "vectors_ranked";

/** A vector in a place of its own costs a look-up each time: they stay with the row where they can. */
const CREATE = [
  `create table ${TABLE} (
    vector_id bigint primary key references vectors (id) on delete cascade,
    user_id text collate "C" not null, entity text collate "C" not null,
    entity_id bigint not null, model text collate "C" not null, dims bigint not null,
    embedding vector not null
  ) with (toast_tuple_target = 8160)`,
  `create index ${TABLE}_by_user on ${TABLE} (user_id, entity, model, dims, vector_id)`,
];

/** Told where the role may not make a table. */
const FORBIDDEN = "42501";

/** Ranking by the extension pgvector, where the database has it. */
export function rankByPgvector(db: Kysely<Schema>, write: Database["write"]): VectorRanking {
  return {
    async prepare() {
      const { extension, ready } = await placeIn(db);
      if (!extension || ready) return undefined;
      try {
        return await db.transaction().execute(prepared);
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === FORBIDDEN) return undefined;
        throw error;
      }
    },

    async usable() {
      const { ready } = await placeIn(db);
      return ready && await mayUse(db);
    },

    async takeIn(shelf, most) {
      if (!await isBehind(db, shelf)) return false;
      return await write(shelf.user_id, async (tx) => {
        const { user_id, entity, model, dims } = shelf;
        const rows = await tx.selectFrom("vectors").select(["id", "entity_id", "vector"])
          .where(within(shelf)).where("id", ">", lastOf(shelf)).orderBy("id").limit(most).execute();
        if (rows.length === 0) return false;
        const taken = rows.map(({ id, entity_id, vector }) =>
          sql`(${id}, ${user_id}, ${entity}, ${entity_id}, ${model}, ${dims},
            ${received(floatsOf(vector))}::vector)`
        );
        await sql`
          insert into ${sql.table(TABLE)}
            (vector_id, user_id, entity, entity_id, model, dims, embedding)
          values ${sql.join(taken)}`.execute(tx);
        return rows.length === most;
      });
    },

    async nearest(shelf, query, most, among) {
      // A vector of no direction is near nothing. Scored first: or else vectors may be sorted, which takes ten times as long.
      const { rows } = await sql<{ id: number; score: number }>`
        with scored as materialized (
          select entity_id, -(embedding <#> ${received(query)}::vector) as score
          from ${sql.table(TABLE)} where ${within(shelf)} and vector_norm(embedding) > 0
            ${among === undefined ? sql`` : sql`and entity_id = any(${among}::bigint[])`}
        )
        select entity_id as id, max(score) as score from scored
        group by entity_id order by score desc, id desc limit ${most}`.execute(db);
      return rows;
    },
  };
}

/** What an extension that was dropped leaves of the table is of no use. */
async function prepared(tx: Kysely<Schema>): Promise<string | undefined> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${TABLE}, 0))`.execute(tx);
  const { extension, ready } = await placeIn(tx);
  if (!extension || ready) return undefined;
  for (const statement of [`drop table if exists ${TABLE}`, ...CREATE]) {
    await sql.raw(statement).execute(tx);
  }
  return TABLE;
}

/** Whether the extension is there, and where statements look for it; and the table with its vectors. */
async function placeIn(db: Kysely<Schema>): Promise<{ extension: boolean; ready: boolean }> {
  const { rows: [found] } = await sql<{ extension: boolean; ready: boolean }>`
    select
      exists (select from pg_extension where extname = 'vector')
        and to_regtype('vector') is not null as extension,
      exists (
        select from pg_attribute where attrelid = to_regclass(${TABLE})
          and attname = 'embedding' and atttypid = to_regtype('vector')
      ) as ready`.execute(db);
  return found ?? { extension: false, ready: false };
}

async function mayUse(db: Kysely<Schema>): Promise<boolean> {
  const { rows: [found] } = await sql<{ may: boolean }>`
    select has_table_privilege(${TABLE}, 'select') and has_table_privilege(${TABLE}, 'insert') as may`
    .execute(db);
  return found?.may ?? false;
}

async function isBehind(db: Kysely<Schema>, shelf: Shelf): Promise<boolean> {
  const { rows: [found] } = await sql<{ behind: boolean }>`
    select exists (
      select from vectors where ${within(shelf)} and id > ${lastOf(shelf)}
    ) as behind`.execute(db);
  return found?.behind ?? false;
}

/** Vectors are only ever added, and a person's in the order of their ids. */
function lastOf(shelf: Shelf) {
  return sql<number>`coalesce(
    (select max(vector_id) from ${sql.table(TABLE)} as known where ${within(shelf, "known")}), 0)`;
}

function within({ user_id, entity, model, dims }: Shelf, table?: string) {
  const column = (name: string) => sql.ref(table === undefined ? name : `${table}.${name}`);
  return sql<SqlBool>`${column("user_id")} = ${user_id} and ${column("entity")} = ${entity}
    and ${column("model")} = ${model} and ${column("dims")} = ${dims}`;
}

/** As the extension receives a vector in binary: how many numbers, nothing, then each. */
function received(vector: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + 4 * vector.length));
  view.setUint16(0, vector.length);
  for (const [index, value] of vector.entries()) view.setFloat32(4 + 4 * index, value);
  return new Uint8Array(view.buffer);
}
