import { Buffer } from "node:buffer";
import { sql } from "kysely";
import type { PlainRows, PlainValue, Tx } from "./db.ts";

/** All rows are one value, which the server takes apart: of many values, each is written and read apart. */
export async function insertAll(tx: Tx, { table, columns, bytes, rows }: PlainRows): Promise<void> {
  if (rows.length === 0) return;
  const records = rows.map((row) =>
    Object.fromEntries(columns.map((column, index) => {
      const value = row[index] ?? null;
      return [column, column === bytes ? inHex(value) : value];
    }))
  );
  const names = sql.join(columns.map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(table)} (${names})
    select ${names} from json_populate_recordset(null::${sql.table(table)},
      ${JSON.stringify(records)}::json)`.execute(tx);
}

/** As the type for bytes is written. */
function inHex(value: PlainValue): string {
  return `\\x${Buffer.from(`${value}`, "base64").toString("hex")}`;
}
