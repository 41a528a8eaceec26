import type { When } from "../../life/dates.ts";

/** Tasks that are to be due on other days, so that a day has what fits into it. */
export interface DayPlan {
  readonly kind: "day";
  readonly date: When;
  readonly moves: readonly Move[];
}

/** A task that is to be due on another day. */
export interface Move {
  readonly task_id: number;
  readonly title: string;
  /** As it was when the plan was made. */
  readonly from: When | null;
  readonly to: When;
}
