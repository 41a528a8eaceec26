import { LRUCache } from "lru-cache";
import { type Cache, LONGEST } from "./cache.ts";

/** Characters of all texts and their keys: at two bytes each, 32 MB. */
const MOST = 16_000_000;

/** What an entry takes beside its text and its key, in characters. */
const AROUND = 100;

/** Texts in the memory of this process; those that were asked for least lately go first. */
export class InProcessCache implements Cache {
  readonly #texts: LRUCache<string, string>;

  /** @param most characters of all texts and their keys */
  constructor(most = MOST) {
    this.#texts = new LRUCache({
      maxSize: most,
      sizeCalculation: (text, key) => text.length + key.length + AROUND,
      // Each look tells the time: no timer is left behind.
      ttlResolution: 0,
    });
  }

  get(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#texts.get(key));
  }

  set(key: string, text: string, lasts: number): void {
    if (text.length > LONGEST) this.#texts.delete(key);
    else this.#texts.set(key, text, { ttl: Math.ceil(lasts) });
  }

  delete(key: string): void {
    this.#texts.delete(key);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#texts.clear();
    return Promise.resolve();
  }
}
