import type { Rate } from "../config/values.ts";
import type { Limit } from "./instances.ts";

interface Bucket {
  tokens: number;
  /** Milliseconds of the clock. */
  since: number;
}

/** What adding up fractions of a token may be off by. */
const ROUNDING = 1e-6;

/** So many names are kept apart; beyond them the longest unused start afresh. */
const MOST = 10_000;

/** The token buckets of one process. */
export class Buckets implements Limit {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(rate: Rate, now: () => number = () => performance.now()) {
    this.#rate = rate;
    this.#now = now;
  }

  /** More tokens than ever fit in are not to be had: those are waited for as for a full bucket. */
  take(name: string, tokens = 1): number {
    const bucket = this.#filled(name);
    const missing = tokens - bucket.tokens;
    if (missing <= ROUNDING) {
      bucket.tokens -= tokens;
      return 0;
    }
    return Math.ceil(Math.min(missing, this.#rate.count) / this.#perSecond - ROUNDING);
  }

  get #perSecond(): number {
    return this.#rate.count / this.#rate.period;
  }

  #filled(name: string): Bucket {
    const now = this.#now();
    const { tokens, since } = this.#buckets.get(name) ?? { tokens: this.#rate.count, since: now };
    const gained = (now - since) / 1000 * this.#perSecond;
    const bucket = { tokens: Math.min(this.#rate.count, tokens + gained), since: now };
    this.#buckets.delete(name);
    this.#buckets.set(name, bucket);
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > MOST && oldest !== undefined) this.#buckets.delete(oldest);
    return bucket;
  }
}
