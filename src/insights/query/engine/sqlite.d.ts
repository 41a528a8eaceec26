/** What is used of `@sqlite.org/sqlite-wasm`, whose own types know no way to give it its binary. */

/** Where something lies in the memory of the engine. */
export type Pointer = number;

export type Value = string | number | bigint | Uint8Array | null;

export interface Sqlite {
  /** What it prints of failures, which are thrown as well. */
  readonly config: { error(...said: unknown[]): void; warn(...said: unknown[]): void };
  readonly capi: Capi;
  readonly wasm: Memory;
  readonly oo1: { readonly DB: new (name: string) => Database };
}

export interface Database {
  exec(sql: string, options?: { readonly bind: readonly Value[] }): unknown;
}

type Code = "OK" | "ROW" | "DONE" | "DENY" | "INTERRUPT" | "NOMEM" | "TOOBIG";
type Action = "SELECT" | "READ" | "FUNCTION" | "RECURSIVE";
type Limited =
  | "LENGTH"
  | "COLUMN"
  | "EXPR_DEPTH"
  | "COMPOUND_SELECT"
  | "VDBE_OP"
  | "FUNCTION_ARG"
  | "LIKE_PATTERN_LENGTH"
  | "ATTACHED";
type Constants = Readonly<Record<`SQLITE_${Code | Action | `LIMIT_${Limited}`}`, number>>;

/** The C interface: https://www.sqlite.org/c3ref/funclist.html */
export interface Capi extends Constants {
  sqlite3_limit(db: Database, limit: number, value: number): number;
  sqlite3_set_authorizer(
    db: Database,
    authorizer: ((_: Pointer, action: number, first: string, second: string) => number) | 0,
    argument: 0,
  ): number;
  /** Asks every so many steps of the engine whether to stop. */
  sqlite3_progress_handler(
    db: Database,
    steps: number,
    stops: (() => number) | 0,
    argument: 0,
  ): void;
  sqlite3_prepare_v3(
    db: Database,
    sql: Pointer,
    bytes: number,
    flags: number,
    statement: Pointer,
    tail: Pointer,
  ): number;
  sqlite3_bind_parameter_count(statement: Pointer): number;
  sqlite3_stmt_readonly(statement: Pointer): number;
  sqlite3_step(statement: Pointer): number;
  sqlite3_column_count(statement: Pointer): number;
  sqlite3_column_name(statement: Pointer, column: number): string;
  sqlite3_column_js(statement: Pointer, column: number): Value | undefined;
  sqlite3_finalize(statement: Pointer): number;
  sqlite3_errmsg(db: Database): string;
}

export interface Memory {
  /** What was allocated meanwhile is given back at the end. */
  scopedAllocCall<T>(work: () => T): T;
  scopedAllocCString(text: string): Pointer;
  scopedAllocPtr(many: 2): [Pointer, Pointer];
  peekPtr(at: Pointer): Pointer;
}

interface Options {
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): void;
  printErr(text: string): void;
}

export default function open(options: Options): Promise<Sqlite>;
