import type { Kysely, RawBuilder, Transaction } from "kysely";
import type { Schema } from "./schema.ts";
import type { VectorRanking } from "./vector_ranking.ts";

export type Tx = Transaction<Schema>;

/** What was removed for good. */
export interface Removal<T> {
  readonly answer: T;
  /** Why bytes of it may still be in the files of the store; null where they are not. */
  readonly traces: string | null;
}

/** The store. One contract over SQLite and PostgreSQL; one test suite runs over both. */
export interface Database extends AsyncDisposable {
  /** For reading; never sees a write that is not committed. */
  readonly read: Kysely<Schema>;

  /**
   * Runs the work in one transaction, durable once this resolves; rolled back if it throws.
   *
   * Writes on behalf of one person run one after the other, in every process that shares the store.
   *
   * @throws AppError `unavailable` when the store is gone, full or read-only
   */
  write<T>(user_id: string, work: (tx: Tx) => Promise<T>): Promise<T>;

  /**
   * As {@linkcode write}, for what must not come back: however long it takes, and until what was removed
   * is in none of the files of the store any more, as far as that is in its hands.
   */
  erase<T>(user_id: string, work: (tx: Tx) => Promise<T>): Promise<Removal<T>>;

  /**
   * As {@linkcode Database.write}, on behalf of several people, and for statements that take minutes:
   * what is there of a life may be a lot.
   */
  writeAtLength<T>(user_ids: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T>;

  /** Reads of one state of the store, whatever is written meanwhile. */
  snapshot<T>(work: (read: Kysely<Schema>) => Promise<T>): Promise<T>;

  /** The ids that the store gives to rows. */
  readonly ids: Ids;

  /** Writes rows that are not there, in a fraction of the time that they take one by one. */
  insertAll(tx: Tx, rows: PlainRows): Promise<void>;

  /**
   * The answer of a read, kept for as long as nothing is committed to the store by anyone; a store
   * that cannot tell reads anew. The answer must depend on the key and the store alone, and is
   * shared: nobody may change it.
   */
  whileUnchanged<T>(key: string, read: () => Promise<T>): Promise<T>;

  /**
   * How many answers were asked for with {@linkcode whileUnchanged}, and how many of them were kept; of a
   * store that cannot tell, none.
   */
  readonly answers: { readonly asked: number; readonly kept: number };

  /**
   * A query within a query: the ids of the rows of the table that have this one of their `terms`, which
   * an index tells; where a number is given, of no more than the latest.
   */
  idsWithTerm(table: "memories", term: string, latest?: number): RawBuilder<{ id: number }>;

  /**
   * An aggregate: the rows as one text, a JSON list of lists of the values in each. Many rows cost a
   * fraction of what they cost one by one.
   */
  packed(values: readonly RawBuilder<unknown>[]): RawBuilder<string>;

  /** The text of a field of an object that a column has as JSON; null where it is null, or there is none. */
  textIn(column: RawBuilder<unknown>, field: string): RawBuilder<string | null>;

  /** Ranks vectors within the store; not there where it knows none but their bytes. */
  readonly ranking?: VectorRanking;

  /**
   * The bytes of texts in hex, one text after the other, nulls left out: what is stored, whatever a
   * driver reads of it.
   */
  hexOf(texts: readonly RawBuilder<unknown>[]): RawBuilder<string>;

  /** Brings the schema up to date; answers the names of the steps it took. */
  migrate(): Promise<string[]>;

  /** The steps the store has, oldest first. */
  applied(): Promise<string[]>;
}

/** Tables whose rows are known by an id from the store. */
export type Numbered =
  | "life_areas"
  | "goals"
  | "tasks"
  | "memories"
  | "changes"
  | "proposals";

/** The ids that a store gives to rows, none twice. */
export interface Ids {
  /**
   * Keeps ids for whoever asks: the store goes on after the one that is answered, or where it was.
   *
   * @param upTo asked while nobody is given an id of the table; told the highest that ever was
   * @throws AppError `unavailable` where others hold the table for too long
   */
  reserve(tx: Tx, table: Numbered, upTo: (tx: Tx, last: number) => Promise<number>): Promise<void>;
}

/** A value as JSON has it; bytes are in base64. */
export type PlainValue = string | number | null;

/** Rows of a table that are written at once. */
export interface PlainRows {
  readonly table: keyof Schema;
  readonly columns: readonly string[];
  /** Which of them has bytes. */
  readonly bytes?: string | undefined;
  readonly rows: readonly (readonly PlainValue[])[];
}
