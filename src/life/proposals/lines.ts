import { LONGEST_TITLE, wordedValue } from "../history/shown.ts";
import { shorten } from "../../errors.ts";
import type { ProposedItem } from "./items.ts";

/** So many lines tell an agent of a proposal, or anybody of what stands in its way. */
export const MOST_LINES = 20;

/** So many characters of a line are told in a list. */
const LONGEST_LINE = 300;

/** So many characters of a value are told where it is cut. */
const LONGEST = 200;

/** The beginning of what is proposed, short enough for a list. */
export interface Glimpse {
  readonly items: readonly ProposedItem[];
  /** How many items there are. */
  readonly count: number;
}

/** The first items, their values cut. */
export function glimpseOf(items: readonly ProposedItem[]): Glimpse {
  return {
    items: items.slice(0, MOST_LINES).map((item) => ({
      ...item,
      title: shorten(item.title, LONGEST_TITLE),
      fields: Object.fromEntries(
        Object.entries(item.fields).map(([name, { before, after }]) => [name, {
          before: cut(before),
          after: cut(after),
        }]),
      ),
    })),
    count: items.length,
  };
}

/**
 * What is proposed in lines that a person reads: `~ task 5 "Buy milk": due_date "2026-11-30" → "2026-12-01"`.
 *
 * @param more how many further items there are
 */
export function linesOf(items: readonly ProposedItem[], more = 0): string[] {
  const lines = items.map((item) => {
    const { action, fields } = item;
    const what = `${SIGNS[action]} ${called(item)}`;
    const values = Object.entries(fields)
      .filter(([name]) => action !== "created" || !TITLES.has(name))
      .map(([name, { before, after }]) =>
        action === "created"
          ? `${name} ${worded(name, after)}`
          : `${name} ${worded(name, before)} → ${worded(name, after)}`
      );
    return values.length === 0 ? what : `${what}: ${values.join(", ")}`;
  });
  if (lines.length + more === 0) return [NOTHING];
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

/** What undoes changes that come to nothing still marks them as undone. */
const NOTHING = "no record would be another, as the changes that would be undone come to nothing";

/** The first lines of what is proposed, each cut where it is long. */
export function briefLines({ items, count }: Glimpse, most: number): string[] {
  const shown = items.slice(0, most);
  return linesOf(shown, count - shown.length).map((line) => shorten(line, LONGEST_LINE));
}

/** In which ways what a call would do now is not what was proposed; nothing where it is the same. */
export function differences(
  proposed: readonly ProposedItem[],
  present: readonly ProposedItem[],
): string[] {
  const [then, now] = [byRecord(proposed), byRecord(present)];
  const gone = [...then].filter(([key]) => !now.has(key))
    .map(([, item]) => `${called(item)} would not be ${item.action} any more`);
  const added = [...now].filter(([key]) => !then.has(key))
    .map(([, item]) => `${called(item)} would be ${item.action} too`);
  const other = [...then].flatMap(([key, item]) => differencesOf(item, now.get(key)));
  return [...other, ...gone, ...added];
}

const SIGNS: Record<ProposedItem["action"], string> = {
  created: "+",
  changed: "~",
  trashed: "-",
  restored: "+",
};

/** Fields whose value is what the record is called. */
const TITLES = new Set(["title", "name", "content"]);

/** A change may write one record more than once. */
function byRecord(items: readonly ProposedItem[]): Map<string, ProposedItem> {
  const found = new Map<string, ProposedItem>();
  for (const item of items) {
    let key = `${item.entity} ${item.id}`;
    while (found.has(key)) key += "+";
    found.set(key, item);
  }
  return found;
}

function differencesOf(item: ProposedItem, now: ProposedItem | undefined): string[] {
  if (now === undefined) return [];
  if (now.action !== item.action) return [`${called(item)} would be ${now.action} now`];
  const names = [...new Set([...Object.keys(item.fields), ...Object.keys(now.fields)])];
  const others = names.flatMap((name) => {
    const [then, since] = [item.fields[name], now.fields[name]];
    if (JSON.stringify(then) === JSON.stringify(since)) return [];
    if (then === undefined) return [`${called(item)}: ${name} would change too`];
    if (since === undefined) return [`${called(item)}: ${name} would not change any more`];
    const told = (value: unknown) => worded(name, cut(value));
    return JSON.stringify(then.before) === JSON.stringify(since.before)
      ? [`${called(item)}: ${name} would be ${told(since.after)}, not ${told(then.after)}`]
      : [`${called(item)}: ${name} is ${told(since.before)} now, not ${told(then.before)}`];
  });
  return others.length > 0 ? others : formerDifferences(item, now);
}

/** What else of a record is not as it was when a change of it was proposed. */
function formerDifferences(item: ProposedItem, { was: since }: ProposedItem): string[] {
  const { was: then } = item;
  if (then === undefined || since === undefined) return [];
  if (then.title !== since.title) {
    return [
      `${called(item)} is called ${JSON.stringify(since.title)} now, not ${
        JSON.stringify(then.title)
      }`,
    ];
  }
  if (then.trashed !== since.trashed) {
    return [`${called(item)} is ${since.trashed ? "in the trash" : "out of the trash"} by now`];
  }
  if (then.closed !== since.closed) {
    return [`${called(item)} is ${since.closed ? "closed" : "open again"} by now`];
  }
  return then.digest === since.digest ? [] : [`${called(item)} was changed since`];
}

function called({ entity, id, title }: ProposedItem): string {
  return `${entity.replace("_", " ")} ${id} ${JSON.stringify(title)}`;
}

function worded(field: string, value: unknown): string {
  return JSON.stringify(wordedValue(field, value));
}

function cut(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MOST_LINES);
  return typeof value === "string" ? shorten(value, LONGEST) : value;
}
