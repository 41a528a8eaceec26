import { Buffer } from "node:buffer";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { LATEST } from "../../db/steps.ts";
import type { Scratch } from "../../db/scratch.ts";
import { messageOf } from "../../errors.ts";
import { BadArchive, type Header } from "../format/format.ts";
import type { Receiver } from "../format/read.ts";
import type { Progress } from "../format/write.ts";

type Stored = null | number | string | Uint8Array;

interface Column {
  readonly name: string;
  readonly type: string;
}

/** So many rows are one transaction: nothing else happens in the thread while one is written. */
const AT_ONCE = 2000;

/** Puts what an archive has into a scratch store with the schema that it was made of. */
export class Loading implements Receiver {
  /** The columns of each table, as the archive has them. */
  readonly columns = new Map<string, readonly string[]>();
  readonly #scratch: Scratch;
  readonly #progress: Progress;
  #insert: StatementSync | undefined;
  #table = "";
  #types: readonly Column[] = [];
  #rows = 0;

  constructor(scratch: Scratch, progress: Progress) {
    this.#scratch = scratch;
    this.#progress = progress;
  }

  async begin({ schema }: Header): Promise<void> {
    await this.#scratch.migrate(schema === LATEST ? undefined : schema);
    // Later steps of the schema may know them.
    if (schema === LATEST) this.#scratch.dropIndexes();
    this.#scratch.database.exec("begin");
  }

  table(name: string, columns: readonly string[]): void {
    const known = columnsOf(this.#scratch.database, name);
    const types = columns.map((column) => known.find((one) => one.name === column));
    const found = types.filter((type) => type !== undefined);
    if (found.length < columns.length || new Set(columns).size < columns.length) {
      throw new BadArchive(`it has columns of ${name} that were never there`);
    }
    const names = columns.map((column) => `"${column}"`).join(", ");
    const values = columns.map(() => "?").join(", ");
    this.#insert = this.#scratch.database.prepare(
      `insert into ${name} (${names}) values (${values})`,
    );
    this.#table = name;
    this.#types = found;
    this.columns.set(name, columns);
  }

  row(values: readonly unknown[]): void {
    try {
      const stored = values.map((value, index) => storedAs(this.#types[index]?.type ?? "", value));
      this.#insert?.run(...stored);
    } catch (error) {
      if (!isConstraint(error) && !(error instanceof WrongValue)) throw error;
      const why = `it has a row of ${this.#table} that the store refuses`;
      throw new BadArchive(`${why}: ${messageOf(error)}`, undefined, error);
    }
    if (++this.#rows % AT_ONCE > 0) return;
    this.#scratch.database.exec("commit");
    this.#scratch.database.exec("begin");
    this.#progress(AT_ONCE);
  }

  /** Once all was read. */
  end(): void {
    this.#scratch.database.exec("commit");
    this.#progress(this.#rows % AT_ONCE);
  }
}

class WrongValue extends Error {}

function columnsOf(database: DatabaseSync, table: string): Column[] {
  return database.prepare(`pragma table_info("${table}")`).all()
    .map(({ name, type }) => ({ name: String(name), type: String(type).toLowerCase() }));
}

/** A value of the type, as another store may be strict about it. */
function storedAs(type: string, value: unknown): Stored {
  if (value === null) return null;
  switch (type) {
    case "integer":
      if (typeof value === "number" && Number.isSafeInteger(value)) return value;
      break;
    case "real":
      if (typeof value === "number" && Number.isFinite(value)) return value;
      break;
    case "text":
      if (typeof value === "string" && !value.includes("\0") && value.isWellFormed()) return value;
      break;
    case "blob": {
      if (typeof value !== "string") break;
      const bytes = bytesIn(value);
      if (bytes !== undefined) return bytes;
    }
  }
  throw new WrongValue(`a value is no ${type}`);
}

/** What is written in base64, and could be written in no other way. */
function bytesIn(text: string): Uint8Array | undefined {
  try {
    const bytes = Buffer.from(text, "base64");
    return bytes.toString("base64") === text ? bytes : undefined;
  } catch {
    // Some runtimes throw at what others pass over.
    return undefined;
  }
}

function isConstraint(error: unknown): boolean {
  return /constraint/i.test(messageOf(error));
}
