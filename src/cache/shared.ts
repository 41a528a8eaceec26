import { inTime } from "../in_time.ts";
import type { Values } from "../instances/instances.ts";
import { type Cache, LONGEST } from "./cache.ts";
import { Seal } from "./sealed.ts";

/** With its version, which rises when what is kept under a name comes to be made otherwise. */
const PREFIX = "cache:v1:";

/** Whoever reads waits no longer for what may not be there. */
const PATIENCE_MS = 50;
/** Who has not answered in time is not asked again for so long. */
const PAUSE_MS = 2000;

/** Bytes; no text of ours takes more. */
const MOST_BYTES = 2 * LONGEST;

/** Texts that all instances keep together, as long as what they share can be reached quickly. */
export class SharedCache implements Cache {
  readonly #values: Values;
  readonly #secret: () => Promise<Uint8Array>;
  readonly #underway = new Set<Promise<unknown>>();
  #seal: Promise<Seal> | undefined;
  #pausedUntil = 0;

  /** @param secret of the installation: names tell nothing, and values are of ours */
  constructor(values: Values, secret: () => Promise<Uint8Array>) {
    this.#values = values;
    this.#secret = secret;
  }

  get(key: string): Promise<string | undefined> {
    return this.#quickly(async (seal, name) => {
      const bytes = await this.#values.get(name, MOST_BYTES);
      return bytes && await seal.open(bytes, name).catch(() => undefined);
    }, key);
  }

  set(key: string, text: string, lasts: number): void {
    if (text.length > LONGEST) this.delete(key);
    else {
      this.#unheard((seal, name) => this.#kept(seal, name, text, lasts), key);
    }
  }

  delete(key: string): void {
    this.#unheard((_, name) => this.#values.delete(name), key);
  }

  /** Ends once what was begun has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#underway);
  }

  async #kept(seal: Seal, name: string, text: string, lasts: number): Promise<void> {
    await this.#values.set(name, await seal.seal(text, name), lasts);
  }

  #unheard(work: (seal: Seal, name: string) => Promise<void>, key: string): void {
    const done = this.#quickly(work, key).finally(() => this.#underway.delete(done));
    this.#underway.add(done);
  }

  /** What the work answers in time, unless it fails. */
  async #quickly<T>(
    work: (seal: Seal, name: string) => Promise<T>,
    key: string,
  ): Promise<T | undefined> {
    if (performance.now() < this.#pausedUntil) return undefined;
    try {
      const seal = await this.#sealing();
      const name = PREFIX + await seal.nameOf(key);
      return await inTime(work(seal, name), PATIENCE_MS);
    } catch {
      this.#pausedUntil = performance.now() + PAUSE_MS;
      return undefined;
    }
  }

  #sealing(): Promise<Seal> {
    const made = this.#seal ??= this.#secret().then((secret) => Seal.of(secret));
    made.catch(() => this.#seal = undefined);
    return made;
  }
}
