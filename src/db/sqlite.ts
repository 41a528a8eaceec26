import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setImmediate } from "node:timers";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  sql,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  Transaction,
} from "kysely";
import { AppError, messageOf, quote } from "../errors.ts";
import type { Database, Tx } from "./db.ts";
import { migrate } from "./migrate.ts";
import type { Schema } from "./schema.ts";
import { appliedTo, patiently, reconnect, type SqliteFile } from "./sqlite_file.ts";
import { idsWithTerm, indexTerms } from "./sqlite_terms.ts";

/**
 * Whether the runtime comes to what is immediate right after what has arrived: there, a third of the
 * time of a call is saved when calls that came in together go on together. Older ones take a
 * millisecond for it.
 */
const GATHERS = isAtLeast(Deno.version.deno, 2, 9);

const TYPES = {
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
    write: (_user_id, work) => transactions.run(work),
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

function dialect(driver: SqliteDriver): Dialect {
  return {
    createAdapter: () => new Adapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true;
  }
}

/** Hands out the one connection to one user at a time, in order of asking. */
class SqliteDriver implements Driver {
  readonly connection: DatabaseConnection;
  #turn: Promise<void> = Promise.resolve();
  #release: () => void = () => {};
  #closed = false;

  constructor(readonly database: DatabaseSync) {
    this.connection = new Connection(database);
  }

  async init(): Promise<void> {}

  /** Closes the database after whoever uses it now; nobody gets it any more. */
  async close(): Promise<void> {
    if (this.#closed) return;
    await this.acquireConnection();
    this.#closed = true;
    this.database.close();
    await this.releaseConnection();
  }

  /** @throws AppError `unavailable` when the database is closed: some runtimes do not survive its use */
  refuseClosed(): void {
    if (this.#closed) throw new AppError("unavailable", "Cannot use the store as it was closed");
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    this.#release = resolve;
    try {
      this.refuseClosed();
    } catch (error) {
      resolve();
      throw error;
    }
    return this.connection;
  }

  releaseConnection(): Promise<void> {
    this.#release();
    return Promise.resolve();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  /** A full disk may already have ended the transaction; then there is nothing to roll back. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw("rollback"));
    } catch (error) {
      if (!/no transaction is active/.test(messageOf(error))) throw error;
    }
  }

  /** Kysely leaves this out where no statement was run: who opened the database closes it. */
  destroy(): Promise<void> {
    return Promise.resolve();
  }
}

class Connection implements DatabaseConnection {
  readonly #statements = new Map<string, StatementSync>();

  constructor(private readonly database: DatabaseSync) {}

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const values = parameters.map(bindable);
    const rows = await patiently(() => this.#prepare(sql).all(...values));
    return { rows: rows as R[] };
  }

  // deno-lint-ignore require-yield
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error("Cannot stream from SQLite: read in pages");
  }

  #prepare(sql: string): StatementSync {
    const prepared = this.#statements.get(sql);
    if (prepared) return prepared;
    if (this.#statements.size >= 200) this.#statements.clear();
    const statement = this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

function bindable(value: unknown): null | number | bigint | string | Uint8Array {
  if (value === null || value instanceof Uint8Array) return value;
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint") {
    return value;
  }
  throw new TypeError(`Cannot store a ${typeof value} in SQLite: ${quote(value)}`);
}
