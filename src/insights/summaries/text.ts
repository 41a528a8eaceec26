import { shorten } from "../../errors.ts";
import { weekdayOf, type When } from "../../life/dates.ts";
import { onOneLine } from "../one_line.ts";

const MONTHS = [
  ...["January", "February", "March", "April", "May", "June"],
  ...["July", "August", "September", "October", "November", "December"],
];

/** What means something in Markdown within a line; an underscore within a word does not. */
const MARKUP = /[\\`*[\]<>|~&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** A person's text on one line of Markdown, as they wrote it, cut after so many characters. */
export function inline(text: string, most = 120): string {
  return shorten(onOneLine(text), most).replace(MARKUP, "\\$&") || "(blank)";
}

/** `1 task`, `2 tasks`. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** `45 min`, `1 h 30 min`. */
export function durationOf(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** A share as `40%`. */
export function percentOf(share: number): string {
  return `${Math.round(100 * share)}%`;
}

/** `Sunday 22 November 2026` */
export function longDay(day: string): string {
  return `${weekdayOf(day)} ${dayAndMonth(day)} ${day.slice(0, 4)}`;
}

/** `Sun 22 Nov`, with the year where it is another, and the time of day where there is one. */
export function shortDay(when: When, year: string): string {
  const [day = "", time = ""] = when.split("T");
  const parts = [
    ...[weekdayOf(day).slice(0, 3), Number(day.slice(8)), monthOf(day).slice(0, 3)],
    ...(day.startsWith(year) ? [] : [day.slice(0, 4)]),
    ...(time === "" ? [] : [time.slice(0, 5)]),
  ];
  return parts.join(" ");
}

/** `16 to 22 November` */
export function daysFrom(from: string, to: string): string {
  return `${beginningOf(from, to)} to ${dayAndMonth(to)}`;
}

/** `Monday 16 to Sunday 22 November 2026` */
export function fullDays({ from, to }: { readonly from: string; readonly to: string }): string {
  const year = from.slice(0, 4) === to.slice(0, 4) ? "" : ` ${from.slice(0, 4)}`;
  return `${weekdayOf(from)} ${beginningOf(from, to)}${year} to ${longDay(to)}`;
}

/** The first of some days, without the month where it is that of the last. */
function beginningOf(from: string, to: string): string {
  return from.slice(0, 7) === to.slice(0, 7) ? String(Number(from.slice(8))) : dayAndMonth(from);
}

function dayAndMonth(day: string): string {
  return `${Number(day.slice(8))} ${monthOf(day)}`;
}

function monthOf(day: string): string {
  return MONTHS[Number(day.slice(5, 7)) - 1] ?? "";
}
