import type { When } from "../../life/dates.ts";

/** Tasks that lead to a goal, and the goal itself where it is not there yet. */
export interface GoalPlan {
  readonly kind: "goal";
  readonly goal: PlannedGoal;
  readonly window: PlanWindow;
  readonly tasks: readonly PlannedTask[];
}

/** A goal that is there, as it was when the plan was made, or one that is to be created. */
export interface PlannedGoal {
  readonly id: number | null;
  readonly title: string;
  readonly description: string | null;
  readonly status: string;
  readonly target_date: When | null;
  /** The target date that was told while the plan was made; it is set with the plan. */
  readonly told: When | null;
}

/** The days on which tasks of a plan can be due, both included. */
export interface PlanWindow {
  readonly from: When;
  readonly to: When;
}

/** A task of a plan; tasks name each other by their order. */
export interface PlannedTask {
  /** From 1; what a task depends on comes before it. */
  readonly order: number;
  readonly title: string;
  readonly description: string | null;
  /** Minutes. */
  readonly estimated_duration: number | null;
  /** The orders of tasks before it. */
  readonly depends_on: readonly number[];
  readonly due_date: When;
}

/** A task as it was suggested: its due date may be anything. */
export interface DraftTask extends Omit<PlannedTask, "due_date"> {
  readonly due_date: string | null;
}
