import type { SelectQueryBuilder } from "kysely";
import type { Database } from "../db/db.ts";
import type { Schema } from "../db/schema.ts";
import { dayAfter } from "../life/dates.ts";
import { successorsSeen } from "../life/memories/memory.ts";
import type { MemoryRecord } from "../life/records.ts";
import { inPart, partsOf, type Scope } from "../life/scope.ts";

/** Days of a person, both included, and their instants, the second not included. */
export interface Days {
  readonly from: string;
  readonly to: string;
  readonly start: string;
  readonly end: string;
}

/**
 * Which memories belong to some days: those that happened then, or else were remembered then, without
 * those that were superseded. How many there are, and the first of them.
 */
export async function memoriesOfDays(
  { read }: Database,
  scope: Scope,
  days: Days,
  { order, limit }: { readonly order: "asc" | "desc"; readonly limit: number },
): Promise<{ count: number; rows: MemoryRecord[] }> {
  const found = memoriesIn(read, scope, days);
  const standing = await stillStanding(read, found, scope);
  const current = found.where((eb) =>
    standing.length === 0
      ? eb("superseded_by", "is", null)
      : eb.or([eb("superseded_by", "is", null), eb("memories.id", "in", standing)])
  );
  const rows = await current.selectAll().orderBy("id", order).limit(limit).execute();
  const { count } = await current.select(({ fn }) => fn.countAll<number>().as("count"))
    .executeTakeFirstOrThrow();
  return { count, rows };
}

type Found = SelectQueryBuilder<Schema, "memories", object>;

/** Two queries within one: each finds its memories by an index, which the stores do not see of both at once. */
function memoriesIn(read: Database["read"], scope: Scope, { from, to, start, end }: Days): Found {
  const own = read.selectFrom("memories").select("id")
    .where("user_id", "=", scope.user_id).where("deleted_at", "is", null);
  const happened = own.where("occurred_at", ">=", from).where("occurred_at", "<", dayAfter(to));
  const remembered = own.where("occurred_at", "is", null)
    .where("created_at", ">=", start).where("created_at", "<", end);
  const [part] = partsOf(scope);
  return read.selectFrom("memories").where(inPart("memories", part))
    .where("memories.id", "in", happened.unionAll(remembered));
}

/** Those that another took the place of, which is forgotten by now, or not seen. */
async function stillStanding(
  read: Database["read"],
  found: Found,
  scope: Scope,
): Promise<number[]> {
  const replaced = await found.where("superseded_by", "is not", null)
    .select(["id", "superseded_by"]).execute();
  if (replaced.length === 0) return [];
  const successors = await successorsSeen(read, replaced, scope);
  return replaced.map(({ id }) => id).filter((id) => successors.get(id) === null);
}
