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
  /**
   * How many of one's own the list never shows, as the caller is narrowed; counted as `total` is.
   * Whatever was looked for, so that nobody learns from it what is in them.
   */
  withheld?: number;
}

/** A list counts no further, so that it costs the same however much is stored. */
export const COUNTED = 1000;

type Key = string | number;

/** A query whose rows are listed. */
type Matching<T extends keyof Schema, Row> = SelectQueryBuilder<Schema, T, Row>;

/** The columns that rows are sorted by, the last of which is unique. */
interface Order<T extends keyof Schema> {
  readonly columns: readonly (ReferenceExpression<Schema, T> & string)[];
  readonly direction: "asc" | "desc";
}

/**
 * Reads one page of the rows that match, in this order.
 *
 * @param matching one query, or several that have no row in common: each stays as fast as it is alone
 * @throws AppError `invalid_input` for a cursor that no page gave out
 */
export async function readPage<T extends keyof Schema, Row extends object>(
  db: Database,
  matching: readonly [Matching<T, Row>, ...Matching<T, Row>[]],
  order: Order<T>,
  page: Page,
): Promise<{ rows: Row[]; info: PageInfo }> {
  const [first, ...others] = matching;
  const own = await readPart(db, first, order, page);
  if (others.length === 0) return shownPage(own, order, page);
  const parts = [own];
  for (const other of others) parts.push(await readPart(db, other, order, page));
  const found = parts.flatMap(({ found }) => found)
    .sort((a, b) => compareKeys(keyIn(a, order), keyIn(b, order), order));
  const counted = parts.reduce((sum, { counted }) => sum + counted, 0);
  return shownPage({ found, counted }, order, page);
}

/** How many rows there are, counted no further than {@linkcode COUNTED}. */
export async function countSome<T extends keyof Schema, Row extends object>(
  db: Database,
  matching: Matching<T, Row>,
): Promise<number> {
  const { count } = await counting(db, matching).executeTakeFirstOrThrow();
  return Math.min(count, COUNTED);
}

/** What was found of a page, one more than it shows where there is another. */
interface Found<Row> {
  readonly found: Row[];
  /** One more than {@linkcode COUNTED} where there are more. */
  readonly counted: number;
}

async function readPart<T extends keyof Schema, Row extends object>(
  db: Database,
  matching: Matching<T, Row>,
  { columns, direction }: Order<T>,
  { limit, cursor }: Page,
): Promise<Found<Row>> {
  let page = matching.select(counting(db, matching).as("counted")).limit(limit + 1);
  for (const column of columns) page = page.orderBy(column, direction);
  if (cursor !== undefined) {
    const after = decodeCursor(cursor, columns);
    const comparison = sql.raw(direction === "asc" ? ">" : "<");
    const references = sql.join(columns.map((column) => sql.ref(column)));
    page = page.where(sql<boolean>`(${references}) ${comparison} (${sql.join(after)})`);
  }
  const found = await page.execute();
  const counted = found[0]?.counted ??
    (await counting(db, matching).executeTakeFirstOrThrow()).count;
  for (const row of found) Reflect.deleteProperty(row, "counted");
  return { found, counted };
}

function counting<T extends keyof Schema, Row>(db: Database, matching: Matching<T, Row>) {
  return db.read
    .selectFrom(
      matching.clearSelect().select(sql<number>`1`.as("one")).limit(COUNTED + 1).as("some"),
    )
    .select(({ fn }) => fn.countAll<number>().as("count"));
}

function shownPage<T extends keyof Schema, Row extends object>(
  { found, counted }: Found<Row>,
  order: Order<T>,
  { limit }: Page,
): { rows: Row[]; info: PageInfo } {
  const rows = found.slice(0, limit);
  const last = rows[limit - 1];
  const next_cursor = found.length > limit && last ? encodeCursor(keyIn(last, order)) : null;
  const info: PageInfo = counted > COUNTED
    ? { total: COUNTED, total_exact: false, next_cursor }
    : { total: counted, next_cursor };
  return { rows, info };
}

/** The values of a row that it is sorted by. */
function keyIn(row: object, { columns }: { readonly columns: readonly string[] }): unknown[] {
  const values = new Map<string, unknown>(Object.entries(row));
  return columns.map((column) => values.get(column.split(".").at(-1) ?? column));
}

/** As the stores compare: numbers by value, texts by code point. */
function compareKeys(
  a: readonly unknown[],
  b: readonly unknown[],
  { direction }: Pick<Order<never>, "direction">,
): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  const [left, right] = [a[at], b[at]];
  const sign = direction === "asc" ? 1 : -1;
  if (typeof left === "number" && typeof right === "number") return sign * (left - right);
  return sign * (String(left) < String(right) ? -1 : 1);
}

function encodeCursor(key: readonly unknown[]): string {
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
  throw noCursor(cursor);
}

/** What refuses a cursor that no list gave out. */
export function noCursor(cursor: string): AppError {
  return new AppError(
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
