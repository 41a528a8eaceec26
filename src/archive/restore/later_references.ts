import { sql } from "kysely";
import { chunksOf } from "../../db/chunks.ts";
import type { PlainValue, Tx } from "../../db/db.ts";
import type { ArchivedTable } from "../format/tables.ts";

/** Rows of one statement. */
const AT_ONCE = 500;

/** Rows may name a row of their own table that only comes after them: that is written once all are there. */
export class LaterReferences {
  #found: { column: string; id: PlainValue; target: PlainValue }[] = [];

  /** The rows without what they name later; in the order of their ids. */
  taken({ name, columns, references }: ArchivedTable, rows: PlainValue[][]): PlainValue[][] {
    const own = Object.entries(references ?? {}).filter(([, target]) => target === name)
      .map(([column]) => columns.indexOf(column));
    for (const row of rows) {
      const [id = null] = row;
      for (const index of own) {
        const target = row[index] ?? null;
        if (target === null || Number(target) <= Number(id)) continue;
        this.#found.push({ column: columns[index] ?? "", id, target });
        row[index] = null;
      }
    }
    return rows;
  }

  async write(tx: Tx, { name }: ArchivedTable): Promise<void> {
    const found = this.#found;
    this.#found = [];
    for (const [column, all] of Map.groupBy(found, (one) => one.column)) {
      for (const part of chunksOf(all, AT_ONCE)) {
        const values = part.map(({ id, target }) =>
          sql`(cast(${id} as bigint), cast(${target} as bigint))`
        );
        await sql`with named (id, target) as (values ${sql.join(values)})
          update ${sql.table(name)} set ${sql.ref(column)} = (
            select target from named where named.id = ${sql.ref(`${name}.id`)})
          where id in (select id from named)`.execute(tx);
      }
    }
  }
}
