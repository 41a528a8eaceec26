import { shorten } from "../../errors.ts";
import { momentOf } from "../../life/dates.ts";
import { titleOf as wholeTitleOf } from "../../life/history/shown.ts";
import { onOneLine } from "../one_line.ts";

/** As much of a list as there may be room for, and how long it is. */
export interface Some<Line> {
  readonly lines: Line[];
  readonly count: number;
}

const LONGEST_TITLE = 60;

/** What an item is called, on one line and short enough for one of many. */
export function titleOf(image: Readonly<Record<string, unknown>>): string {
  return shorten(onOneLine(wholeTitleOf(image) ?? String(image["id"])), LONGEST_TITLE);
}

/** Local time with its offset, to the minute. */
export function minuteOf(instant: string, zone: string): string {
  const moment = momentOf(instant, zone);
  return moment.slice(0, 16) + moment.slice(19);
}
