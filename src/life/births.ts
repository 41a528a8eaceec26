import type { Tx } from "../db/db.ts";

/** Where an item was made: the name of the store, and the id that it has there. */
export interface Birth {
  readonly store: string;
  readonly id: number;
}

/** The name of a store, which no other has. */
export async function storeName(read: Pick<Tx, "selectFrom">): Promise<string> {
  const { value } = await read.selectFrom("secrets").select("value")
    .where("name", "=", "store_name").executeTakeFirstOrThrow();
  return value;
}

/** Tells of each item of a person where it was made, whatever stores it came through since. */
export async function birthsOf(
  read: Pick<Tx, "selectFrom">,
  user_id: string,
): Promise<(entity: string, id: number) => Birth> {
  const here = await storeName(read);
  const rows = await read.selectFrom("births").select(["entity", "entity_id", "store", "born_id"])
    .where("user_id", "=", user_id).orderBy("entity_id").execute();
  const elsewhere = Map.groupBy(rows, ({ entity }) => entity);
  return (entity, id) => {
    const born = elsewhere.get(entity)?.find(({ entity_id }) => id <= entity_id);
    return born === undefined
      ? { store: here, id }
      : { store: born.store, id: born.born_id - (born.entity_id - id) };
  };
}
