import { sql } from "kysely";
import type { Database, PlainValue, Tx } from "../../db/db.ts";
import type { Scratch } from "../../db/scratch.ts";
import { noteBirths } from "./births.ts";
import { BadArchive } from "../format/format.ts";
import { LaterReferences } from "./later_references.ts";
import { Renumbering } from "./renumber.ts";
import { ownedBy, pagesOf, rowFinder } from "../format/rows.ts";
import { shiftsFor } from "./shifts.ts";
import { ARCHIVED, type ArchivedTable, REPLACED } from "../format/tables.ts";
import type { Progress } from "../format/write.ts";

export interface Replacing {
  readonly db: Database;
  readonly tx: Tx;
  /** What is restored, with the newest schema. */
  readonly scratch: Scratch;
  readonly people: readonly string[];
  /** The name of the store that it comes from. */
  readonly store: string;
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
  const { tx, scratch, people, progress } = replacing;
  const areas = await sameAreas(replacing);
  const stands = await sharesThatStand(replacing, areas);
  const shifts = await shiftsFor(replacing, areas);
  await noteBirths(replacing, shifts);
  for (const table of REPLACED) {
    await sql`delete from ${sql.table(table.name)} where ${ownedBy(table, people)}`.execute(tx);
  }
  const renumbering = new Renumbering(shifts, rowFinder(scratch));
  const later = new LaterReferences();
  let shares_left_out = 0;
  for (const table of ARCHIVED) {
    // While the store writes one page, the next is read.
    let writing: Promise<void> = Promise.resolve();
    for await (const page of pagesOf(scratch.db, table, table.columns, people)) {
      const standing = table.name === "area_shares" ? page.filter(stands) : page;
      shares_left_out += page.length - standing.length;
      const rows = later.taken(table, standing.map((row) => renumbering.row(table, row)));
      await writing;
      writing = insert(replacing, table, rows);
      writing.catch(() => {});
      progress(page.length);
    }
    await writing;
    await later.write(tx, table);
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

/**
 * Which shares of the archive there are: those that stand now, so that nobody sees again what was taken from
 * them; where one of the two is new to the store, all between those who are restored.
 */
async function sharesThatStand(
  { tx, scratch, people }: Replacing,
  areas: ReadonlySet<number>,
): Promise<(share: readonly PlainValue[]) => boolean> {
  const rows = await tx.selectFrom("area_shares").select(["area_id", "user_id"]).execute();
  const standing = rows.filter(({ area_id }) => areas.has(area_id));
  const known = new Set(standing.map(({ area_id, user_id }) => `${area_id} ${user_id}`));
  const there = await tx.selectFrom("users").select("id").where("id", "in", people).execute();
  const newcomers = new Set(people).difference(new Set(there.map(({ id }) => id)));
  const owned = newcomers.size === 0 ? [] : await scratch.db.selectFrom("life_areas").select("id")
    .where("user_id", "in", [...newcomers]).execute();
  const ofNewcomers = new Set<unknown>(owned.map(({ id }) => id));
  return ([area_id, guest]) =>
    known.has(`${area_id} ${guest}`) ||
    people.includes(`${guest}`) && (newcomers.has(`${guest}`) || ofNewcomers.has(area_id));
}

async function insert(
  { db, tx }: Replacing,
  table: ArchivedTable,
  rows: PlainValue[][],
): Promise<void> {
  const { name, columns } = table;
  if (name === "users") return await insertPeople(tx, table, rows);
  const bytes = columns.find((column) => column === "vector");
  await db.insertAll(tx, { table: name, columns, bytes, rows });
}

/** Whoever is there stays, as what is not in the archive may name them. */
async function insertPeople(
  tx: Tx,
  { name, columns }: ArchivedTable,
  rows: PlainValue[][],
): Promise<void> {
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const renewed = columns.map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`);
  for (const row of rows) {
    await sql`insert into ${sql.table(name)} (${names}) values (${sql.join(row)})
      on conflict (id) do update set ${sql.join(renewed)}`.execute(tx);
  }
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
