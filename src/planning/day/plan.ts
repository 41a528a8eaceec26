import type { When } from "../../life/dates.ts";

/** Tasks that are to be due on other days, so that a day has what fits into it. */
export interface DayPlan {
  readonly kind: "day";
  readonly date: When;
  readonly moves: readonly KeptMove[];
}

/** A task that is to be due on another day. */
export interface Move {
  readonly task_id: number;
  readonly title: string;
  /** As it was when the plan was made. */
  readonly from: When | null;
  readonly to: When;
}

/** A move with what the plan rested on when it was made. */
export interface KeptMove extends Move {
  readonly estimated_duration: number | null;
  /** Whether it belonged to a goal that was not active. */
  readonly goal_rests: boolean;
  readonly goal_target: When | null;
  /** Those of what it depends on that were open. */
  readonly depends_on: readonly number[];
}
