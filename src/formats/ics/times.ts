import { isDay, momentText, type When } from "../../life/dates.ts";
import { Temporal, type ZonedDateTime } from "../../life/temporal.ts";
import { lineOf } from "./lines.ts";

/** For so many years after the last date of a file its zone is described: rules go on. */
const YEARS_AHEAD = 10;

/** Writes days and moments, and remembers which of them need their zone described. */
export class Times {
  readonly #years: number[] = [];

  constructor(private readonly zone: string) {}

  /** A property whose value is a day or a time: by the clock of the person, where it is of that. */
  line(name: string, when: When): string {
    if (isDay(when)) return lineOf(`${name};VALUE=DATE`, when.replaceAll("-", ""));
    const time = Temporal.Instant.from(when).toZonedDateTimeISO(this.zone);
    const isUtc = /^(Etc\/)?(UTC|GMT|UCT|Zulu)$/.test(this.zone);
    if (isUtc || momentText(time) !== when) return lineOf(name, utcOf(when));
    this.#years.push(time.year);
    return lineOf(`${name};TZID=${this.zone}`, localOf(time));
  }

  /** The description of the zone, for the years that were written; empty where none was. */
  describe(): string {
    if (this.#years.length === 0) return "";
    const years = this.#years.toSorted((a, b) => a - b);
    const [first = 0, last = first] = [years[0], years.at(-1)];
    const start = Temporal.PlainDate.from({ year: first, month: 1, day: 1 })
      .toZonedDateTime(this.zone);
    const end = last + YEARS_AHEAD;
    let parts = observance(start, start.offset, start.offset);
    for (let next = after(start); next !== undefined && next.year <= end; next = after(next)) {
      const before = next.subtract({ seconds: 1 });
      parts += observance(next, before.offset, next.offset);
    }
    return `BEGIN:VTIMEZONE\r\n${lineOf("TZID", this.zone)}${parts}END:VTIMEZONE\r\n`;
  }
}

/** An instant in UTC, to the second. */
export function utcOf(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}

function after(time: ZonedDateTime): ZonedDateTime | undefined {
  return time.getTimeZoneTransition("next") ?? undefined;
}

/** From a time on, told by the clock that was before it. */
function observance(time: ZonedDateTime, from: string, to: string): string {
  const name = to > from && to.startsWith("+") ? "DAYLIGHT" : "STANDARD";
  const begin = time.toInstant().toZonedDateTimeISO(from);
  return [
    `BEGIN:${name}\r\n`,
    lineOf("DTSTART", localOf(begin)),
    lineOf("TZOFFSETFROM", from.replace(":", "")),
    lineOf("TZOFFSETTO", to.replace(":", "")),
    `END:${name}\r\n`,
  ].join("");
}

function localOf(time: ZonedDateTime): string {
  return time.toPlainDateTime().toString({ smallestUnit: "second" }).replace(/[-:]/g, "");
}
