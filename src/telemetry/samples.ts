/** The shares of the values that lie at or below each percentile. */
const SHARES = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** Nearest-rank percentiles; `null` where nothing was measured. */
export type Percentiles = Readonly<Record<keyof typeof SHARES, number | null>>;

/** The latest values of a measure; adding one costs no more than a store into an array. */
export class Samples {
  readonly #values: Float64Array;
  #added = 0;

  /** @param most how many of the latest are kept */
  constructor(most: number) {
    this.#values = new Float64Array(most);
  }

  add(value: number): void {
    this.#values[this.#added++ % this.#values.length] = value;
  }

  percentiles(): Percentiles {
    const sorted = this.#values.slice(0, this.#added).sort();
    return mapped(SHARES, (share) => sorted[Math.ceil(share * sorted.length) - 1] ?? null);
  }
}

/** Percentiles of seconds, in milliseconds to the microsecond. */
export function inMilliseconds(percentiles: Percentiles): Percentiles {
  return mapped(percentiles, (seconds) => seconds === null ? null : toMs(seconds));
}

/** Seconds in milliseconds, to the microsecond. */
export function toMs(seconds: number): number {
  return Math.round(seconds * 1e6) / 1000;
}

function mapped<T>(
  { p50, p90, p95, p99 }: Readonly<Record<keyof typeof SHARES, T>>,
  to: (value: T) => number | null,
): Percentiles {
  return { p50: to(p50), p90: to(p90), p95: to(p95), p99: to(p99) };
}
