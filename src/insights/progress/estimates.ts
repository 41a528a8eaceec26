import type { Timed } from "./work.ts";

/** How long tasks took against how long they were to take; null without any that tell. */
export interface Estimates {
  /** Those that have both. */
  readonly tasks: number;
  readonly estimated_minutes: number;
  readonly actual_minutes: number;
  /** All minutes that they took, for each that they were to take. */
  readonly ratio: number | null;
  /** Of the task in the middle. */
  readonly median_ratio: number | null;
  /** By how much, up or down, the estimate of the task in the middle was missed. */
  readonly typical_error_percent: number | null;
}

export function estimatesIn(timed: readonly Timed[]): Estimates {
  const sum = (of: (kind: Timed) => number) =>
    timed.reduce((total, kind) => total + of(kind) * kind.tasks, 0);
  const [tasks, estimated, actual] = [
    sum(() => 1),
    sum((kind) => kind.estimated),
    sum((kind) => kind.actual),
  ];
  const ratios = timed.map(({ estimated, actual, tasks }) => ({
    value: actual / estimated,
    tasks,
  }));
  const errors = ratios.map(({ value, tasks }) => ({ value: Math.abs(value - 1) * 100, tasks }));
  return {
    tasks,
    estimated_minutes: estimated,
    actual_minutes: actual,
    ratio: tasks === 0 ? null : rounded(actual / estimated, 2),
    median_ratio: tasks === 0 ? null : rounded(medianOf(ratios, tasks), 2),
    typical_error_percent: tasks === 0 ? null : rounded(medianOf(errors, tasks), 0),
  };
}

/** To so many decimals. */
export function rounded(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(value * scale) / scale;
}

interface Weighed {
  readonly value: number;
  readonly tasks: number;
}

function medianOf(values: readonly Weighed[], tasks: number): number {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  return (valueAt(sorted, Math.ceil(tasks / 2)) + valueAt(sorted, Math.floor(tasks / 2) + 1)) / 2;
}

/** @param place from 1 */
function valueAt(sorted: readonly Weighed[], place: number): number {
  let passed = 0;
  for (const { value, tasks } of sorted) {
    passed += tasks;
    if (passed >= place) return value;
  }
  return 0;
}
