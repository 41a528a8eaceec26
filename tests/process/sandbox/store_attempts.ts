import * as sqlite from "node:sqlite";
import type { Attempts } from "./attempts.ts";

const { DatabaseSync } = sqlite;

/** SQLite as a way to other files. */
export const storeAttempts: Attempts = {
  "open another database": ({ outside }) => secretOf(new DatabaseSync(`${outside}/secret.db`)),
  "open another database read-only": ({ outside }) =>
    secretOf(new DatabaseSync(`${outside}/secret.db`, { readOnly: true })),
  "open another database as an address": ({ outside }) =>
    secretOf(new DatabaseSync(`file:${outside}/secret.db?mode=ro`)),
  "open another database as a URL": ({ outside }) =>
    secretOf(new DatabaseSync(new URL(`file://${outside}/secret.db`))),
  "open another database by way of the data directory": ({ dataDir, outside }) =>
    secretOf(new DatabaseSync(`${dataDir}/../${outside.split("/").at(-1)}/secret.db`)),
  "make a database outside": ({ outside }) => make(`${outside}/j.db`),
  "attach another database": ({ dataDir, outside }) => {
    const database = new DatabaseSync(`${dataDir}/own.db`);
    database.exec(`attach database '${outside}/secret.db' as other`);
    return secretOf(database);
  },
  "attach another database in memory": ({ outside }) => {
    const database = new DatabaseSync(":memory:");
    database.exec(`attach database 'file:${outside}/secret.db' as other`);
    return secretOf(database);
  },
  "attach a prepared path": ({ outside }) => {
    const database = new DatabaseSync(":memory:");
    database.prepare("attach database ? as other").run(`${outside}/secret.db`);
    return secretOf(database);
  },
  "vacuum into a file outside": ({ dataDir, outside }) => {
    const database = new DatabaseSync(`${dataDir}/own.db`);
    database.exec("create table if not exists t (a)");
    database.exec(`vacuum into '${outside}/l.db'`);
  },
  "back up to a file outside": async ({ dataDir, outside }) => {
    const database = new DatabaseSync(`${dataDir}/own.db`);
    await Reflect.get(sqlite, "backup")(database, `${outside}/m.db`);
  },
  "load an extension by a function": ({ outside }) => {
    const database = new DatabaseSync(":memory:", { allowExtension: true });
    return database.prepare("select load_extension(?)").get(`${outside}/secret.txt`);
  },
  "load an extension": ({ outside }) => {
    const database = new DatabaseSync(":memory:", { allowExtension: true });
    database.enableLoadExtension(true);
    database.loadExtension(`${outside}/secret.txt`);
  },
  "read a file by a function": ({ outside }) =>
    new DatabaseSync(":memory:").prepare("select readfile(?)").get(`${outside}/secret.txt`),
};

function secretOf(database: sqlite.DatabaseSync): unknown {
  return database.prepare("select secret from secrets").get()?.["secret"];
}

function make(path: string): void {
  new DatabaseSync(path).exec("create table stolen (a)");
}
