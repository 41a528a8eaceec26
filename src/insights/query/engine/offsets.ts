import { Temporal } from "../../../life/temporal.ts";

/** From an instant on, in UTC with milliseconds, a zone is so many seconds ahead of UTC. */
export interface Offset {
  readonly since: string;
  readonly seconds: number;
}

const FIRST = "1970-01-01T00:00:00.000Z";

/** The offsets of a zone up to a year after `now`, latest first. */
export function offsetsOf(zone: string, now: Date): Offset[] {
  const end = now.getTime() + 366 * 86_400_000;
  const offsets: Offset[] = [];
  let time = Temporal.Instant.from(FIRST).toZonedDateTimeISO(zone);
  for (;;) {
    const since = time.toInstant().toString({ fractionalSecondDigits: 3 });
    offsets.unshift({ since, seconds: time.offsetNanoseconds / 1e9 });
    const next = time.getTimeZoneTransition("next");
    if (next === null || next.epochMilliseconds > end) return offsets;
    time = next;
  }
}
