import type { Surroundings } from "./values.ts";

/** One thing that an operator can set. */
export interface Setting<T> {
  /** The environment variable; the flag is the same name without its prefix, in kebab case. */
  readonly variable: `SELFOS_${string}`;
  readonly value: string;
  readonly help: string;
  readonly fallback: string;
  /** Whether an empty variable is refused instead of being none: without any, less is protected. */
  readonly refusesEmpty?: boolean;
  parse(text: string | undefined, surroundings: Surroundings): T;
}

/** The setting as it is, its type worked out. */
export function setting<T>(setting: Setting<T>): Setting<T> {
  return setting;
}
