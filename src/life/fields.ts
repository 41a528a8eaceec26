import { shorten } from "../errors.ts";

/** The fields that were given; `null` clears, absent leaves alone. */
export function definedOf<T extends object>(
  fields: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

const BRIEF = 300;

/** What stands behind the beginning of a text that is cut. */
export const CUT = /… \(\d+ more characters\)$/;

/** A long text as lists show it: its beginning, and that there is more. */
export function brief(text: string, most?: number): string;
export function brief(text: string | null, most?: number): string | null;
export function brief(text: string | null, most = BRIEF): string | null {
  if (text === null || text.length <= most) return text;
  const shown = shorten(text, most + 1);
  return `${shown} (${text.length - shown.length + 1} more characters)`;
}

/** Names of life areas compare without case, however their letters are composed. */
export function sameName(a: string, b: string): boolean {
  return a.normalize().toLowerCase() === b.normalize().toLowerCase();
}

/** Names of the fields in which two images of one record differ, its time stamp apart. */
export function changedFields(before: object, after: object): string[] {
  const was = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after)
    .filter(([name, value]) => name !== "updated_at" && !same(was.get(name), value))
    .map(([name]) => name);
}

/** Whether two field values are equal; lists by their members. */
export function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}
