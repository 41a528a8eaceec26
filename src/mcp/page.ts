import { AppError, quote } from "../errors.ts";

/** A part of a list, and where the rest begins. */
export interface Page<Item> {
  readonly items: Item[];
  readonly next: { readonly nextCursor?: string };
}

const SIZE = 50;

/**
 * The page of a list that begins at the cursor.
 *
 * @throws AppError `invalid_input` when the cursor is none that was given out
 */
export function pageOf<Item>(items: readonly Item[], cursor: string | undefined): Page<Item> {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(start) || start < 0 || start > items.length) {
    throw new AppError(
      "invalid_input",
      `Cannot go on with the list as cursor is none that was given out: got ${quote(cursor)}`,
      "begin again without one",
    );
  }
  const end = start + SIZE;
  return {
    items: items.slice(start, end),
    next: end < items.length ? { nextCursor: String(end) } : {},
  };
}
