import type { Database } from "../db/db.ts";

/** How long what was noted waits for more, so that many keys are one write. */
const GATHER_MS = 1000;

/** No person's name has a space in it: these writes wait for each other and for nobody's. */
const TURN = "last use of keys";

/**
 * Records when keys were last used, behind the calls that use them.
 *
 * A store that cannot take it is no reason to refuse a call, and is told by the next call that
 * needs it: what fails here is dropped.
 */
export class LastUse implements AsyncDisposable {
  readonly #noted = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(private readonly db: Database) {}

  /** @param at RFC 3339 in UTC */
  note(key_id: string, at: string): void {
    this.#noted.set(key_id, at);
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
      for (const [id, last_used_at] of uses) {
        await tx.updateTable("api_keys").set({ last_used_at }).where("id", "=", id).execute();
      }
    });
  }
}
