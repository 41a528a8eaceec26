import type { Obstacle } from "./fit.ts";
import { minutesIn, momentAt, type Span } from "./hours.ts";

/** What a day is made of. */
export interface Made {
  readonly time_zone: string;
  /** The working hours; absent on a day without. */
  readonly hours: Span | undefined;
  /** What events take of it. */
  readonly busy: readonly Span[];
  /** What is left of the working hours. */
  readonly free: readonly Span[];
  /** When it is; a minute of Unix time. */
  readonly now: number;
}

/** Why nothing at all can be done on a day; `undefined` where something can. */
export function closedBy({ hours, free, now }: Made): string | undefined {
  if (hours === undefined) return "it is no work day";
  if (free.length > 0) return undefined;
  return now >= hours.to ? "the working hours are over" : "events take all working hours";
}

/** In a few words, why a task does not fit into a day. */
export function hindranceOf(
  obstacle: Obstacle | undefined,
  minutes: number,
  made: Made,
  placed: ReadonlyMap<number, readonly Span[]>,
  known: { has(id: number): boolean },
): string {
  const closed = closedBy(made);
  if (closed !== undefined) return closed;
  if (obstacle?.is === "waits") {
    return known.has(obstacle.for)
      ? `waits for #${obstacle.for}, which is not done before it`
      : "waits for a task that cannot be done that day";
  }
  if (obstacle?.is === "taken") return takenBy(obstacle.span, made, placed);
  return minutes > minutesIn(made.free)
    ? "takes longer than all that is free that day"
    : "no room left that day";
}

function takenBy(
  span: Span,
  { time_zone, hours, busy, now }: Made,
  placed: ReadonlyMap<number, readonly Span[]>,
): string {
  const clock = (minute: number) => momentAt(minute, time_zone).slice(11, 16);
  const at = `at ${clock(span.from)}`;
  const event = busy.find((event) => overlap(event, span));
  if (event) return `${at} there is an event, ${clock(event.from)} to ${clock(event.to)}`;
  const isWithin = hours && hours.from <= span.from && span.to <= hours.to && span.from >= now;
  if (!isWithin) return `${at}, which is not within the working hours`;
  const other = [...placed].find(([, spans]) => spans.some((taken) => overlap(taken, span)));
  return other ? `${at} there is #${other[0]}` : `${at} there is no room`;
}

function overlap(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to;
}
