import { addDays, type When } from "../../life/dates.ts";
import type { Candidate } from "./candidates.ts";
import type { Fitting, Obstacle } from "./fit.ts";
import { AHEAD_DAYS } from "./rooms.ts";

/**
 * What the person can do for a task that is due and has a place on no day.
 *
 * @param longest minutes of a working day
 */
export function adviceFor(
  { minutes, by, target_date }: Candidate & Fitting,
  obstacle: Obstacle | undefined,
  date: When,
  longest: number,
): string | undefined {
  if (obstacle?.is === "divided") return undefined;
  if (obstacle?.is === "waits") return "make room for that first, or do not let it wait";
  if (by !== undefined) return "give it another time, or make room before it";
  if (minutes > longest) return "split it into tasks that fit into a day";
  if (target_date !== null && target_date.slice(0, 10) < addDays(date, AHEAD_DAYS)) {
    return "give its goal a later target date, or split it";
  }
  return `no day within ${AHEAD_DAYS} has room: split it, or give it a later due date`;
}
