import type { Kysely } from "kysely";
import type { Schema } from "../db/schema.ts";

/** How far lives have come: ids, 0 where there is none. Equal, nothing of them was changed or put back. */
export interface Newest {
  readonly change: number;
  readonly restore: number;
}

/** How far the lives of people have come. No clock is asked: ids are given one after the other. */
export async function newestOf(
  read: Pick<Kysely<Schema>, "selectFrom">,
  people: readonly string[],
): Promise<Newest> {
  const { change } = await read.selectFrom("changes").where("user_id", "in", people)
    .select(({ fn }) => fn.max("id").as("change")).executeTakeFirstOrThrow();
  const { restore } = await read.selectFrom("restores").where("user_id", "in", people)
    .select(({ fn }) => fn.max("id").as("restore")).executeTakeFirstOrThrow();
  return { change: change ?? 0, restore: restore ?? 0 };
}
