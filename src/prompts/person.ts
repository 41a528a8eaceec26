import { dayOverview } from "../insights/day.ts";
import { datesLike } from "../insights/summaries/names.ts";
import { calendarOf } from "../insights/summaries/summary.ts";
import { today, type When } from "../life/dates.ts";
import type { User } from "../life/users.ts";
import { Day } from "../resources/users.ts";
import type { ToolContext } from "../tools/tool.ts";
import { data, resource } from "./content.ts";

/** Whose prompt it is, and which day it is for them. */
export interface Present {
  readonly user: User;
  readonly day: When;
}

/** The person of a prompt, today. */
export async function present({ life, actor, now }: ToolContext): Promise<Present> {
  const { user } = await life.users.get(actor.user_id);
  return { user, day: today(now, user.time_zone) };
}

/** What a day holds: of today, what is at its address. */
export async function dayMessage(
  { user, day }: Present,
  { db, actor, now }: ToolContext,
  date: When,
) {
  const overview = await dayOverview(db, actor, now, date);
  const address = `selfos://users/${user.id}/today`;
  if (date !== day) return data(Day, overview, { read: address });
  return resource(address, JSON.stringify(Day.parse(overview)));
}

/** The days from today on, or back, that begin with what was typed or are called so. */
export function completeDays(toward: "future" | "past") {
  return async (typed: string, { db, actor, now }: ToolContext): Promise<string[]> =>
    datesLike(typed, now, await calendarOf(db, actor.user_id), toward);
}
