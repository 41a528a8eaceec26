import { Buffer } from "node:buffer";
import { sql } from "kysely";
import type { Database, Numbered, Tx } from "../db/db.ts";
import type { Scratch } from "../db/scratch.ts";
import { BadArchive } from "./format.ts";
import { Renumbering, type Shifts } from "./renumber.ts";
import { ownedBy, pagesOf, type Value } from "./rows.ts";
import { ARCHIVED, type ArchivedTable, REPLACED } from "./tables.ts";
import type { Progress } from "./write.ts";

/** Values of one statement: both stores take more. */
const MOST_VALUES = 8000;
/** Ids of one look. */
const IDS_AT_ONCE = 500;

export interface Replacing {
  readonly db: Database;
  readonly tx: Tx;
  /** What is restored, with the newest schema. */
  readonly scratch: Scratch;
  readonly people: readonly string[];
  readonly progress: Progress;
}

/** What became of the ids, and of access that others had. */
export interface Replaced {
  /** Tables whose rows have other ids than in the archive, as the store has given those to others. */
  readonly renumbered: string[];
  /** Shares of life areas that were left out, as nobody has them now. */
  readonly shares_left_out: number;
}

/**
 * Puts the lives of people in the place of those that the store has, as part of a transaction.
 *
 * @throws BadArchive when it does not fit
 */
export async function replaceLives(replacing: Replacing): Promise<Replaced> {
  const { db, tx, scratch, people, progress } = replacing;
  const areas = await sameAreas(replacing);
  const shared = await sharesOf(tx, areas);
  for (const table of REPLACED) {
    await sql`delete from ${sql.table(table.name)} where ${ownedBy(table, people)}`.execute(tx);
  }
  const shifts = await shiftsFor(replacing, areas);
  const has = rowFinder(scratch);
  const renumbering = new Renumbering(shifts, has);
  const later = new LaterReferences();
  let shares_left_out = 0;
  for (const table of ARCHIVED) {
    for await (const page of pagesOf(scratch.db, table, table.columns, people)) {
      let rows = page.map((row) => renumbering.row(table, row));
      if (table.name === "area_shares") {
        const all = rows.length;
        rows = rows.filter(([area_id, user_id]) =>
          people.includes(String(user_id)) || shared.has(`${area_id} ${user_id}`)
        );
        shares_left_out += all - rows.length;
      }
      await insert(tx, table, later.taken(table, rows));
      progress(page.length);
    }
    await later.write(tx, table);
    if (table.numbered !== undefined) await db.ids.goOn(tx, table.numbered);
  }
  await recount(replacing, shares_left_out);
  const renumbered = Object.entries(shifts).filter(([, shift]) => shift > 0).map(([name]) => name);
  return { renumbered, shares_left_out };
}

/** Ids of life areas that are the same in the store and in the archive. */
async function sameAreas({ tx, scratch, people }: Replacing): Promise<ReadonlySet<number>> {
  const areasIn = (db: Pick<Tx, "selectFrom">) =>
    db.selectFrom("life_areas").select(["id", "created_at"]).where("user_id", "in", people)
      .execute();
  const made = new Map((await areasIn(tx)).map(({ id, created_at }) => [id, created_at]));
  const same = (await areasIn(scratch.db)).filter(({ id, created_at }) =>
    made.get(id) === created_at
  );
  return new Set(same.map(({ id }) => id));
}

/** Shares that stand now: no others come back with a restored life, and none is of another area. */
async function sharesOf(tx: Tx, areas: ReadonlySet<number>): Promise<ReadonlySet<string>> {
  const rows = await tx.selectFrom("area_shares").select(["area_id", "user_id"]).execute();
  const standing = rows.filter(({ area_id }) => areas.has(area_id));
  return new Set(standing.map(({ area_id, user_id }) => `${area_id} ${user_id}`));
}

/** Rows keep their ids, unless one of the table is that of another's row. */
async function shiftsFor(
  { db, tx, scratch, people }: Replacing,
  areas: ReadonlySet<number>,
): Promise<Shifts> {
  const shiftFor = async (table: Numbered) => {
    const last = await db.ids.last(tx, table);
    return await isTaken(tx, scratch, table, people) ? last : 0;
  };
  const opened = await isOpened(tx, scratch, people, areas);
  return {
    life_areas: opened ? await db.ids.last(tx, "life_areas") : await shiftFor("life_areas"),
    goals: await shiftFor("goals"),
    tasks: await shiftFor("tasks"),
    memories: await shiftFor("memories"),
    changes: await shiftFor("changes"),
    proposals: await shiftFor("proposals"),
  };
}

async function isTaken(
  tx: Tx,
  { db }: Scratch,
  name: Numbered,
  people: readonly string[],
): Promise<boolean> {
  const table = ARCHIVED.find((one) => one.name === name);
  if (table === undefined) throw new Error(`${name} is in no archive`);
  const { rows: [any] } = await sql`select 1 from ${sql.table(name)} limit 1`.execute(tx);
  if (any === undefined) return false;
  for await (const page of pagesOf(db, table, ["id"], people)) {
    for (let start = 0; start < page.length; start += IDS_AT_ONCE) {
      const ids = page.slice(start, start + IDS_AT_ONCE).map(([id]) => id);
      const { rows } = await sql`
        select 1 from ${sql.table(name)} where id in (${sql.join(ids)}) limit 1`.execute(tx);
      if (rows.length > 0) return true;
    }
  }
  return false;
}

/** Whether what is narrowed to some life area, a key or what it proposes, would come to see another one. */
async function isOpened(
  tx: Tx,
  { db }: Scratch,
  people: readonly string[],
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

function rowFinder({ database }: Scratch): (table: Numbered, id: number) => boolean {
  const finders = new Map<Numbered, ReturnType<typeof database.prepare>>();
  return (table, id) => {
    const finder = finders.get(table) ??
      database.prepare(`select 1 as found from ${table} where id = ?`);
    finders.set(table, finder);
    return Number.isSafeInteger(id) && finder.get(id) !== undefined;
  };
}

/** Rows may name a row of their own table that only comes after them: that is written once all are there. */
class LaterReferences {
  #found: { column: string; id: Value; target: Value }[] = [];

  /** The rows without what they name later. */
  taken({ name, columns, references }: ArchivedTable, rows: Value[][]): Value[][] {
    const own = Object.entries(references ?? {}).filter(([, target]) => target === name)
      .map(([column]) => columns.indexOf(column));
    const last = Number(rows.at(-1)?.[0]);
    for (const row of rows) {
      for (const index of own) {
        const target = row[index] ?? null;
        if (target === null || Number(target) <= last || columns[0] !== "id") continue;
        this.#found.push({ column: columns[index] ?? "", id: row[0] ?? null, target });
        row[index] = null;
      }
    }
    return rows;
  }

  async write(tx: Tx, { name }: ArchivedTable): Promise<void> {
    const found = this.#found;
    this.#found = [];
    for (const [column, all] of Map.groupBy(found, (one) => one.column)) {
      for (let start = 0; start < all.length; start += IDS_AT_ONCE) {
        const part = all.slice(start, start + IDS_AT_ONCE);
        const values = part.map(({ id, target }) =>
          sql`(cast(${id} as bigint), cast(${target} as bigint))`
        );
        await sql`with named (id, target) as (values ${sql.join(values)})
          update ${sql.table(name)} set ${sql.ref(column)} = (
            select target from named where named.id = ${sql.ref(`${name}.id`)})
          where id in (select id from named)`.execute(tx);
      }
    }
  }
}

async function insert(tx: Tx, { name, columns }: ArchivedTable, rows: Value[][]): Promise<void> {
  const size = Math.max(1, Math.floor(MOST_VALUES / columns.length));
  const bytes = columns.indexOf("vector");
  const renewed = columns.map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`);
  const again = name === "users" ? sql`on conflict (id) do update set ${sql.join(renewed)}` : sql``;
  for (let start = 0; start < rows.length; start += size) {
    const part = rows.slice(start, start + size);
    const values = part.flatMap((row) =>
      row.map((value, index) => index === bytes ? bytesIn(value) : value)
    );
    const query = compiled.get(`${name} ${part.length}`) ??
      sql`insert into ${sql.table(name)} (${
        sql.join(columns.map((column) => sql.ref(column)))
      }) values ${sql.join(part.map((row) => sql`(${sql.join(row)})`))} ${again}`.compile(tx);
    compiled.set(`${name} ${part.length}`, query);
    await tx.executeQuery({ ...query, parameters: values });
  }
}
const compiled = new Map<string, any>();

function bytesIn(value: Value): Uint8Array {
  return Buffer.from(String(value), "base64");
}

/** Nothing was lost on the way. */
async function recount({ tx, scratch, people }: Replacing, left_out: number): Promise<void> {
  for (const table of ARCHIVED) {
    const count = sql<{ rows: number }>`
      select count(*) as rows from ${sql.table(table.name)} where ${ownedBy(table, people)}`;
    const { rows: [were] } = await count.execute(scratch.db);
    const { rows: [are] } = await count.execute(tx);
    const missing = Number(were?.rows) - Number(are?.rows);
    if (missing === (table.name === "area_shares" ? left_out : 0)) continue;
    throw new BadArchive(`${missing} of its ${table.name} did not come through`);
  }
}
