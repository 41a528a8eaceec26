import { quote } from "../../errors.ts";
import { fold } from "../../life/terms.ts";
import { firstFirst, keeping, renumbered } from "./order.ts";
import type { DraftTask, PlannedTask, PlanWindow } from "./plan.ts";
import { type Clock, schedule } from "./schedule.ts";

/** Tasks that can be created as they are, and what was mended for that. */
export interface Suggested {
  readonly tasks: readonly PlannedTask[];
  readonly notes: readonly string[];
}

/**
 * Makes a plan of drafts that hold together: what is there already is left out, what depends on others
 * comes after them, and every task is due within the window.
 *
 * @param titles those of the tasks that the goal has
 */
export async function suggest(
  drafts: readonly DraftTask[],
  titles: readonly string[],
  window: PlanWindow,
  clock: Clock,
): Promise<Suggested> {
  const there = new Set(titles.map(fold));
  const dropped = drafts.filter(({ title }) => there.has(fold(title)));
  const ordered = firstFirst(drafts) ?? [];
  const kept = renumbered(keeping(ordered, ({ title }) => !there.has(fold(title))));
  const { tasks, notes } = await schedule(kept, window, clock);
  const left = dropped.map(({ title }) =>
    `${quote(title)} is left out, as the goal has it already`
  );
  return { tasks, notes: [...left, ...notes] };
}
