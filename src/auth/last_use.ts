import type { Database, Tx } from "../db/db.ts";

/** A later use than this after the last one recorded is recorded. */
const USE_MS = 60_000;

/** How long what was noted waits for more, so that many keys are one write. */
const GATHER_MS = 1000;

/** No person's name has a space in it: these writes wait for each other and for nobody's. */
const TURN = "last use of keys";

/** Writes when what has the id was used: RFC 3339 in UTC. */
export type RecordUse = (tx: Tx, id: string, at: string) => Promise<void>;

/**
 * Records when keys or identities were last used, behind the calls that use them.
 *
 * A store that cannot take it is no reason to refuse a call, and is told by the next call that
 * needs it: what fails here is dropped.
 */
export class LastUse implements AsyncDisposable {
  readonly #noted = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Database,
    private readonly record: RecordUse,
  ) {}

  /** @param recorded the last use that is recorded; one that is later by less than a minute is not */
  note(id: string, now: Date, recorded: string | null): void {
    if (recorded !== null && now.getTime() - Date.parse(recorded) < USE_MS) return;
    this.#noted.set(id, now.toISOString());
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  /** Writes what is noted still. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#flush();
  }

  #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const uses = [...this.#noted];
    this.#noted.clear();
    if (uses.length > 0) {
      this.#writing = this.#writing.then(() => this.#write(uses)).catch(() => {});
    }
    return this.#writing;
  }

  async #write(uses: readonly (readonly [id: string, at: string])[]): Promise<void> {
    await this.db.write(TURN, async (tx) => {
      for (const [id, at] of uses) await this.record(tx, id, at);
    });
  }
}
