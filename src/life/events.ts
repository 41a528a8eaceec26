import type { Database } from "../db/db.ts";
import { addDays, dayAfter, instantOf, isDay } from "./dates.ts";

/** What a calendar says takes a person's time. */
export interface BusyEvent {
  /** As it came from outside. */
  readonly title: string;
  /** The name of the calendar that it comes from. */
  readonly calendar: string;
  /** An instant in UTC; of an event of whole days, the first moment of them in the zone. */
  readonly starts: string;
  readonly ends: string;
}

/** Longer events than these days are not looked for: what began earlier would all have to be read. */
const LONGEST_DAYS = 366;

/** More at once is no calendar. */
const MOST = 2000;

/** The events that take time on some days of a person, both included, the earliest first. */
export async function busyEvents(
  { read }: Database,
  user_id: string,
  { from, to }: { readonly from: string; readonly to: string },
  zone: string,
): Promise<BusyEvent[]> {
  // Days and instants sort as text; an instant's day in UTC is at most one off that of the zone.
  const rows = await read.selectFrom("calendar_events")
    .select(["title", "calendar", "starts", "ends"])
    .where("user_id", "=", user_id).where("deleted_at", "is", null).where("busy", "=", 1)
    .where("starts", ">=", addDays(from, -LONGEST_DAYS)).where("starts", "<", addDays(to, 2))
    .where("ends", ">=", addDays(from, -1))
    .orderBy("starts").orderBy("id").limit(MOST).execute();
  const [start, end] = [instantOf(from, zone), instantOf(dayAfter(to), zone)];
  return rows.map((event) => inInstants(event, zone))
    .filter(({ starts, ends }) => starts < end && ends > start && starts < ends)
    .sort((a, b) => a.starts < b.starts ? -1 : a.starts > b.starts ? 1 : 0);
}

function inInstants(event: BusyEvent, zone: string): BusyEvent {
  const { starts, ends } = event;
  if (!isDay(starts)) {
    return { ...event, starts: instantOf(starts, zone), ends: instantOf(ends, zone) };
  }
  const end = ends > starts ? ends : dayAfter(starts);
  return { ...event, starts: instantOf(starts, zone), ends: instantOf(end, zone) };
}
