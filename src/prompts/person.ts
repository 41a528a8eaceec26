import { AppError, quote } from "../errors.ts";
import { dayOverview } from "../insights/day.ts";
import { datesLike } from "../insights/summaries/names.ts";
import { calendarOf } from "../insights/summaries/summary.ts";
import { echoOf, resolveWhen, today, type When } from "../life/dates.ts";
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

/**
 * The day that an argument names; today where it is left out.
 *
 * @param toward on which side of today it may lie
 * @throws AppError `invalid_input`
 */
export async function chosenDay(
  text: string | undefined,
  { user, day }: Present,
  { now }: ToolContext,
  toward: "future" | "past",
): Promise<When> {
  if (text === undefined || text.trim() === "") return day;
  const reading = { field: "date", zone: user.time_zone, now, toward };
  const named = (await resolveWhen(text, reading)).slice(0, 10);
  if (toward === "future" ? named >= day : named <= day) return named;
  throw new AppError(
    "invalid_input",
    `Cannot use date ${quote(text)} as ${echoOf(named)} is ${
      toward === "future" ? "over" : "yet to come"
    }`,
    `name ${echoOf(day)}, or a day ${toward === "future" ? "after" : "before"} it`,
  );
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
