import { shorten } from "../../../errors.ts";
import { type Answered, PATIENCE_MS, type Refused, SMALLER, TOO_LATE } from "../messages.ts";
import { TABLES } from "../tables.ts";
import { Gathered } from "./gathered.ts";
import type { Capi, Database, Memory, Pointer, Sqlite } from "./sqlite.d.ts";

/** Characters of the name of a column: unless told, it is the expression. */
const LONGEST_NAME = 100;

/**
 * What a statement may be made of. No value may have more bytes than a row of the copy: nothing interrupts
 * a single step of the engine, and some take a time that grows with the square of it.
 */
const LIMITS = [
  ["LENGTH", 100_000],
  ["COLUMN", 100],
  ["EXPR_DEPTH", 100],
  ["COMPOUND_SELECT", 50],
  ["VDBE_OP", 100_000],
  ["FUNCTION_ARG", 50],
  ["LIKE_PATTERN_LENGTH", 200],
  ["ATTACHED", 0],
] as const;

/** After how many steps the clock is looked at; after each where one of these may take long. */
const STEPS = 100;
const SLOW = new Set(["instr", "replace", "trim", "ltrim", "rtrim", "like", "glob"]);

const NAMES = TABLES.map(({ name }) => name);
const READABLE = new Set([...NAMES, "json_each", "json_tree", "sqlite_master", "sqlite_schema"]);

const ONE = "send one statement that begins with select, with or values";
const SCHEMA = `read ${NAMES.join(", ")}, whose columns selfos://schema tells`;

/** What to do about what the engine says. */
const ADVICE: readonly { readonly about: RegExp; readonly advice: string }[] = [
  { about: /^no such (table|column)|^ambiguous column| is prohibited$/, advice: SCHEMA },
  { about: /^(no such function|wrong number of arg)/, advice: "use the functions of SQLite" },
  { about: /too (big|large|many|long|complex|deep)|at most|^Recursion limit/, advice: SMALLER },
];

/** Runs one statement that reads, within its limits; what is wrong with it is told, not thrown. */
export function runStatement(
  { capi, wasm }: Pick<Sqlite, "capi" | "wasm">,
  db: Database,
  sql: string,
  limit: number,
): Answered | Refused {
  const run = new Run(capi, wasm, db);
  try {
    return wasm.scopedAllocCall(() => run.answer(sql, limit));
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message, advice: error.advice };
    throw error;
  } finally {
    run.end();
  }
}

/** Why a statement is not run, or not to its end. */
class Refusal extends Error {
  constructor(why: string, readonly advice: string) {
    super(why);
  }
}

/** One statement while it is run. */
class Run {
  readonly #deadline = performance.now() + PATIENCE_MS;
  readonly #limits: readonly (readonly [limit: number, before: number])[];
  #statement: Pointer = 0;
  #slow = false;
  #acts = false;

  constructor(
    private readonly capi: Capi,
    private readonly memory: Memory,
    private readonly db: Database,
  ) {
    this.#limits = LIMITS.map(([name, value]) => {
      const limit = capi[`SQLITE_LIMIT_${name}`];
      return [limit, capi.sqlite3_limit(db, limit, value)] as const;
    });
    capi.sqlite3_set_authorizer(db, (_, ...asked) => this.#authorize(...asked), 0);
    this.#watch(STEPS);
  }

  answer(sql: string, limit: number): Answered {
    const { capi } = this;
    this.#prepare(sql);
    if (this.#slow) this.#watch(1);
    const many = capi.sqlite3_column_count(this.#statement);
    const columns = Array.from(
      { length: many },
      (_, at) => shorten(capi.sqlite3_column_name(this.#statement, at), LONGEST_NAME),
    );
    const gathered = new Gathered(limit);
    while (this.#step()) {
      const row = columns.map((_, at) => capi.sqlite3_column_js(this.#statement, at) ?? null);
      if (!gathered.take(row)) break;
    }
    if (gathered.oversized) throw new Refusal("a row of it is too large", "select fewer columns");
    return { columns, ...gathered.answer };
  }

  /** Leaves the database as it was found. */
  end(): void {
    const { capi, db } = this;
    capi.sqlite3_finalize(this.#statement);
    capi.sqlite3_progress_handler(db, 0, 0, 0);
    capi.sqlite3_set_authorizer(db, 0, 0);
    for (const [limit, before] of this.#limits) capi.sqlite3_limit(db, limit, before);
  }

  #watch(steps: number): void {
    const late = () => performance.now() > this.#deadline ? 1 : 0;
    this.capi.sqlite3_progress_handler(this.db, steps, late, 0);
  }

  /** Asked about everything that a statement would do, before it is run. */
  #authorize(action: number, first: string, second: string): number {
    const { capi } = this;
    if (action === capi.SQLITE_SELECT || action === capi.SQLITE_RECURSIVE) return capi.SQLITE_OK;
    if (action === capi.SQLITE_READ) {
      // Without a column, it may as well be the name of what the statement itself defines.
      const readable = second === "" || READABLE.has(first.toLowerCase());
      return readable ? capi.SQLITE_OK : capi.SQLITE_DENY;
    }
    if (action === capi.SQLITE_FUNCTION) {
      this.#slow ||= SLOW.has(second.toLowerCase());
      return capi.SQLITE_OK;
    }
    this.#acts = true;
    return capi.SQLITE_DENY;
  }

  /** @throws Refusal where the text is not one statement that reads */
  #prepare(sql: string): void {
    const [statement, tail] = this.memory.scopedAllocPtr(2);
    const { capi, db, memory } = this;
    const prepare = (at: Pointer) => capi.sqlite3_prepare_v3(db, at, -1, 0, statement, tail);
    const code = prepare(memory.scopedAllocCString(sql));
    this.#statement = memory.peekPtr(statement);
    if (code !== capi.SQLITE_OK) throw this.#refusal(code);
    if (this.#statement === 0) throw new Refusal("there is none in the text", ONE);
    if (capi.sqlite3_stmt_readonly(this.#statement) === 0) throw new Refusal(ACTS, ONE);
    if (capi.sqlite3_bind_parameter_count(this.#statement) > 0) {
      throw new Refusal("it has parameters, which have no values", "write the values into it");
    }
    for (let at = memory.peekPtr(tail), end = 0; at !== end; at = memory.peekPtr(tail)) {
      end = at;
      const second = prepare(at) === capi.SQLITE_OK ? memory.peekPtr(statement) : undefined;
      if (second !== 0) capi.sqlite3_finalize(second ?? 0);
      if (second !== 0) throw new Refusal("something follows after its end", ONE);
    }
  }

  #step(): boolean {
    const code = this.capi.sqlite3_step(this.#statement);
    if (code === this.capi.SQLITE_ROW) return true;
    if (code === this.capi.SQLITE_DONE) return false;
    throw this.#refusal(code);
  }

  /** What the code of a failure means; the upper bits only tell it in detail. */
  #refusal(code: number): Refusal {
    const { capi } = this;
    switch (code & 0xff) {
      case capi.SQLITE_INTERRUPT:
        return new Refusal(TOO_LATE, SMALLER);
      case capi.SQLITE_NOMEM:
        return new Refusal("it needs more memory than it may take", SMALLER);
      case capi.SQLITE_TOOBIG:
        return new Refusal(`it makes a value of more than ${LIMITS[0][1]} bytes`, SMALLER);
    }
    if (this.#acts) return new Refusal(ACTS, ONE);
    const why = capi.sqlite3_errmsg(this.db);
    const known = ADVICE.find(({ about }) => about.test(why));
    return new Refusal(shorten(why, 300), known?.advice ?? "correct it: the dialect is SQLite's");
  }
}

const ACTS = "it does more than read";
