import { type RawBuilder, sql } from "kysely";
import { instantsOf } from "../../life/dates.ts";
import { Temporal } from "../../life/temporal.ts";
import type { Days } from "./period.ts";

/**
 * By how many days the local day of an instant, which is in a column, is ahead of its day in UTC: -1, 0 or 1.
 *
 * A store knows no time zones. Between two changes of a zone's offset, the local day begins at the same
 * time of every day in UTC, so there is one comparison for each such stretch.
 */
export function dayShift(column: string, days: Days, zone: string): RawBuilder<number> {
  const { end } = instantsOf(days, zone);
  const time = sql`substr(${sql.ref(column)}, 12)`;
  const stretches = [];
  let at = Temporal.PlainDate.from(days.from).toZonedDateTime(zone);
  for (;;) {
    const shift = shiftOf(time, at.offsetNanoseconds / 1e9);
    const change = at.getTimeZoneTransition("next");
    const until = change?.toInstant().toString({ fractionalSecondDigits: 3 }) ?? end;
    if (!change || until >= end) {
      return stretches.length === 0
        ? shift
        : sql<number>`case ${sql.join(stretches, sql` `)} else ${shift} end`;
    }
    stretches.push(sql`when ${sql.ref(column)} < ${until} then ${shift}`);
    at = change;
  }
}

/** @param offset seconds that the local time is ahead of UTC */
function shiftOf(time: RawBuilder<unknown>, offset: number): RawBuilder<number> {
  if (offset === 0) return sql<number>`0`;
  const midnight = new Date((offset > 0 ? 86_400 - offset : -offset) * 1000).toISOString().slice(
    11,
  );
  return offset > 0
    ? sql<number>`case when ${time} >= ${midnight} then 1 else 0 end`
    : sql<number>`case when ${time} < ${midnight} then -1 else 0 end`;
}
