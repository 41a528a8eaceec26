import { minutesIn, type Span, without } from "./hours.ts";

/** What is to be fitted into a day. */
export interface Fitting {
  readonly id: number;
  /** How long it takes. */
  readonly minutes: number;
  /** The ids of what has to be done before it. */
  readonly waits_for: readonly number[];
  /** When it has to have ended, where it is due at a time; a minute of Unix time. */
  readonly by?: number | undefined;
  /** Whether its subtasks are done in its place. */
  readonly isDivided?: boolean;
  /** Whether it is done only together with what waits for it. */
  readonly isOnlyNeeded?: boolean;
}

/** Why something is not fitted in. */
export type Obstacle =
  /** Its subtasks are done in its place. */
  | { readonly is: "divided" }
  /** What it waits for is not fitted in. */
  | { readonly is: "waits"; readonly for: number }
  /** There is time, but only after it is due. */
  | { readonly is: "late"; readonly by: number }
  /** There is not enough time left. */
  | { readonly is: "full" };

/** Where everything is fitted in, in one or more stretches, and why the rest is not. */
export interface Fit {
  readonly placed: ReadonlyMap<number, readonly Span[]>;
  readonly obstacles: ReadonlyMap<number, Obstacle>;
  /** What stays free. */
  readonly left: readonly Span[];
}

/** The shortest part, in minutes, of what is parted as no stretch is long enough for it. */
export const SHORTEST_PART = 30;

/**
 * Fits tasks into free stretches of a day. Each in the order given is taken in, together with what it waits
 * for, where all that was taken in before still has its place. What is due at a time is done first, the
 * earliest time first, the rest in the order given.
 *
 * @param free in order, without overlaps
 * @param tasks what matters most first
 */
export function fit(free: readonly Span[], tasks: readonly Fitting[]): Fit {
  const known = new Map(tasks.map((task) => [task.id, task]));
  const turns = new Map(
    tasks.toSorted((a, b) => endOf(a) - endOf(b)).map(({ id }, turn) => [id, turn]),
  );
  const turnOf = ({ id }: Fitting) => turns.get(id) ?? 0;
  let chosen: readonly Fitting[] = [];
  let day: Arranged = { placed: new Map(), left: free };
  for (const task of tasks) {
    if (task.isOnlyNeeded || day.placed.has(task.id)) continue;
    const more = withNeeded(task, known, day.placed);
    const together = [...chosen, ...more].sort((a, b) => turnOf(a) - turnOf(b));
    const found = more.length === 0 ? undefined : arranged(free, together);
    if (found) [chosen, day] = [together, found];
  }
  const { placed, left } = day;
  const obstacles = new Map(
    tasks.filter(({ id }) => !placed.has(id)).map((task) => [task.id, obstacleOf(task, day)]),
  );
  return { placed, obstacles, left };
}

/** The earliest stretches of at least so many minutes in all: one, or else parts; `undefined` if none. */
export function stretchesFor(windows: readonly Span[], minutes: number): Span[] | undefined {
  return wholeIn(windows, minutes) ?? partsIn(windows, minutes);
}

/** What is left of some stretches. */
export function leftOf(free: readonly Span[], taken: readonly Span[]): Span[] {
  return free.flatMap((span) => without(span, taken));
}

interface Arranged {
  readonly placed: ReadonlyMap<number, readonly Span[]>;
  readonly left: readonly Span[];
}

/** A task after what it waits for and has no place yet; nothing where that cannot be done. */
function withNeeded(
  task: Fitting,
  known: ReadonlyMap<number, Fitting>,
  placed: { has(id: number): boolean },
): Fitting[] {
  const needed = new Set<Fitting>();
  const seen = new Set<Fitting>();
  const add = (one: Fitting | undefined): boolean => {
    if (one === undefined) return false;
    if (placed.has(one.id) || needed.has(one)) return true;
    if (one.isDivided || seen.has(one)) return false;
    seen.add(one);
    if (!one.waits_for.every((id) => add(known.get(id)))) return false;
    needed.add(one);
    return true;
  };
  return add(task) ? [...needed] : [];
}

/** Gives each its place, as early as it fits, right after what it waits for; all of them, or none. */
function arranged(free: readonly Span[], tasks: readonly Fitting[]): Arranged | undefined {
  if (tasks.reduce((sum, { minutes }) => sum + minutes, 0) > minutesIn(free)) return undefined;
  const among = new Map(tasks.map((task) => [task.id, task]));
  const placed = new Map<number, readonly Span[]>();
  let left = free;
  const place = (task: Fitting | undefined): boolean => {
    if (task === undefined || placed.has(task.id)) return true;
    if (!task.waits_for.every((id) => place(among.get(id)))) return false;
    const found = stretchesFor(windowsFor(task, { placed, left }, endOf(task)), task.minutes);
    if (found === undefined) return false;
    placed.set(task.id, found);
    left = leftOf(left, found);
    return true;
  };
  return tasks.every(place) ? { placed, left } : undefined;
}

function obstacleOf(task: Fitting, day: Arranged): Obstacle {
  if (task.isDivided) return { is: "divided" };
  const missing = task.waits_for.find((id) => !day.placed.has(id));
  if (missing !== undefined) return { is: "waits", for: missing };
  const later = stretchesFor(windowsFor(task, day, Infinity), task.minutes);
  return later && task.by !== undefined ? { is: "late", by: task.by } : { is: "full" };
}

/** What is free after all that a task waits for, until some minute. */
function windowsFor({ waits_for }: Fitting, { placed, left }: Arranged, until: number): Span[] {
  const after = Math.max(...waits_for.map((id) => placed.get(id)?.at(-1)?.to ?? -Infinity));
  return left.map(({ from, to }) => ({ from: Math.max(from, after), to: Math.min(to, until) }))
    .filter(({ from, to }) => from < to);
}

function endOf({ by = Number.MAX_VALUE }: Fitting): number {
  return by;
}

function wholeIn(windows: readonly Span[], minutes: number): Span[] | undefined {
  const window = windows.find(({ from, to }) => to - from >= minutes);
  return window && [{ from: window.from, to: window.from + minutes }];
}

/** The earliest parts, none of them too short to be worth beginning. */
function partsIn(windows: readonly Span[], minutes: number): Span[] | undefined {
  const parts: Span[] = [];
  let left = minutes;
  for (const { from, to } of windows) {
    const most = Math.min(to - from, left);
    const rest = left - most;
    const taken = rest > 0 && rest < SHORTEST_PART ? left - SHORTEST_PART : most;
    if (taken < SHORTEST_PART) continue;
    parts.push({ from, to: from + taken });
    left -= taken;
    if (left === 0) return parts;
  }
  return undefined;
}
