import { type Kysely, sql } from "kysely";
import type { ColumnTypes } from "../src/db/schema.ts";

/** What every process on a store must know and nobody else may. */
export async function up(db: Kysely<unknown>, { text }: ColumnTypes): Promise<void> {
  await sql.raw(`create table secrets (name ${text} primary key, value ${text} not null)`)
    .execute(db);
}
