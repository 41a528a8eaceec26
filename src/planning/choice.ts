import type { Goal } from "../life/goals/goal.ts";
import type { Draft } from "../life/journal.ts";
import type { Task } from "../life/tasks/task.ts";

/** What of a plan is applied; all of it unless told. */
export interface Choice {
  /** Orders of suggested tasks, or ids of tasks that are moved. */
  readonly pick?: readonly number[] | undefined;
  /** What is created instead of the suggested tasks. */
  readonly tasks?: readonly object[] | undefined;
}

/** A choice that the plan has. */
export interface Chosen {
  /** The same for choices that come to the same. */
  readonly what: object;
  /**
   * @param made when the plan was made
   * @throws AppError `conflict` where the plan does not fit the life any more
   */
  apply(draft: Draft, made: string): Promise<Applied>;
}

/** What became of a plan. */
export interface Applied {
  /** Of a plan for a goal: the goal as it is now. */
  goal?: Goal;
  /** What was created or moved. */
  tasks: Task[];
  /** What is not as it was suggested, or handed in. */
  notes?: string[];
}
