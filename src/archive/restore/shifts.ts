import { sql } from "kysely";
import { chunksOf } from "../../db/chunks.ts";
import type { Database, Numbered, Tx } from "../../db/db.ts";
import type { Scratch } from "../../db/scratch.ts";
import type { Shifts } from "./renumber.ts";
import { ownedBy, pagesOf } from "../format/rows.ts";
import { ARCHIVED, type ArchivedTable } from "../format/tables.ts";

/** Ids of one look. */
const AT_ONCE = 500;

interface Shifting {
  readonly db: Database;
  readonly tx: Tx;
  readonly scratch: Scratch;
  readonly people: readonly string[];
}

/**
 * By how much the ids are higher than in the archive: rows keep theirs, unless one of the table is that of
 * another's row. Until the rows are written the store gives their ids to nobody.
 *
 * @param same life areas that are the same in the store and in the archive
 */
export async function shiftsFor(
  shifting: Shifting,
  same: ReadonlySet<number>,
): Promise<Shifts> {
  const opened = await isOpened(shifting, same);
  return {
    life_areas: await shiftFor(shifting, "life_areas", opened),
    goals: await shiftFor(shifting, "goals"),
    tasks: await shiftFor(shifting, "tasks"),
    memories: await shiftFor(shifting, "memories"),
    changes: await shiftFor(shifting, "changes"),
    proposals: await shiftFor(shifting, "proposals"),
  };
}

async function shiftFor(
  { db, tx, scratch, people }: Shifting,
  name: Numbered,
  always = false,
): Promise<number> {
  const table = ARCHIVED.find((one) => one.name === name);
  if (table === undefined) throw new Error(`${name} is in no archive`);
  const { rows: [found] } = await sql<{ highest: number | null }>`
    select max(id) as highest from ${sql.table(name)} where ${ownedBy(table, people)}`
    .execute(scratch.db);
  const highest = found?.highest ?? 0;
  let shift = 0;
  await db.ids.reserve(tx, name, async (tx, last) => {
    shift = always || await isTaken(tx, scratch, table, people) ? last : 0;
    return highest + shift;
  });
  return shift;
}

/** Whether a row of somebody else has the id of one of theirs. */
async function isTaken(
  tx: Tx,
  { db }: Scratch,
  table: ArchivedTable,
  people: readonly string[],
): Promise<boolean> {
  const ofOthers = sql`select 1 from ${sql.table(table.name)} where not ${ownedBy(table, people)}`;
  const { rows: [any] } = await sql`${ofOthers} limit 1`.execute(tx);
  if (any === undefined) return false;
  for await (const page of pagesOf(db, table, ["id"], people)) {
    for (const part of chunksOf(page, AT_ONCE)) {
      const ids = part.map(([id]) => id);
      const { rows } = await sql`${ofOthers} and id in (${sql.join(ids)}) limit 1`.execute(tx);
      if (rows.length > 0) return true;
    }
  }
  return false;
}

/** Whether what is narrowed to some life area, a key or what it proposes, would come to see another one. */
async function isOpened(
  { tx, scratch: { db }, people }: Shifting,
  same: ReadonlySet<number>,
): Promise<boolean> {
  const keys = tx.selectFrom("api_keys").select("areas").where("areas", "is not", null);
  const waiting = tx.selectFrom("proposals").select("areas").where("areas", "is not", null)
    .where("status", "=", "pending");
  const narrowed = await keys.union(waiting).execute();
  const named = new Set(narrowed.flatMap(({ areas }) => JSON.parse(areas ?? "[]")));
  if (named.size === 0) return false;
  const rows = await db.selectFrom("life_areas").select("id").where("user_id", "in", people)
    .execute();
  return rows.some(({ id }) => named.has(id) && !same.has(id));
}
