import { table } from "../../src/cli/output.ts";

/** One line of the report. */
export interface Figure {
  readonly name: string;
  /** As shown. */
  readonly ours: string;
  /** As shown: the peer's figure, or our own that ours is compared with. */
  readonly other: string;
  readonly ratio: string;
  readonly target: string;
  /** Absent when there is no target, or nothing could be measured on this platform. */
  readonly met?: boolean;
}

interface Comparison {
  readonly name: string;
  readonly ours: number;
  readonly other: number;
  /** How the two are shown. */
  readonly unit: (value: number) => string;
}

/** Ours must be at least this many times the other's. */
export function more({ name, ours, other, unit }: Comparison, factor: number): Figure {
  const ratio = ours / other;
  return {
    ...{ name, ours: unit(ours), other: unit(other), ratio: ratio.toFixed(2) },
    target: `ratio >= ${factor.toFixed(1)}`,
    met: ratio >= factor,
  };
}

/** The other's time must be at least this many times ours. */
export function faster({ name, ours, other, unit }: Comparison, factor: number): Figure {
  const ratio = other / ours;
  return {
    ...{ name, ours: unit(ours), other: unit(other), ratio: ratio.toFixed(2) },
    target: `ratio >= ${factor.toFixed(1)}`,
    met: ratio >= factor,
  };
}

/** Ours may be at most this many times our own other figure. */
export function steady(comparison: Comparison, factor: number): Figure {
  const { other, unit } = comparison;
  return { ...within(comparison, factor), other: `${unit(other)} (ours)` };
}

/** Ours may be at most this many times the other's. */
export function within({ name, ours, other, unit }: Comparison, factor: number): Figure {
  const ratio = ours / other;
  return {
    ...{ name, ours: unit(ours), other: unit(other), ratio: ratio.toFixed(2) },
    target: `ratio <= ${factor.toFixed(1)}`,
    met: ratio <= factor,
  };
}

/** Ours may be at most this; the other's is shown beside it. */
export function atMost({ name, ours, other, unit }: Comparison, limit: number): Figure {
  return {
    ...{ name, ours: unit(ours), other: unit(other), ratio: (other / ours).toFixed(2) },
    target: `<= ${unit(limit)}`,
    met: ours <= limit,
  };
}

/** Ours may be at most this; there is no other. */
export function bounded(
  { name, ours, unit }: Omit<Comparison, "other">,
  limit: number,
): Figure {
  return {
    ...{ name, ours: unit(ours), other: "", ratio: "", target: `<= ${unit(limit)}` },
    met: ours <= limit,
  };
}

/** Shown for what it tells; no other and no target. */
export function shown({ name, ours, unit }: Omit<Comparison, "other">): Figure {
  return { name, ours: unit(ours), other: "", ratio: "", target: "none" };
}

/** Shown for what it tells; no target. */
export function beside({ name, ours, other, unit }: Comparison): Figure {
  const ratio = (other / ours).toFixed(2);
  return { name, ours: unit(ours), other: unit(other), ratio, target: "none" };
}

export function notMeasured(name: string, target: string): Figure {
  return { name, ours: "not measured", other: "", ratio: "", target };
}

/** The figures under a header, in columns. */
export function tableOf(figures: readonly Figure[]): string {
  const header = ["figure", "ours", "other", "ratio", "target", "met"];
  return table(
    header,
    figures.map(({ name, ours, other, ratio, target, met }) => {
      const verdict = met === undefined ? "-" : met ? "yes" : "NO";
      return [name, ours, other, ratio, target, verdict];
    }),
  );
}

export const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const microseconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} us`;
export const megabytes = (value: number) => `${(value / 1e6).toFixed(0)} MB`;
export const bytes = (value: number) => `${value.toFixed(0)} B`;
export const kilobytes = (value: number) => `${(value / 1e3).toFixed(0)} KB`;
export const perSecond = (value: number) => `${value.toFixed(0)}/s`;
export const count = (value: number) => value.toFixed(0);

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** @param share from 0 to 1 */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)] ?? NaN;
  const high = sorted[Math.ceil(place)] ?? NaN;
  return low + (high - low) * (place - Math.floor(place));
}
