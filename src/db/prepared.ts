import type { Compilable, CompiledQuery, Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** Stands in a compiled statement for the value of one name in one row. */
class Slot {
  constructor(readonly row: number, readonly name: string) {}
}

/**
 * A statement that is built and compiled once for each dialect, then only run: on the way of every
 * write, building costs more than running.
 *
 * It goes straight to the connection, past the plugins and the log of Kysely, of which we have none.
 *
 * @param names every value that differs from run to run
 * @param build must not look at the values: it sees a place for each
 */
export function prepared<Values extends object, Row>(
  names: { readonly [Name in keyof Values]-?: true },
  build: (db: Kysely<Schema>, values: Values) => Compilable<Row>,
): (db: Kysely<Schema>, values: Values) => Promise<Row[]> {
  const run = preparedRows(names, 1, (db, [values]) => build(db, values));
  return (db, values) => run(db, [values]);
}

/**
 * As {@linkcode prepared}, for a statement with the values of so many rows.
 *
 * @param count a run takes exactly so many
 */
export function preparedRows<Values extends object, Row>(
  names: { readonly [Name in keyof Values]-?: true },
  count: number,
  build: (db: Kysely<Schema>, rows: readonly [Values, ...Values[]]) => Compilable<Row>,
): (db: Kysely<Schema>, rows: readonly Values[]) => Promise<Row[]> {
  const slotsOf = (row: number) =>
    Object.fromEntries(
      Object.keys(names).map((name) => [name, new Slot(row, name)]),
    ) as Values;
  const others = Array.from({ length: count - 1 }, (_, index) => slotsOf(index + 1));
  const slots = [slotsOf(0), ...others] as const;
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  return async (db, rows) => {
    if (rows.length !== count) throw new Error(`${count} rows are taken: got ${rows.length}`);
    const adapter = db.getExecutor().adapter.constructor;
    const query = compiled.get(adapter) ?? build(db, slots).compile();
    compiled.set(adapter, query);
    const parameters = query.parameters.map((value) =>
      value instanceof Slot ? Reflect.get(rows[value.row] ?? {}, value.name) : value
    );
    const answer = await db.getExecutor().provideConnection((connection) =>
      connection.executeQuery<Row>({ ...query, parameters })
    );
    return answer.rows;
  };
}
