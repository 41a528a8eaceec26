import { inTime } from "../in_time.ts";
import type { Values } from "../instances/instances.ts";
import { type Cache, LONGEST } from "./cache.ts";
import { Seal } from "./sealed.ts";

/** With its version, which rises when what is kept under a name comes to be made otherwise. */
const PREFIX = "cache:v1:";

/** Whoever reads waits no longer for what may not be there. */
const PATIENCE_MS = 50;
/** Who fails, or has not answered in time, is not asked again for so long. */
const PAUSE_MS = 2000;

/** What comes while so much waits is lost. */
const MOST_WAITING = 100;

/** Bytes; what takes more when it is compressed is not kept. */
const MOST_BYTES = 2 * LONGEST;

/** What is done about the value of this name. */
type Work<T> = (name: string, seal: Seal) => Promise<T>;

/** Texts that all instances keep together, as long as what they share can be reached quickly. */
export class SharedCache implements Cache {
  readonly #values: Values;
  readonly #secret: () => Promise<Uint8Array>;
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #seal: Promise<Seal> | undefined;
  #pausedUntil = 0;

  /** @param secret of the installation: names tell nothing, and values are of ours */
  constructor(values: Values, secret: () => Promise<Uint8Array>) {
    this.#values = values;
    this.#secret = secret;
  }

  get(key: string): Promise<string | undefined> {
    return this.#unlessAway(key, async (name, seal) => {
      const bytes = await inTime(this.#values.get(name, MOST_BYTES), PATIENCE_MS);
      return bytes && await seal.open(bytes, name).catch(() => undefined);
    });
  }

  set(key: string, text: string, lasts: number): void {
    if (text.length > LONGEST) return this.delete(key);
    this.#unheard(key, async (name, seal) => {
      const bytes = await seal.seal(text, name);
      const isKept = bytes.length <= MOST_BYTES;
      const done = isKept ? this.#values.set(name, bytes, lasts) : this.#values.delete(name);
      await inTime(done, PATIENCE_MS);
    });
  }

  delete(key: string): void {
    this.#unheard(key, (name) => inTime(this.#values.delete(name), PATIENCE_MS));
  }

  /** Ends once what was begun has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#last;
  }

  /** One after the other, so that the last one counts. */
  #unheard(key: string, work: Work<void>): void {
    if (this.#waiting >= MOST_WAITING) return;
    this.#waiting++;
    this.#last = this.#last.then(() => this.#unlessAway(key, work)).then(() => this.#waiting--);
  }

  /** What the work answers; nothing where it fails, and for a while after that. */
  async #unlessAway<T>(key: string, work: Work<T>): Promise<T | undefined> {
    if (performance.now() < this.#pausedUntil) return undefined;
    try {
      const seal = await this.#sealing();
      return await work(PREFIX + await seal.nameOf(key), seal);
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
