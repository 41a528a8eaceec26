import { type ReferenceExpression, type SelectQueryBuilder, sql } from "kysely";
import type { Database } from "../db/db.ts";
import type { Schema } from "../db/schema.ts";
import { AppError, quote } from "../errors.ts";
import type { Resolved } from "./dates.ts";

/** One page of a list. */
export interface Page {
  readonly limit: number;
  /** Where the last page ended. */
  readonly cursor?: string | undefined;
}

/** What a list answers beside its items. */
export interface PageInfo extends Resolved {
  /** How many there are in all pages, counted to {@linkcode COUNTED}. */
  total: number;
  /** False when there are more than were counted. */
  total_exact?: false;
  next_cursor: string | null;
}

/** A list counts no further, so that it costs the same however much is stored. */
export const COUNTED = 1000;

type Key = string | number;

/**
 * Reads one page in the order of the key columns, the last of which is unique.
 *
 * @throws AppError `invalid_input` for a cursor that no page gave out
 */
export async function readPage<T extends keyof Schema, Row extends object>(
  db: Database,
  matching: SelectQueryBuilder<Schema, T, Row>,
  columns: readonly (ReferenceExpression<Schema, T> & string)[],
  direction: "asc" | "desc",
  { limit, cursor }: Page,
): Promise<{ rows: Row[]; info: PageInfo }> {
  const count = () =>
    db.read
      .selectFrom(
        matching.clearSelect().select(sql<number>`1`.as("one")).limit(COUNTED + 1).as("some"),
      )
      .select(({ fn }) => fn.countAll<number>().as("count"));
  let page = matching.select(count().as("counted")).limit(limit + 1);
  for (const column of columns) page = page.orderBy(column, direction);
  if (cursor !== undefined) {
    const after = decodeCursor(cursor, columns);
    const comparison = sql.raw(direction === "asc" ? ">" : "<");
    const references = sql.join(columns.map((column) => sql.ref(column)));
    page = page.where(sql<boolean>`(${references}) ${comparison} (${sql.join(after)})`);
  }
  const found = await page.execute();
  const counted = found[0]?.counted ?? (await count().executeTakeFirstOrThrow()).count;
  const rows = found.slice(0, limit);
  for (const row of rows) Reflect.deleteProperty(row, "counted");
  const last = rows[limit - 1];
  const next_cursor = found.length > limit && last ? encodeCursor(last, columns) : null;
  const info: PageInfo = counted > COUNTED
    ? { total: COUNTED, total_exact: false, next_cursor }
    : { total: counted, next_cursor };
  return { rows, info };
}

function encodeCursor(row: object, columns: readonly string[]): string {
  const values = new Map<string, unknown>(Object.entries(row));
  const key = columns.map((column) => values.get(column.split(".").at(-1) ?? column));
  const bytes = new TextEncoder().encode(JSON.stringify(key));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_")
    .replaceAll("=", "");
}

function decodeCursor(cursor: string, columns: readonly string[]): Key[] {
  let key: unknown;
  try {
    const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
    key = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (c) => c.charCodeAt(0))));
  } catch {
    key = undefined;
  }
  if (Array.isArray(key) && key.length === columns.length && key.every(isKey)) {
    if (key.every((part, index) => (typeof part === "string") === isText(columns[index]))) {
      return key;
    }
  }
  throw new AppError(
    "invalid_input",
    `Cannot use cursor ${quote(cursor)} as no list gave it out`,
    "pass next_cursor of the last page unchanged, or leave it out for the first page",
  );
}

function isKey(part: unknown): part is Key {
  if (typeof part === "string") return part.isWellFormed() && !part.includes("\0");
  return Number.isSafeInteger(part);
}

/** Of the columns that lists are sorted by, only the derived dates are text. */
function isText(column: string | undefined): boolean {
  return column?.endsWith("_sort") === true;
}

/** One `like` pattern for every word of a folded query. */
export function wordPatterns(folded: string): string[] {
  return folded.split(" ").filter(Boolean).slice(0, 20)
    .map((word) => `%${word.replace(/[\\%_]/g, "\\$&")}%`);
}
