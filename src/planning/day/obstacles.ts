import type { Obstacle } from "./fit.ts";
import { minutesIn, momentAt, type Span } from "./hours.ts";

/** What a day is made of. */
export interface Made {
  readonly time_zone: string;
  /** The working hours; absent on a day without. */
  readonly hours: Span | undefined;
  /** What is left of the working hours. */
  readonly free: readonly Span[];
  /** When it is; a minute of Unix time. */
  readonly now: number;
}

/** Why nothing at all can be done on a day; `undefined` where something can. */
export function closedBy({ hours, free, now }: Made): string | undefined {
  if (hours === undefined) return "it is no work day";
  if (hours.to <= hours.from) return "the clocks skip the working hours";
  if (free.length > 0) return undefined;
  return now >= hours.to ? "the working hours are over" : "events take all working hours";
}

/** In a few words, why a task does not fit into a day. */
export function hindranceOf(
  obstacle: Obstacle | undefined,
  minutes: number,
  made: Made,
  left: readonly Span[],
  known: { has(id: number): boolean },
): string {
  if (obstacle?.is === "divided") return "its open subtasks are planned in its place";
  const closed = closedBy(made);
  if (closed !== undefined) return closed;
  if (obstacle?.is === "waits") {
    return known.has(obstacle.for)
      ? `waits for #${obstacle.for}, which is not done before it`
      : "waits for a task that cannot be done that day";
  }
  if (obstacle?.is === "late") return lateFor(obstacle.by, made);
  if (minutes > minutesIn(made.free)) return "takes longer than all that is free that day";
  return minutes > minutesIn(left)
    ? "no room left that day"
    : "what is left free that day is in stretches too short for it";
}

function lateFor(by: number, { time_zone, hours }: Made): string {
  const due = `due at ${momentAt(by, time_zone).slice(11, 16)}`;
  return hours && by <= hours.from
    ? `${due}, before the working hours begin`
    : `${due}, and there is no room before`;
}
