/** What has a place in a plan. */
interface Placed {
  readonly order: number;
  readonly depends_on: readonly number[];
}

/**
 * The tasks so that each comes after those that it depends on, else by their order; `undefined` where
 * they depend on each other in a circle.
 */
export function firstFirst<T extends Placed>(tasks: readonly T[]): T[] | undefined {
  const waiting = tasks.toSorted((a, b) => a.order - b.order);
  const done = new Set<number>();
  const sorted: T[] = [];
  while (waiting.length > 0) {
    const next = waiting.findIndex(({ depends_on }) =>
      depends_on.every((order) => done.has(order))
    );
    const [task] = next < 0 ? [] : waiting.splice(next, 1);
    if (task === undefined) return undefined;
    done.add(task.order);
    sorted.push(task);
  }
  return sorted;
}

/**
 * Those of the tasks that are kept. One that depended on another which is not, depends on what is kept
 * and was to come right before that.
 *
 * @param tasks each after those that it depends on
 */
export function keeping<T extends Placed>(
  tasks: readonly T[],
  isKept: (task: T) => boolean,
): T[] {
  /** By the order of a task, the orders that stand for it. */
  const standing = new Map<number, readonly number[]>();
  const kept: T[] = [];
  for (const task of tasks) {
    const depends_on = [...new Set(task.depends_on.flatMap((order) => standing.get(order) ?? []))]
      .sort((a, b) => a - b);
    const stays = isKept(task);
    standing.set(task.order, stays ? [task.order] : depends_on);
    if (stays) kept.push({ ...task, depends_on });
  }
  return kept;
}

/** The tasks, numbered from 1 as they stand. */
export function renumbered<T extends Placed>(tasks: readonly T[]): T[] {
  const places = new Map(tasks.map(({ order }, index) => [order, index + 1]));
  return tasks.map((task, index) => ({
    ...task,
    order: index + 1,
    depends_on: task.depends_on.flatMap((order) => places.get(order) ?? []),
  }));
}
