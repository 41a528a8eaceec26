import { Buffer } from "node:buffer";
import { sql } from "kysely";
import type { PlainRows, Tx } from "./db.ts";

/** Writes rows that are not there, with what costs the server least for what they hold. */
export async function insertAll(tx: Tx, rows: PlainRows): Promise<void> {
  if (rows.rows.length === 0) return;
  await (rows.bytes === undefined ? insertRecords(tx, rows) : insertValues(tx, rows, rows.bytes));
}

/** All rows are one value, which the server takes apart: of many, each is written and read apart. */
async function insertRecords(tx: Tx, { table, columns, rows }: PlainRows): Promise<void> {
  const records = rows.map((row) => {
    const record: Record<string, unknown> = {};
    for (let index = 0; index < columns.length; index++) {
      // What is left out is null.
      if (row[index] !== null) record[columns[index] ?? ""] = row[index];
    }
    return record;
  });
  const names = sql.join(columns.map((column) => sql.ref(column)));
  await sql`insert into ${sql.table(table)} (${names})
    select ${names} from json_populate_recordset(null::${sql.table(table)},
      ${JSON.stringify(records)}::json)`.execute(tx);
}

/** Bytes are sent as they are. */
async function insertValues(
  tx: Tx,
  { table, columns, rows }: PlainRows,
  bytes: string,
): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const tuples = rows.map((row) =>
    sql`(${
      sql.join(columns.map((column, index) =>
        column === bytes ? Buffer.from(`${row[index]}`, "base64") : row[index]
      ))
    })`
  );
  await sql`insert into ${sql.table(table)} (${names}) values ${sql.join(tuples)}`.execute(tx);
}
