import type { DatabaseSync, StatementSync } from "node:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from "kysely";
import { AppError, messageOf, quote } from "../errors.ts";
import { patiently } from "./sqlite_file.ts";

/** What Kysely needs to run on a driver. */
export function dialect(driver: SqliteDriver): Dialect {
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
export class SqliteDriver implements Driver {
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

  /** Has the database to itself, between transactions. */
  async alone<T>(work: (database: DatabaseSync) => Promise<T>): Promise<T> {
    await this.acquireConnection();
    try {
      return await work(this.database);
    } finally {
      await this.releaseConnection();
    }
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
