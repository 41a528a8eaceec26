import type { Database } from "../../db/db.ts";
import { AppError } from "../../errors.ts";
import { today } from "../../life/dates.ts";
import { type Scope, sharesIn, type Viewer } from "../../life/scope.ts";
import { scopeOf } from "../../life/shares.ts";
import { KeptCopy } from "./kept_copy.ts";
import { type Answered, PATIENCE_MS, type Refused, SMALLER, TOO_LATE } from "./messages.ts";
import { withheldOf } from "../withheld.ts";
import { isSame, readAll, readChanged, type Revisions, type State, stateOf } from "./rows.ts";

/** A statement, and how many of its rows are wanted. */
export interface Query {
  readonly sql: string;
  readonly limit: number;
}

/** What a statement answers. */
export interface QueryAnswer extends Answered {
  /** Goals, tasks and memories that the copy lacks, as the caller is narrowed to some life areas. */
  readonly withheld?: number;
}

/** More copies are not kept, each with a worker: the one that was asked least lately goes. */
const MOST_COPIES = 4;
/** Of these, one person has no more. */
const MOST_COPIES_OF_ONE = 2;
/** More calls of one person do not wait for their turn. */
const MOST_CALLS = 20;
/** How often a copy that has ended meanwhile is made anew for one call. */
const MOST_ATTEMPTS = 10;
/** How long a copy stays when nobody asks it, in milliseconds. */
const IDLE_MS = 60_000;
/** For a worker to start, and to take rows. */
const LOADING_MS = 20_000;
/** For a statement to run, and for the engine to notice that its time is over. */
const RUNNING_MS = PATIENCE_MS + 1000;

/** Runs statements on copies of what those see who ask. */
export class Queries implements AsyncDisposable {
  /** By what is in them, the one that was asked least lately first. */
  readonly #copies = new Map<string, KeptCopy>();
  /** With those that are about to end. */
  readonly #running = new Set<KeptCopy>();
  /** By person. */
  readonly #calls = new Map<string, number>();
  #closed = false;

  constructor(private readonly db: Database) {}

  /**
   * Runs one statement that reads.
   *
   * @throws AppError `invalid_input` when it is not one, is wrong, or is stopped; `unavailable`
   */
  async run(
    viewer: Viewer,
    query: Query,
    now: Date,
    signal?: AbortSignal,
  ): Promise<QueryAnswer> {
    const { user_id } = viewer;
    const calls = this.#calls.get(user_id) ?? 0;
    if (calls >= MOST_CALLS) throw unavailable(`${calls} others of yours wait for their turn`);
    this.#calls.set(user_id, calls + 1);
    try {
      const scope = await scopeOf(this.db, viewer);
      const answer = await this.#runIn(scope, query, now, signal);
      return { ...answer, ...await withheldOf(this.db, scope) };
    } finally {
      const left = (this.#calls.get(user_id) ?? 1) - 1;
      if (left === 0) this.#calls.delete(user_id);
      else this.#calls.set(user_id, left);
    }
  }

  /** Gives up all copies; what they are asked at the moment fails, and can be asked again. */
  forget(): void {
    for (const copy of this.#running) copy.end(unavailable("its copy is made anew"));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const copy of this.#running) copy.end(unavailable("the server stops"));
    return Promise.resolve();
  }

  async #runIn(
    scope: Scope,
    { sql, limit }: Query,
    now: Date,
    signal: AbortSignal | undefined,
  ): Promise<Answered> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const seen = await stateOf(this.db, scope);
      const copy = await this.#copyOf(scope, seen);
      using _turn = await copy.turn();
      signal?.throwIfAborted();
      if (copy.ended || !await this.#refresh(copy, scope, seen)) continue;
      const day = today(now, seen.time_zone);
      const question = { kind: "run", sql, limit, today: day } as const;
      const answer = await copy.run(question, RUNNING_MS, stopped());
      if ("refused" in answer) throw refusal(answer);
      return answer;
    }
    throw unavailable("its copy ends again and again");
  }

  /** The copy of what the scope sees, which may have nothing in it yet. */
  async #copyOf(scope: Scope, { time_zone, week_start }: State): Promise<KeptCopy> {
    const { user_id, areas = null } = scope;
    const shares = sharesIn(scope).map(({ area_id, owner }) => [area_id, owner]);
    const key = JSON.stringify([user_id, areas, shares, time_zone, week_start]);
    const copy = this.#live(key) ?? await this.#newCopy(key, user_id);
    this.#copies.delete(key);
    this.#copies.set(key, copy);
    return copy;
  }

  #live(key: string): KeptCopy | undefined {
    const copy = this.#copies.get(key);
    return copy?.ended ? undefined : copy;
  }

  /** Makes room for one more copy, unless somebody else has made this one meanwhile. */
  async #newCopy(key: string, owner: string): Promise<KeptCopy> {
    for (;;) {
      if (this.#closed) throw unavailable("the server stops");
      const made = this.#live(key);
      if (made) return made;
      for (const copy of this.#running) if (copy.ended) this.#running.delete(copy);
      for (const [name, { ended }] of this.#copies) if (ended) this.#copies.delete(name);
      const own = [...this.#running].filter((copy) => copy.owner === owner);
      if (own.length >= MOST_COPIES_OF_ONE) await this.#endOne(own);
      else if (this.#running.size >= MOST_COPIES) await this.#endOne([...this.#running]);
      else break;
    }
    const copy = new KeptCopy(owner, IDLE_MS);
    this.#running.add(copy);
    this.#copies.set(key, copy);
    return copy;
  }

  /** Ends one of these. Where it is asked still, nobody else gets it any more. */
  async #endOne(among: readonly KeptCopy[]): Promise<void> {
    const copies = [...this.#copies].filter(([, copy]) => !copy.ended && among.includes(copy));
    const [name, copy] = copies.find(([, { isFree }]) => isFree) ?? copies[0] ?? [];
    if (name === undefined) {
      await Promise.race(among.map(({ freed }) => freed));
      return;
    }
    this.#copies.delete(name);
    await copy?.freed;
    copy?.end(unavailable("its copy makes room for another"));
  }

  /** Whether the copy is now as the store is; one that is too far behind is given up. */
  async #refresh(copy: KeptCopy, scope: Scope, { revisions, ...person }: State): Promise<boolean> {
    if (copy.revisions !== undefined && isSame(copy.revisions, revisions)) return true;
    try {
      if (copy.revisions === undefined) await this.#fill(copy, scope, person);
      return await this.#catchUp(copy, scope, copy.revisions ?? revisions);
    } catch (error) {
      copy.end(unavailable("its copy is not whole"));
      throw error;
    }
  }

  async #catchUp(copy: KeptCopy, scope: Scope, since: Revisions): Promise<boolean> {
    const changed = await readChanged(this.db, scope, since);
    if (changed === undefined) {
      copy.end(unavailable("too much has changed since its copy was made"));
      return false;
    }
    if (changed.rows.length > 0) {
      await copy.tell({ kind: "load", rows: changed.rows }, LOADING_MS);
    }
    copy.revisions = changed.revisions;
    return true;
  }

  async #fill(copy: KeptCopy, scope: Scope, person: Omit<State, "revisions">): Promise<void> {
    await copy.tell({ kind: "open", ...person }, LOADING_MS);
    for await (const rows of readAll(this.db, scope)) {
      await copy.tell({ kind: "load", rows: [rows] }, LOADING_MS);
    }
  }
}

function refusal({ refused, advice }: Refused): AppError {
  return new AppError("invalid_input", `Cannot run the statement: ${refused}`, advice);
}

function stopped(): AppError {
  return refusal({ refused: TOO_LATE, advice: SMALLER });
}

function unavailable(why: string): AppError {
  return new AppError("unavailable", `Cannot run the statement: ${why}`, "try again later");
}
