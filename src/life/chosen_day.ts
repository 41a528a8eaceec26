import { AppError, quote } from "../errors.ts";
import { echoOf, resolveWhen, today, type When } from "./dates.ts";

/** Whose words about a day are read, and when. */
interface Present {
  readonly zone: string;
  readonly now: Date;
}

/**
 * The day that the argument `date` names; today where it is left out.
 *
 * @param toward on which side of today it may lie
 * @throws AppError `invalid_input`
 */
export async function chosenDay(
  text: string | undefined,
  { zone, now }: Present,
  toward: "future" | "past",
): Promise<When> {
  const day = today(now, zone);
  if (text === undefined || text.trim() === "") return day;
  const named = (await resolveWhen(text, { field: "date", zone, now, toward })).slice(0, 10);
  if (toward === "future" ? named >= day : named <= day) return named;
  throw new AppError(
    "invalid_input",
    `Cannot use date ${quote(text)} as ${echoOf(named)} is ${
      toward === "future" ? "over" : "yet to come"
    }`,
    `name ${echoOf(day)}, or a day ${toward === "future" ? "after" : "before"} it`,
  );
}
