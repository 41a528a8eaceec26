import type { Span } from "./hours.ts";

/** What is to be fitted into a day. */
export interface Fitting {
  readonly id: number;
  /** How long it takes. */
  readonly minutes: number;
  /** The ids of what has to be done before it. */
  readonly waits_for: readonly number[];
  /** When it begins, where it has a time of day; a minute of Unix time. */
  readonly fixed?: number | undefined;
}

/** Why something is not fitted in. */
export type Obstacle =
  /** At its time of day, there is something else or no working time. */
  | { readonly is: "taken"; readonly span: Span }
  /** What it waits for is not fitted in before it. */
  | { readonly is: "waits"; readonly for: number }
  /** There is not enough time left. */
  | { readonly is: "full" };

/** Where everything is fitted in, in one or more stretches, and why the rest is not. */
export interface Fit {
  readonly placed: ReadonlyMap<number, readonly Span[]>;
  readonly obstacles: ReadonlyMap<number, Obstacle>;
}

/** The shortest part, in minutes, of what is parted as no stretch is long enough for it. */
export const SHORTEST_PART = 30;

/**
 * Fits tasks into free stretches of a day: first those with a time of day, at that time; then each in the
 * order given as early as it fits, right after what it waits for.
 *
 * @param free in order, without overlaps
 * @param tasks what matters most first
 */
export function fit(free: readonly Span[], tasks: readonly Fitting[]): Fit {
  const book = new Book(free, tasks);
  const fixed = tasks.filter((task) => task.fixed !== undefined)
    .toSorted((a, b) => (a.fixed ?? 0) - (b.fixed ?? 0));
  for (const task of fixed) if (task.waits_for.length === 0) book.place(task);
  for (const task of fixed) book.place(task);
  for (const task of tasks) book.place(task);
  return book;
}

class Book implements Fit {
  readonly placed = new Map<number, Span[]>();
  readonly obstacles = new Map<number, Obstacle>();
  readonly #tasks: ReadonlyMap<number, Fitting>;
  #free: Span[];

  constructor(free: readonly Span[], tasks: readonly Fitting[]) {
    this.#free = [...free];
    this.#tasks = new Map(tasks.map((task) => [task.id, task]));
  }

  place(task: Fitting): void {
    this.#endOf(task, Infinity, new Set());
  }

  /**
   * When a task ends, once it and what it waits for are placed; `undefined` where that is not possible.
   *
   * @param before when it has to have ended
   * @param tried what was tried for the same end
   */
  #endOf(task: Fitting, before: number, tried: Set<number>): number | undefined {
    const known = this.placed.get(task.id)?.at(-1)?.to;
    if (known !== undefined) return known <= before ? known : undefined;
    if (this.obstacles.has(task.id) || tried.has(task.id)) return undefined;
    tried.add(task.id);
    const found = this.#find(task, before, tried);
    if (!Array.isArray(found)) {
      // What is not done in time for another may still be done later.
      if (before === Infinity) this.obstacles.set(task.id, found);
      return undefined;
    }
    for (const span of found) this.#take(span);
    this.placed.set(task.id, found);
    return found.at(-1)?.to;
  }

  #find(task: Fitting, before: number, tried: Set<number>): Span[] | Obstacle {
    const { fixed, minutes } = task;
    const own = fixed === undefined ? undefined : { from: fixed, to: fixed + minutes };
    if (own && !(own.to <= before && this.#isFree(own))) return { is: "taken", span: own };
    const begun = own ? new Set(tried) : tried;
    let after = -Infinity;
    for (const id of task.waits_for) {
      const first = this.#tasks.get(id);
      const end = first && this.#endOf(first, Math.min(before, own?.from ?? Infinity), begun);
      if (end === undefined) return { is: "waits", for: id };
      after = Math.max(after, end);
    }
    if (own) return [own];
    const windows = this.#free.map(({ from, to }) => ({
      from: Math.max(from, after),
      to: Math.min(to, before),
    })).filter(({ from, to }) => from < to);
    return wholeIn(windows, minutes) ?? partsIn(windows, minutes) ?? { is: "full" };
  }

  #isFree(span: Span): boolean {
    return this.#free.some(({ from, to }) => from <= span.from && span.to <= to);
  }

  #take(span: Span): void {
    this.#free = this.#free.flatMap((free) => {
      if (span.to <= free.from || free.to <= span.from) return [free];
      return [{ from: free.from, to: span.from }, { from: span.to, to: free.to }]
        .filter(({ from, to }) => from < to);
    });
  }
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
