import { Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";
import { dialect, SqliteDriver } from "./sqlite_driver.ts";
import { reconnect, type SqliteFile } from "./sqlite_file.ts";

/** Reads of one state of the file, on a connection of their own. */
export async function snapshotOf<T>(
  file: SqliteFile,
  work: (read: Kysely<Schema>) => Promise<T>,
): Promise<T> {
  const driver = new SqliteDriver(await reconnect(file));
  try {
    const read = new Kysely<Schema>({ dialect: dialect(driver) });
    await sql`begin`.execute(read);
    // The state is that of the first read.
    await read.selectFrom("users").select("id").limit(1).execute();
    return await work(read);
  } finally {
    await driver.close();
  }
}
