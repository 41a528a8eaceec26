import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../errors.ts";
import { patiently } from "./sqlite_file.ts";

/** For the write-ahead log to be nobody's any more, in milliseconds. */
const ENDING_MS = 10_000;

/** Bytes that are written over unused pages at once. */
const CHUNK = 64 * 1024 * 1024;

/**
 * Writes tables anew, with all that is unused in the file, so that nothing is left there of what was
 * deleted or changed, however long ago; and ends the write-ahead log, which has it still. It does what
 * `vacuum` would, for which the runtime would have to let the process open any file.
 *
 * Others can read meanwhile, and wait to write.
 *
 * @param isMeant whether a table is written anew
 * @returns why something may be left, or null
 */
export async function rewrite(
  database: DatabaseSync,
  isMeant: (table: string) => boolean,
): Promise<string | null> {
  try {
    await patiently(() => database.exec("pragma foreign_keys = off"));
    await patiently(() => database.exec("begin immediate"));
    rewriteAll(database, isMeant);
    await patiently(() => database.exec("commit"));
  } catch (error) {
    rollBack(database);
    return `its file cannot be written anew: ${messageOf(error)}`;
  } finally {
    database.exec("pragma foreign_keys = on");
  }
  return await endLog(database);
}

/** Has what is deleted from here on overwritten, as far as it is not moved about before. */
export function overwriteDeleted(database: DatabaseSync): void {
  database.exec("pragma secure_delete = on");
}

interface Item {
  readonly type: string;
  readonly name: string;
  /** The table that it belongs to. */
  readonly table: string;
  readonly sql: string;
}

function rewriteAll(database: DatabaseSync, isMeant: (table: string) => boolean): void {
  const items = itemsOf(database);
  const indexes = items.filter(({ sql }) => /^create virtual table/i.test(sql));
  const tables = items.filter(({ type, name }) => type === "table" && isMeant(name));
  const names = new Set(tables.map(({ name }) => name));
  const around = items.filter(({ type, table }) => type !== "table" && names.has(table));
  const counters = database.prepare("select name, seq from sqlite_sequence").all();
  for (const { type, name } of around) database.exec(`drop ${type} ${quoted(name)}`);
  for (const { name } of indexes) database.exec(`drop table ${quoted(name)}`);
  for (const table of tables) rewriteOne(database, table);
  for (const { name, sql } of indexes) {
    database.exec(sql);
    database.exec(`insert into ${quoted(name)} (${quoted(name)}) values ('rebuild')`);
  }
  for (const { sql } of around) database.exec(sql);
  // Ids are never given out again, not even those of the newest rows.
  const count = database.prepare("update sqlite_sequence set seq = max(seq, ?) where name = ?");
  for (const { name = null, seq = null } of counters) {
    if (count.run(seq, name).changes === 0 && names.has(String(name))) {
      database.prepare("insert into sqlite_sequence (name, seq) values (?, ?)").run(name, seq);
    }
  }
  overwriteUnused(database);
}

/** A full disk may already have ended the transaction. */
function rollBack(database: DatabaseSync): void {
  try {
    database.exec("rollback");
  } catch (error) {
    if (!/no transaction is active/.test(messageOf(error))) throw error;
  }
}

/** What the schema says; of tables that others are kept in, nothing. */
function itemsOf(database: DatabaseSync): Item[] {
  const rows = database.prepare(
    "select type, name, tbl_name, sql from sqlite_schema where sql is not null",
  ).all();
  return rows.map(({ type, name, tbl_name, sql }) => ({
    ...{ type: String(type), name: String(name), table: String(tbl_name), sql: String(sql) },
  }));
}

/** The pages of the old table are overwritten as it is dropped. */
function rewriteOne(database: DatabaseSync, { name, sql }: Item): void {
  const made = quoted(`${name}_anew`);
  const create = sql.replace(/^create table\s+("[^"]+"|\w+)/i, `create table ${made}`);
  database.exec(create);
  database.exec(`insert into ${made} select * from ${quoted(name)}`);
  database.exec(`drop table ${quoted(name)}`);
  database.exec(`alter table ${made} rename to ${quoted(name)}`);
}

/** Takes all pages that are not used, writes zeros on them, and gives them back. */
function overwriteUnused(database: DatabaseSync): void {
  const number = (pragma: string) =>
    Number(Object.values(database.prepare(`pragma ${pragma}`).get() ?? {})[0]);
  const bytes = number("freelist_count") * number("page_size");
  database.exec("create table unused (zeros blob)");
  const fill = database.prepare("insert into unused values (zeroblob(?))");
  for (let left = bytes; left > 0; left -= CHUNK) fill.run(Math.min(left, CHUNK));
  database.exec("drop table unused");
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

async function endLog(database: DatabaseSync): Promise<string | null> {
  const deadline = performance.now() + ENDING_MS;
  while (database.prepare("pragma wal_checkpoint(truncate)").get()?.["busy"] !== 0) {
    if (performance.now() > deadline) {
      return "another process has been reading its write-ahead log for 10 s; what was removed is in " +
        "there until all processes on the store have ended";
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return null;
}
