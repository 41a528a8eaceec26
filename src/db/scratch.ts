import { DatabaseSync } from "node:sqlite";
import { Kysely } from "kysely";
import { migrate } from "./migrate.ts";
import type { Schema } from "./schema.ts";
import { TYPES } from "./sqlite.ts";
import { dialect, SqliteDriver } from "./sqlite_driver.ts";

/** A store for a while, that nobody else finds. */
export interface Scratch extends AsyncDisposable {
  readonly db: Kysely<Schema>;
  /** The connection beneath; what fills it goes straight there. */
  readonly database: DatabaseSync;
  /** Takes the steps of the schema up to this one; absent, all. */
  migrate(last?: string): Promise<void>;
  /** Fills faster from now on; the last image of a record is still found at once. */
  dropIndexes(): void;
}

/** Makes a store at the path that is gone with the process, however that ends; references are not checked. */
export function openScratch(path: string): Scratch {
  Deno.openSync(path, { createNew: true, write: true, mode: 0o600 }).close();
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(path);
    for (const pragma of PRAGMAS) database.exec(`pragma ${pragma}`);
  } catch (error) {
    Deno.removeSync(path);
    throw error;
  }
  // Where an open file can be removed, nothing is left of it even after a crash.
  if (Deno.build.os !== "windows") Deno.removeSync(path);
  const driver = new SqliteDriver(database);
  const db = new Kysely<Schema>({ dialect: dialect(driver) });
  return {
    db,
    database,
    async migrate(last) {
      await migrate(db, TYPES, last);
      for (const pragma of PRAGMAS) database.exec(`pragma ${pragma}`);
    },
    dropIndexes() {
      const derived = database.prepare(
        `select type, name from sqlite_schema where sql is not null and type in ('index', 'trigger')`,
      ).all();
      for (const { type, name } of derived) {
        if (name !== OF_JOURNAL) database.exec(`drop ${type} "${name}"`);
      }
    },
    async [Symbol.asyncDispose]() {
      await driver.close();
      if (Deno.build.os === "windows") Deno.removeSync(path);
    },
  };
}

const OF_JOURNAL = "change_items_by_entity";

const PRAGMAS = [
  ...["journal_mode = memory", "synchronous = off", "locking_mode = exclusive"],
  ...["foreign_keys = off", "temp_store = memory", "cache_size = -16000"],
];
