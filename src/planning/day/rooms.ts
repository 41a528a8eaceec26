import { sql } from "kysely";
import type { Database } from "../../db/db.ts";
import { addDays, dayAfter, eachDay, type When } from "../../life/dates.ts";
import { inPart, partsOf, type Scope } from "../../life/scope.ts";
import { isDivided } from "./candidates.ts";
import { hoursOn, type Span, without, type WorkTimes } from "./hours.ts";
import type { Rooms } from "./moves.ts";
import { minutesFor, type Pace } from "./pace.ts";

/** So many days after the one that is planned are looked at. */
export const AHEAD_DAYS = 14;

/**
 * What is free on the days after one: working hours without events and what is due then, which is taken to
 * be done first.
 */
export async function roomsAfter(
  db: Database,
  own: Scope,
  date: When,
  { times, busy, pace }: {
    readonly times: WorkTimes;
    readonly busy: readonly Span[];
    readonly pace: Pace;
  },
): Promise<Rooms> {
  const days = eachDay({ from: dayAfter(date), to: addDays(date, AHEAD_DAYS) });
  const due = await dueMinutes(db, own, date, pace);
  return new Map(days.flatMap((day) => {
    const hours = hoursOn(day, times);
    return hours ? [[day, afterFirst(without(hours, busy), due.get(day) ?? 0)]] : [];
  }));
}

/** What is left of some stretches after so many minutes of them. */
function afterFirst(spans: readonly Span[], minutes: number): Span[] {
  let rest = minutes;
  return spans.flatMap(({ from, to }) => {
    const taken = Math.min(rest, to - from);
    rest -= taken;
    return from + taken < to ? [{ from: from + taken, to }] : [];
  });
}

async function dueMinutes(
  { read }: Database,
  own: Scope,
  date: When,
  pace: Pace,
): Promise<Map<When, number>> {
  const [part] = partsOf(own);
  const { rows } = await sql<{ day: string; estimated: number | null; tasks: number }>`
    select substr(tasks.due_sort, 1, 10) as day, tasks.estimated_duration as estimated,
      count(*) as tasks
    from tasks where ${inPart("tasks", part)} and tasks.deleted_at is null and tasks.closed = 0
      and not ${isDivided(own)}
      and tasks.due_sort >= ${dayAfter(date)} and tasks.due_sort < ${addDays(date, AHEAD_DAYS + 1)}
    group by 1, 2`.execute(read);
  const minutes = new Map<When, number>();
  for (const { day, estimated, tasks } of rows) {
    minutes.set(day, (minutes.get(day) ?? 0) + tasks * minutesFor(estimated, pace));
  }
  return minutes;
}
