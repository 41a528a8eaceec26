import { type RawBuilder, sql } from "kysely";
import type { Database } from "../db/db.ts";
import type { Change } from "../events/events.ts";
import { today } from "./dates.ts";
import { peopleOf, type Scope, type Viewer } from "./scope.ts";
import { type SharedRow, sharedWith, sharesOf } from "./shares.ts";

/**
 * Names the newest change of a life, by its id and its time: ids alone would be given out again by a
 * store that was put back to an earlier state.
 */
export type Revision = string;

/** How the store stands to a viewer: while nothing of this changes, they see the same. */
export interface Standing {
  readonly scope: Scope;
  /** The viewer's own. */
  readonly zone: string;
  readonly day: string;
  /** Of every life of which they see something, by its person. */
  readonly revisions: Readonly<Record<string, Revision>>;
}

interface Row extends SharedRow {
  readonly time_zone: string;
  readonly own_revision: Revision | null;
  readonly owners_revision: Revision | null;
}

/** No change was made of a life so far. */
export const NONE: Revision = "0";

/**
 * How the store stands to a viewer now, in one look at it.
 *
 * @throws AppError `not_found` when the person does not exist or is in the trash
 */
export async function standingOf(db: Database, viewer: Viewer, now: Date): Promise<Standing> {
  const { user_id } = viewer;
  const also = sql`, users.time_zone,
    ${newestOf("users.id")} as own_revision, ${newestOf("shared.owner")} as owners_revision`;
  const rows = await sharedWith<Row>(db, user_id, also);
  const scope: Scope = { ...viewer, shares: sharesOf(user_id, rows) };
  const zone = rows[0]?.time_zone ?? "UTC";
  const newest = new Map([[user_id, rows[0]?.own_revision]]);
  for (const { owner, owners_revision } of rows) if (owner) newest.set(owner, owners_revision);
  const revisions = peopleOf(scope).map((owner) => [owner, newest.get(owner) ?? NONE] as const);
  return { scope, zone, day: today(now, zone), revisions: Object.fromEntries(revisions) };
}

/**
 * What was changed of a life since a revision, oldest first; `undefined` where that is too much, or the
 * store does not know the revision.
 *
 * @param most items, and changes
 */
export async function changesSince(
  { read }: Database,
  user_id: string,
  since: Revision,
  most: number,
): Promise<Change[] | undefined> {
  const { rows } = await sql<{ id: number; entity: string; entity_id: string }>`
    select later.id, item.entity, item.entity_id
    from changes known
    join changes later on later.user_id = known.user_id and later.id > known.id
    join change_items item on item.change_id = later.id
    where known.id = ${idIn(since)} and known.user_id = ${user_id}
      and ${revisionIn("known")} = ${since}
    order by later.id, item.seq limit ${most + 1}`.execute(read);
  if (rows.length === 0 || rows.length > most) return undefined;
  return [...Map.groupBy(rows, ({ id }) => id)].map(([change_id, items]) => ({
    user_id,
    change_id,
    items: items.map(itemIn),
  }));
}

/** When a life was changed last; `undefined` where it never was. */
export async function lastChangeOf(
  { read }: Database,
  user_id: string,
): Promise<string | undefined> {
  const row = await read.selectFrom("changes").select("at").where("user_id", "=", user_id)
    .orderBy("id", "desc").limit(1).executeTakeFirst();
  return row?.at;
}

/** The id of the newest change of all lives; 0 where there is none. */
export async function newestChange({ read }: Database): Promise<number> {
  const row = await read.selectFrom("changes").select("id").orderBy("id", "desc").limit(1)
    .executeTakeFirst();
  return row?.id ?? 0;
}

/** The changes of all lives with a higher id, no more than so many, by their id, with their times. */
export async function changesAfter(
  { read }: Database,
  change_id: number,
  most: number,
): Promise<(Change & { at: string })[]> {
  const changes = await read.selectFrom("changes").select(["id", "user_id", "at"])
    .where("id", ">", change_id).orderBy("id").limit(most).execute();
  if (changes.length === 0) return [];
  const rows = await read.selectFrom("change_items").select(["change_id", "entity", "entity_id"])
    .where("change_id", "in", changes.map(({ id }) => id)).execute();
  const items = Map.groupBy(rows, ({ change_id }) => change_id);
  return changes.map(({ id, user_id, at }) => ({
    ...{ user_id, change_id: id, at },
    items: (items.get(id) ?? []).map(itemIn),
  }));
}

/** The ids of people are no numbers. */
function itemIn({ entity, entity_id }: { readonly entity: string; readonly entity_id: string }) {
  return { entity, id: entity === "user" ? entity_id : Number(entity_id) };
}

/** The id of the change that a revision names. */
export function idIn(revision: Revision): number {
  return Number(revision.split(" ")[0]);
}

/** Whether the store has had this state of a life; one that was put back to an earlier state may not. */
export function isKnown(user_id: string, revision: Revision): RawBuilder<boolean> {
  if (revision === NONE) return sql<boolean>`1 = 1`;
  return sql<boolean>`exists (select 1 from changes where changes.id = ${idIn(revision)}
    and changes.user_id = ${user_id} and ${revisionIn("changes")} = ${revision})`;
}

/** The newest change of a person; null where there is none. */
export function newestOf(person: "users.id" | "shared.owner"): RawBuilder<Revision | null> {
  return sql<Revision | null>`(
    select ${revisionIn("changes")} from changes
    where changes.user_id = ${sql.ref(person)} order by changes.id desc limit 1)`;
}

function revisionIn(changes: "changes" | "known") {
  return sql`(cast(${sql.ref(`${changes}.id`)} as text) || ' ' || ${sql.ref(`${changes}.at`)})`;
}
