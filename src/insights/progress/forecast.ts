import { addDays } from "../../life/dates.ts";

/** When what is open now may be done, if the person goes on as they did. */
export interface Forecast {
  /** Open tasks that do not repeat. */
  readonly remaining: number;
  /** Open tasks of series, which never end and do not count. */
  readonly repeating: number;
  /** Tasks that do not repeat, completed a day. */
  readonly per_day: number;
  /** The days by which one, five and nine of ten runs are done; null where they take too long. */
  readonly p10: string | null;
  readonly p50: string | null;
  readonly p90: string | null;
  /** Why there is no such day. */
  readonly reason?: string;
}

/** Days in a row, and how much was completed on each of them. */
export interface Sample {
  readonly counts: readonly number[];
  /** The day after the last of them, or later: the first on which something more may be done. */
  readonly start: string;
  /** How many days `start` is after the last of them. */
  readonly gap: number;
}

const RUNS = 1000;

/** A forecast of more years is none. */
const YEARS = 10;

/**
 * Draws what is completed in the days to come from what was completed in those of the sample: whole weeks,
 * so that good and bad weeks stay what they are and each weekday keeps its own; single days where the sample
 * has not two weeks. The same sample gives the same answer.
 */
export function forecastOf(
  { open: remaining, repeating }: { readonly open: number; readonly repeating: number },
  sample: Sample,
): Forecast {
  const done = sumOf(sample.counts);
  const per_day = Math.round(100 * done / Math.max(1, sample.counts.length)) / 100;
  const none = (reason: string): Forecast => ({
    ...{ remaining, repeating, per_day },
    ...{ p10: null, p50: null, p90: null },
    reason,
  });
  if (remaining === 0) {
    return none(repeating > 0 ? "only repeating tasks are left" : "nothing is left to do");
  }
  if (done === 0) return none("no task that does not repeat was completed in the period");
  const days = runsOf(remaining, sample);
  const dateAt = (share: number) => {
    const taken = days[Math.ceil(share * RUNS) - 1] ?? Infinity;
    return taken > HORIZON ? null : addDays(sample.start, taken - 1);
  };
  const [p10, p50, p90] = [dateAt(0.1), dateAt(0.5), dateAt(0.9)];
  if (p50 === null) return none(`at this pace it would take more than ${YEARS} years`);
  return { remaining, repeating, per_day, p10, p50, p90 };
}

const HORIZON = 366 * YEARS;

/** How many days each run takes, the shortest first. */
function runsOf(remaining: number, { counts, gap }: Sample): number[] {
  const weeks = counts.slice(counts.length % 7);
  const block = weeks.length >= 14 && sumOf(weeks) > 0 ? 7 : 1;
  const drawn = block === 7 ? weeks : counts;
  if (remaining * drawn.length / sumOf(drawn) > 2 * HORIZON) return [];
  const blocks = blocksOf(drawn, block, gap);
  const random = randomBy([remaining, ...counts]);
  const runs = Array.from({ length: RUNS }, () => {
    let left = remaining;
    for (let days = 0; days <= HORIZON; days += block) {
      const { counts, total } = blocks[Math.floor(random() * blocks.length)] ?? EMPTY;
      if (total < left) left -= total;
      else return days + daysFor(left, counts);
    }
    return Infinity;
  });
  return runs.sort((a, b) => a - b);
}

interface Block {
  readonly counts: readonly number[];
  readonly total: number;
}

const EMPTY: Block = { counts: [], total: 0 };

/** All stretches of the sample, which is taken as a ring, in the order of the weekdays to come. */
function blocksOf(counts: readonly number[], length: number, gap: number): Block[] {
  return counts.map((_, start) => {
    const block = Array.from({ length }, (_, day) => {
      const ahead = (counts.length - 1 + gap + day - start) % length;
      return counts[(start + ahead) % counts.length] ?? 0;
    });
    return { counts: block, total: sumOf(block) };
  });
}

function daysFor(left: number, counts: readonly number[]): number {
  let done = 0;
  return counts.findIndex((count) => (done += count) >= left) + 1;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Numbers from 0 to 1 that look random: mulberry32, seeded with an FNV-1a hash. */
function randomBy(seed: readonly number[]): () => number {
  let state = seed.reduce((hash, value) => Math.imul(hash ^ value, 16777619), 2166136261);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
