import type { Config } from "../config.ts";
import { databaseAddress } from "../config/values.ts";
import type { Database } from "../db/db.ts";
import { openSqliteFile, type SqliteFile } from "../db/sqlite_file.ts";

/** Where the store of a configuration is. */
export type StorePlace = Pick<Config, "databaseUrl" | "dataDir">;

/** Opens the store without a look at its schema. */
export async function openDatabase(config: StorePlace, file?: SqliteFile): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    const { openPostgres } = await import("../db/postgres.ts");
    return openPostgres(config.databaseUrl, databaseAddress(config.databaseUrl));
  }
  const { openSqlite } = await import("../db/sqlite.ts");
  return await openSqlite(file ?? await openSqliteFile(config.dataDir));
}
