import type { SelectQueryBuilder } from "kysely";
import type { Database } from "../../db/db.ts";
import type { Schema } from "../../db/schema.ts";
import type { Scope } from "../../life/scope.ts";
import type { Calendar, Span } from "./span.ts";

/** What a part of a summary is found from. */
export interface Look {
  readonly db: Database;
  readonly scope: Scope;
  readonly span: Span;
  readonly calendar: Calendar;
  /** The instants of the span, the second not included. */
  readonly start: string;
  readonly end: string;
  /** The day that it is for the person. */
  readonly today: string;
}

/** A list of a summary: how many there are, and the first of them. */
export interface Section<Row> {
  readonly count: number;
  readonly rows: readonly Row[];
}

/** A list shows no more. */
export const MOST_ROWS = 20;

/** The list of an ordered query. Counts what is not shown only where there is any. */
export async function sectionOf<T extends keyof Schema, Row>(
  { db }: Pick<Look, "db">,
  query: SelectQueryBuilder<Schema, T, Row>,
): Promise<Section<Row>> {
  const rows = await query.limit(MOST_ROWS + 1).execute();
  if (rows.length <= MOST_ROWS) return { count: rows.length, rows };
  const { count } = await db.read.selectFrom(query.clearOrderBy().as("matching"))
    .select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  return { count, rows: rows.slice(0, MOST_ROWS) };
}

/** A list that is there already. */
export function sectionIn<Row>(rows: readonly Row[]): Section<Row> {
  return { count: rows.length, rows: rows.slice(0, MOST_ROWS) };
}
