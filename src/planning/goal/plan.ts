import type { When } from "../../life/dates.ts";

/** Tasks that lead to a goal, and the goal itself where it is not there yet. */
export interface GoalPlan {
  readonly kind: "goal";
  readonly goal: PlannedGoal;
  readonly tasks: readonly PlannedTask[];
}

/** A goal that is there, as it was when the plan was made, or one that is to be created. */
export interface PlannedGoal {
  readonly id: number | null;
  readonly title: string;
  readonly description: string | null;
  readonly target_date: When | null;
}

/** A task of a plan; tasks name each other by their order. */
export interface PlannedTask {
  /** From 1. */
  readonly order: number;
  readonly title: string;
  readonly description: string | null;
  /** Minutes. */
  readonly estimated_duration: number | null;
  /** The orders of tasks before it. */
  readonly depends_on: readonly number[];
  readonly due_date: When | null;
}
