import { Buffer } from "node:buffer";
import { CompiledQuery } from "kysely";
import { chunksOf } from "./chunks.ts";
import type { PlainRows, PlainValue, Tx } from "./db.ts";

/** Values of one statement; the store takes some more. */
const MOST_VALUES = 8000;

/** Many rows are one statement, and those after them the same one: it is prepared once. */
export async function insertAll(tx: Tx, { table, columns, bytes, rows }: PlainRows): Promise<void> {
  const size = Math.max(1, Math.floor(MOST_VALUES / columns.length));
  const place = bytes === undefined ? -1 : columns.indexOf(bytes);
  const names = columns.map((column) => `"${column}"`).join(", ");
  const marks = `(${columns.map(() => "?").join(", ")})`;
  for (const part of chunksOf(rows, size)) {
    const values = part.flatMap((row): readonly (PlainValue | Uint8Array)[] =>
      place < 0
        ? row
        : row.map((value, index) => index === place ? Buffer.from(`${value}`, "base64") : value)
    );
    const all = part.map(() => marks).join(", ");
    await tx.executeQuery(
      CompiledQuery.raw(`insert into "${table}" (${names}) values ${all}`, values),
    );
  }
}
