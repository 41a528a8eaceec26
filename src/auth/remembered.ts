/** How long what was found is taken for true without another look. */
const REMEMBERED_MS = 10_000;

/**
 * What credentials were found to be, the longest known first. Their plain text stays in memory for
 * that: to make a hash to look it up by would add about 4 % to the work of a call.
 */
export class Remembered<T> {
  readonly #most: number;
  readonly #known = new Map<string, { value: T; since: number }>();

  /** @param most how many credentials */
  constructor(most: number) {
    this.#most = most;
  }

  recall(credential: string, now: Date): T | undefined {
    const entry = this.#known.get(credential);
    if (entry === undefined) return undefined;
    // Negative where the clock was set back: then nobody knows how old it is.
    const age = now.getTime() - entry.since;
    if (age >= 0 && age < REMEMBERED_MS) return entry.value;
    this.#known.delete(credential);
    return undefined;
  }

  remember(credential: string, value: T, now: Date): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= this.#most) this.#known.delete(oldest);
    this.#known.set(credential, { value, since: now.getTime() });
  }
}
