import { readConfig } from "../../src/config.ts";
import { databaseAddress } from "../../src/config/values.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import { openSqlite } from "../../src/db/sqlite.ts";
import { openSqliteFile } from "../../src/db/sqlite_file.ts";
import { newStore, type StoreKind, surroundings } from "../harness.ts";

/** A store without a schema. */
export async function emptyStore(kind: StoreKind) {
  const place = await newStore(kind);
  const { dataDir, databaseUrl } = readConfig(place.flags, surroundings({ HOME: place.directory }));
  const open = async () =>
    databaseUrl === undefined
      ? await openSqlite(await openSqliteFile(dataDir))
      : openPostgres(databaseUrl, databaseAddress(databaseUrl));
  const db = await open();
  return {
    db,
    /** Another connection to the same store. */
    again: open,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]();
      await place.remove();
    },
  };
}
