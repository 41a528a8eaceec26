import type { StatementSync } from "node:sqlite";
import { setImmediate } from "node:timers";
import { type DatabaseConnection, type Dialect, Kysely, sql, Transaction } from "kysely";
import type { Database, Tx } from "./db.ts";
import { migrate } from "./migrate.ts";
import { fateOf } from "./people.ts";
import type { Schema } from "./schema.ts";
import { dialect, SqliteDriver } from "./sqlite_driver.ts";
import { appliedTo, patiently, reconnect, type SqliteFile } from "./sqlite_file.ts";
import { insertAll } from "./sqlite_insert.ts";
import { overwriteDeleted, rewrite } from "./sqlite_rewrite.ts";
import { snapshotOf } from "./sqlite_snapshot.ts";
import { idsWithTerm, indexTerms } from "./sqlite_terms.ts";

/**
 * Whether the runtime comes to what is immediate right after what has arrived: there, a third of the
 * time of a call is saved when calls that came in together go on together. Older ones take a
 * millisecond for it.
 */
const GATHERS = isAtLeast(Deno.version.deno, 2, 9);

/** How SQLite spells the types of columns. */
export const TYPES = {
  id: "integer primary key autoincrement",
  text: "text",
  integer: "integer",
  real: "real",
  bytes: "blob",
  indexTerms,
};

/**
 * The embedded store.
 *
 * Reads and writes have a connection each, so that a read never sees an unfinished write and
 * never waits for one.
 */
export async function openSqlite(file: SqliteFile): Promise<Database> {
  const writer = await reconnect(file);
  const reading = new SqliteDriver(file.database);
  const writing = new SqliteDriver(writer);
  const read = new Kysely<Schema>({ dialect: dialect(reading) });
  const write = new Kysely<Schema>({ dialect: dialect(writing) });
  const transactions = new Transactions(writing, write);
  const kept = new KeptAnswers(reading);
  return {
    read,
    whileUnchanged: (key, read) => kept.answer(key, read),
    answers: kept,
    idsWithTerm,
    textIn: (column, field) => sql`${column} ->> ${field}`,
    packed: (values) => sql`json_group_array(json_array(${sql.join(values)}))`,
    // A text is read up to its NUL, and with other characters for bytes that are none.
    hexOf: (texts) =>
      sql`lower(hex(${sql.join(texts.map((text) => sql`ifnull(${text}, '')`), sql` || `)}))`,
    write: (_user_id, work) => transactions.run(work),
    async erase(_user_id, work) {
      overwriteDeleted(writer);
      const answer = await transactions.run(work);
      const isMeant = (table: string) => fateOf(table) === "erased";
      return { answer, traces: await writing.alone((database) => rewrite(database, isMeant)) };
    },
    writeAtLength: (_user_ids, work) => transactions.run(work),
    snapshot: (work) => snapshotOf(file, work),
    ids: {
      // Whoever writes is alone, and the store takes note of every id that a row is given.
      async reserve(tx, table, upTo) {
        const { rows: [found] } = await sql<{ seq: number }>`
          select seq from sqlite_sequence where name = ${table}`.execute(tx);
        await upTo(tx, found?.seq ?? 0);
      },
    },
    insertAll,
    migrate: () => migrate(write, TYPES),
    applied: () => appliedTo(file),
    async [Symbol.asyncDispose]() {
      await reading.close();
      await writing.close();
    },
  };
}

function isAtLeast(version: string, major: number, minor: number): boolean {
  const [first = 0, second = 0] = version.split(".").map(Number);
  return first > major || (first === major && second >= minor);
}

/**
 * Answers by key, all forgotten with the next commit of any connection of any process: SQLite gives
 * the reading connection a new `data_version` then.
 */
class KeptAnswers {
  static readonly #MOST = 100;
  readonly #version: StatementSync;
  readonly #answers = new Map<string, unknown>();
  asked = 0;
  kept = 0;
  #current: unknown;
  #looking: Promise<unknown> | undefined;

  constructor(private readonly driver: SqliteDriver) {
    this.#version = driver.database.prepare("pragma data_version");
  }

  async answer<T>(key: string, read: () => Promise<T>): Promise<T> {
    const version = await this.#look();
    if (version !== this.#current) this.#answers.clear();
    this.#current = version;
    this.asked++;
    if (this.#answers.has(key)) {
      this.kept++;
      return this.#answers.get(key) as T;
    }
    const answer = await read();
    if (this.#answers.size >= KeptAnswers.#MOST) this.#answers.clear();
    if (version === this.#current) this.#answers.set(key, answer);
    return answer;
  }

  /** One look serves all that asked before it. */
  #look(): Promise<unknown> {
    if (!GATHERS) return this.#lookNow();
    return this.#looking ??= new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#looking = undefined;
      return this.#lookNow();
    });
  }

  #lookNow(): Promise<unknown> {
    return patiently(() => {
      this.driver.refuseClosed();
      return this.#version.get()?.["data_version"];
    });
  }
}

/**
 * Transactions on the one connection for writing. Kysely's own cost as much as two statements: they
 * pass through its queue and its log.
 */
class Transactions {
  readonly #driver: SqliteDriver;
  readonly #db: Kysely<Schema>;
  readonly #dialect: Dialect;

  constructor(driver: SqliteDriver, db: Kysely<Schema>) {
    this.#driver = driver;
    this.#db = db;
    this.#dialect = dialect(driver);
  }

  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const connection = await this.#driver.acquireConnection();
    try {
      await this.#driver.beginTransaction(connection);
      const { tx, end } = this.#begun(connection);
      try {
        const result = await work(tx);
        end();
        await this.#driver.commitTransaction(connection);
        return result;
      } catch (error) {
        end();
        await this.#driver.rollbackTransaction(connection);
        throw error;
      }
    } finally {
      await this.#driver.releaseConnection();
    }
  }

  /** What runs the statements of one transaction, and of none after its end. */
  #begun(connection: DatabaseConnection): { tx: Tx; end(): void } {
    let open = true;
    const executor = this.#db.getExecutor().withConnectionProvider({
      provideConnection: async (use) => {
        if (!open) throw new Error("a transaction was used after its end");
        return await use(connection);
      },
    });
    const tx = new Transaction<Schema>({
      config: { dialect: this.#dialect },
      dialect: this.#dialect,
      driver: this.#driver,
      executor,
    });
    return { tx, end: () => void (open = false) };
  }
}
