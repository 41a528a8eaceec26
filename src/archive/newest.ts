import type { Kysely } from "kysely";
import type { Schema } from "../db/schema.ts";

/** How far a life has come: ids, 0 where there is none. Equal, nothing of it was changed or put back. */
export interface Newest {
  readonly change: number;
  readonly restore: number;
}

/** How far the life of a person has come. No clock is asked: ids are given one after the other. */
export async function newestOf(read: Kysely<Schema>, user_id: string): Promise<Newest> {
  const { change } = await read.selectFrom("changes").where("user_id", "=", user_id)
    .select(({ fn }) => fn.max("id").as("change")).executeTakeFirstOrThrow();
  const { restore } = await read.selectFrom("restores").where("user_id", "=", user_id)
    .select(({ fn }) => fn.max("id").as("restore")).executeTakeFirstOrThrow();
  return { change: change ?? 0, restore: restore ?? 0 };
}
