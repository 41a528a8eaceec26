import { isDay, momentOf, resolveWhen } from "./dates.ts";
import type { Draft } from "./journal.ts";

/**
 * A day or time, as the person who acts says it, by the clock of the life it is in.
 *
 * @param field the argument it was given in
 * @param toward which way words point that may mean either
 * @throws AppError `invalid_input` when it cannot be read
 */
export async function readWhen(
  draft: Draft,
  field: string,
  text: string,
  toward: "future" | "past" = "future",
): Promise<string> {
  const reading = { field, zone: await draft.zone(), now: draft.now, toward };
  const when = await resolveWhen(text, reading);
  return draft.actor.guest === undefined || isDay(when)
    ? when
    : momentOf(when, draft.person.time_zone);
}
