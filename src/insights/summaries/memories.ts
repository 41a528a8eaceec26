import type { RawBuilder, SelectQueryBuilder } from "kysely";
import type { Schema } from "../../db/schema.ts";
import { dayAfter } from "../../life/dates.ts";
import { shownTo } from "../../life/memories/memory.ts";
import type { MemoryRecord } from "../../life/records.ts";
import { inPart, partsOf, type Scope, withheld } from "../../life/scope.ts";
import { type Look, MOST_ROWS, type Section, sectionOf } from "./section.ts";
import { type Calendar, dayOf } from "./span.ts";

/** A memory of the span. */
export interface Remembered {
  readonly id: number;
  readonly content: string;
  readonly memory_type: string;
  /** The day that it belongs to. */
  readonly day: string;
}

/** The day of a memory: on which it happened, or else was remembered. */
export function dayOfMemory(
  { occurred_at, created_at }: Pick<MemoryRecord, "occurred_at" | "created_at">,
  calendar: Calendar,
): string {
  return occurred_at === null ? dayOf(created_at, calendar) : occurred_at.slice(0, 10);
}

/** The memories of the span in the order in which they came, without those that were superseded. */
export async function memoriesOf(look: Look): Promise<Section<Remembered>> {
  const { scope, calendar } = look;
  const [own] = partsOf(scope);
  const found = memoriesIn(look, inPart("memories", own));
  const { count, rows } = await sectionOf(
    look,
    found.where("superseded_by", "is", null)
      .select(["id", "content", "memory_type", "occurred_at", "created_at"]).orderBy("id"),
  );
  const standing = await stillStanding(look, found, scope);
  const all = [...rows, ...standing].sort((a, b) => a.id - b.id).slice(0, MOST_ROWS);
  return {
    count: count + standing.length,
    rows: all.map(({ id, content, memory_type, ...times }) => ({
      ...{ id, content, memory_type, day: dayOfMemory(times, calendar) },
    })),
  };
}

/** How many memories of the span are not seen, without those that were superseded. */
export async function countWithheldMemories(look: Look): Promise<number> {
  const { user_id } = look.scope;
  const found = memoriesIn(look, withheld("memories", look.scope));
  const { count } = await found.where("superseded_by", "is", null)
    .select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow();
  return count + (await stillStanding(look, found, { user_id })).length;
}

type Found = SelectQueryBuilder<Schema, "memories", object>;

/** Two queries within one: each finds its memories by an index, which the stores do not see of both at once. */
function memoriesIn({ db, scope, span, start, end }: Look, where: RawBuilder<boolean>): Found {
  const own = db.read.selectFrom("memories").select("id")
    .where("user_id", "=", scope.user_id).where("deleted_at", "is", null);
  const happened = own.where("occurred_at", ">=", span.from)
    .where("occurred_at", "<", dayAfter(span.to));
  const remembered = own.where("occurred_at", "is", null)
    .where("created_at", ">=", start).where("created_at", "<", end);
  return db.read.selectFrom("memories").where(where)
    .where("memories.id", "in", happened.unionAll(remembered));
}

/** Those that another took the place of, which is forgotten by now, or not seen. */
async function stillStanding(
  { db }: Look,
  found: Found,
  scope: Scope,
): Promise<MemoryRecord[]> {
  const rows = await found.where("superseded_by", "is not", null).selectAll().execute();
  if (rows.length === 0) return [];
  const shown = await shownTo(db.read, rows, scope);
  const standing = new Set(
    shown.filter(({ superseded_by }) => superseded_by === null).map(({ id }) => id),
  );
  return rows.filter(({ id }) => standing.has(id));
}
