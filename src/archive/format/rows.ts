import { Buffer } from "node:buffer";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Numbered, PlainValue } from "../../db/db.ts";
import type { Schema } from "../../db/schema.ts";
import type { Scratch } from "../../db/scratch.ts";
import { giveBack } from "../../db/vector_bytes.ts";
import type { ArchivedTable } from "./tables.ts";

/** How many rows are read at once, and of vectors, see there. */
const PAGE = 1000;
const PAGE_OF_VECTORS = 200;

/** Whose rows are meant; absent, those of all. */
export type People = readonly string[] | undefined;

/** The rows of a table in the order of its key, page by page, bytes in base64. */
export async function* pagesOf(
  read: Kysely<Schema>,
  table: ArchivedTable,
  columns: readonly string[],
  people: People,
): AsyncGenerator<PlainValue[][]> {
  const { name, key } = table;
  const selected = [...new Set([...columns, ...key])].map((column) => sql.ref(column));
  const keys = key.map((column) => sql.ref(column));
  const size = name === "vectors" ? PAGE_OF_VECTORS : PAGE;
  const owned = ownedBy(table, people);
  let last: unknown[] | undefined;
  for (;;) {
    const after = last === undefined ? sql`1 = 1` : sql`(${sql.join(keys)}) > (${sql.join(last)})`;
    const { rows } = await sql<Record<string, unknown>>`
      select ${sql.join(selected)} from ${sql.table(name)}
      where ${after} and ${owned} order by ${sql.join(keys)} limit ${size}`.execute(read);
    const end = rows.at(-1);
    if (end === undefined) return;
    last = key.map((column) => end[column]);
    yield rows.map((row) => columns.map((column) => plain(row[column])));
    if (rows.length < size) return;
  }
}

/** Whether a row belongs to the life of one of these people. */
export function ownedBy(
  { name, owner: { column, of, and } }: Pick<ArchivedTable, "name" | "owner">,
  people: People,
): RawBuilder<unknown> {
  if (people === undefined) return sql`1 = 1`;
  const owner = sql.ref(column);
  if (and !== undefined) {
    return sql`(${owner} in (${sql.join(people)}) and ${sql.ref(and)} in (${sql.join(people)}))`;
  }
  if (of === undefined) return sql`${owner} in (${sql.join(people)})`;
  return sql`exists (select 1 from ${sql.table(of)} as owning
    where owning.id = ${sql.ref(`${name}.${column}`)} and owning.user_id in (${sql.join(people)}))`;
}

/** Whether a scratch store has a row of this id. */
export function rowFinder({ database }: Scratch): (table: Numbered, id: number) => boolean {
  const finders = new Map<Numbered, ReturnType<typeof database.prepare>>();
  return (table, id) => {
    const finder = finders.get(table) ??
      database.prepare(`select 1 as found from ${table} where id = ?`);
    finders.set(table, finder);
    return Number.isSafeInteger(id) && finder.get(id) !== undefined;
  };
}

/** Rows as lines, each with its end. */
export function linesOf(rows: readonly PlainValue[][]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}

function plain(value: unknown): PlainValue {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  if (value instanceof Uint8Array) {
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
    giveBack(value);
    return text;
  }
  throw new TypeError(`a ${typeof value} cannot be put into an archive`);
}
