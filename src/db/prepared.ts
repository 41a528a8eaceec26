import type { Compilable, CompiledQuery, Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/** Stands in a compiled statement for the value of one name. */
class Slot {
  constructor(readonly name: string) {}
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
  const slots = Object.fromEntries(
    Object.keys(names).map((name) => [name, new Slot(name)]),
  ) as Values;
  const compiled = new WeakMap<object, CompiledQuery<Row>>();
  return async (db, values) => {
    const adapter = db.getExecutor().adapter.constructor;
    const query = compiled.get(adapter) ?? build(db, slots).compile();
    compiled.set(adapter, query);
    const parameters = query.parameters.map((value) =>
      value instanceof Slot ? Reflect.get(values, value.name) : value
    );
    const { rows } = await db.getExecutor().provideConnection((connection) =>
      connection.executeQuery<Row>({ ...query, parameters })
    );
    return rows;
  };
}
