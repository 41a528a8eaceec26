import { addDays, eachDay } from "../../life/dates.ts";
import type { Days } from "./period.ts";

/** Runs of local days on each of which something was completed. */
export interface Streak {
  /** The run that lasts until today, or until yesterday while today may still join it. */
  readonly current: number;
  /** The longest run of the period; the current one counts beyond it where it reaches into it. */
  readonly longest: number;
}

/** Tells on which of these days something was completed. */
type ActiveIn = (days: Days) => Promise<{ has(day: string): boolean }>;

/** The first look back, in days; each further one is twice as long. */
const LOOK = 32;

/** @param active what `activeIn` tells of the period */
export async function streakOf(
  period: Days,
  active: { has(day: string): boolean },
  today: string,
  activeIn: ActiveIn,
): Promise<Streak> {
  const current = await currentRun(today, activeIn);
  let [longest, run] = [0, 0];
  for (const day of eachDay(period)) {
    run = active.has(day) ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  const reachesIn = current.since <= period.to;
  return { current: current.days, longest: reachesIn ? Math.max(longest, current.days) : longest };
}

async function currentRun(
  today: string,
  activeIn: ActiveIn,
): Promise<{ days: number; since: string }> {
  let days = 0;
  for (let to = today, look = LOOK;; to = addDays(to, -look), look *= 2) {
    const from = addDays(to, 1 - look);
    const active = await activeIn({ from, to });
    for (const day of eachDay({ from, to }).reverse()) {
      if (active.has(day)) days++;
      else if (day !== today) return { days, since: addDays(day, 1) };
    }
  }
}
