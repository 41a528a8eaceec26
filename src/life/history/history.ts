import type { Database } from "../../db/db.ts";
import { echoOf, type Resolved, type ResolvedInstant, resolveInstant } from "../dates.ts";
import type { Actor } from "../actor.ts";
import { changedFields } from "../fields.ts";
import { type Receipt, type Store, writeForAnyone } from "../journal.ts";
import { noPerson } from "../people.ts";
import { countSome, type Page, type PageInfo, readPage } from "../paging.ts";
import type { Entity } from "../records.ts";
import { isWithin, type Viewer } from "../scope.ts";
import { scopeOf } from "../shares.ts";
import { chosenChanges, type UndoChoice } from "./choice.ts";
import { INTERNAL, shownValue, titleOf } from "./shown.ts";
import { reverse, type Reversed } from "./undo.ts";
import { hidingReferences } from "./unseen.ts";

/** One entry of the journal. */
export interface Change {
  id: number;
  at: string;
  principal: string;
  client: string;
  tool: string;
  /** The change that undid this one; null while it stands. */
  undone_by: number | null;
  /** The person who made it, where that is somebody with whom an area of this life is shared. */
  guest?: string;
  /** The person who approved the proposal that it came from. */
  approved_by?: string;
  items: ChangedItem[];
  /** How many further items the change has. */
  more_items: number;
}

export interface ChangedItem {
  entity: Entity;
  id: string;
  title: string;
  action: "created" | "changed" | "trashed" | "restored";
  /** Every changed field with its value before and after. */
  fields: Record<string, { before: unknown; after: unknown }>;
}

export interface ChangeFilter extends Page {
  /** A day, RFC 3339, or words. */
  since?: string | undefined;
  client?: string | undefined;
}

const SHOWN_ITEMS = 10;

/** The journal: what was changed, by whom, and the way back. */
export class History {
  constructor(private readonly store: Store) {}

  /** Newest first. The operator sees it of a person in the trash, too. */
  async list(
    viewer: Viewer & Pick<Actor, "operator">,
    filter: ChangeFilter,
  ): Promise<{ changes: Change[] } & PageInfo> {
    const { db } = this.store;
    const { user_id, areas, operator } = viewer;
    if (!operator) await scopeOf(db, viewer);
    const all = db.read.selectFrom("changes")
      .select(["id", "at", "principal", "client", "tool", "undone_by", "stands"])
      .select(["guest", "approved_by"])
      .where("user_id", "=", user_id);
    let matching = all;
    if (filter.client !== undefined) matching = matching.where("client", "=", filter.client);
    const since = filter.since ? await this.#instant(user_id, filter.since) : undefined;
    if (since) matching = matching.where("at", ">=", since.instant);
    const shown = areas === undefined ? matching : matching.where(isWithin(areas));
    const order = { columns: ["id"], direction: "desc" } as const;
    const { rows, info } = await readPage(db, [shown], order, filter);
    const itemsOf = await readItems(db, rows.map(({ id }) => id), viewer);
    const changes = rows.map(({ stands, undone_by, guest, approved_by, ...change }) => ({
      ...change,
      undone_by: stands === 1 ? null : undone_by,
      ...(guest === null ? {} : { guest }),
      ...(approved_by === null ? {} : { approved_by }),
      ...itemsOf(change.id),
    }));
    if (areas !== undefined) {
      info.withheld = await countSome(db, all.where(({ not }) => not(isWithin(areas))));
    }
    return { changes, ...info, ...echo(since) };
  }

  /**
   * Reverses one change, the last one that stands, or all by one client since a time, as one new
   * change.
   *
   * @throws AppError `conflict` with a line for every field that was changed since; nothing is undone
   */
  async undo(
    actor: Actor,
    choice: UndoChoice,
  ): Promise<Reversed & Resolved & Receipt> {
    const { user_id, approval } = actor;
    const since = choice.since
      ? await this.#instant(user_id, choice.since, approval?.asked_at)
      : undefined;
    return await writeForAnyone(this.store, actor, async (draft) => {
      const { found } = draft;
      const isThere = found && (found.deleted_at === null || actor.operator);
      if (!isThere) throw noPerson(draft.user_id, found);
      const chosen = await chosenChanges(draft, choice, since);
      return { ...await reverse(draft, chosen), ...echo(since) };
    });
  }

  async #instant(
    user_id: string,
    since: string,
    asked_at: string = this.store.now().toISOString(),
  ): Promise<ResolvedInstant> {
    const { db } = this.store;
    const person = await db.read.selectFrom("users").select("time_zone")
      .where("id", "=", user_id).executeTakeFirst();
    if (person === undefined) throw noPerson(user_id);
    const { time_zone: zone } = person;
    const reading = { field: "since", zone, now: new Date(asked_at), toward: "past" } as const;
    return await resolveInstant(since, reading);
  }
}

/** A time that was given, as it was understood. */
function echo(since: ResolvedInstant | undefined): Resolved {
  return since ? { resolved: { since: echoOf(since.local) } } : {};
}

async function readItems(db: Database, change_ids: readonly number[], viewer: Viewer) {
  const found = new Map<number, { items: ChangedItem[]; more_items: number }>();
  const of = (id: number) => {
    const entry = found.get(id) ?? { items: [], more_items: 0 };
    found.set(id, entry);
    return entry;
  };
  if (change_ids.length === 0) return of;
  const rows = await db.read.selectFrom("change_items").selectAll()
    .where("change_id", "in", change_ids).where("seq", "<", SHOWN_ITEMS)
    .orderBy("change_id").orderBy("seq").execute();
  const views = rows.map((row) => ({ of: row.change_id, item: itemView(row) }));
  const hide = viewer.areas === undefined
    ? (item: ChangedItem) => item
    : await hidingReferences(db, views.map(({ item }) => item), viewer);
  for (const view of views) of(view.of).items.push(hide(view.item));
  const counts = await db.read.selectFrom("change_items")
    .select(({ fn }) => ["change_id", fn.countAll<number>().as("count")])
    .where("change_id", "in", change_ids).groupBy("change_id").execute();
  for (const { change_id, count } of counts) {
    of(change_id).more_items = Math.max(0, count - SHOWN_ITEMS);
  }
  return of;
}

interface ItemRow {
  entity: string;
  entity_id: string;
  before: string | null;
  after: string | null;
}

function itemView(row: ItemRow): ChangedItem {
  const before: Record<string, unknown> | null = JSON.parse(row.before ?? "null");
  const after: Record<string, unknown> = JSON.parse(row.after ?? "{}");
  const names = before
    ? changedFields(before, after).filter((name) => !INTERNAL.includes(name))
    : [];
  return {
    entity: row.entity as Entity,
    id: row.entity_id,
    title: titleOf(after) ?? row.entity_id,
    action: actionOf(before, after),
    fields: Object.fromEntries(
      names.map((name) => [name, {
        before: shownValue(name, before?.[name]),
        after: shownValue(name, after[name]),
      }]),
    ),
  };
}

function actionOf(
  before: Record<string, unknown> | null,
  after: Record<string, unknown>,
): ChangedItem["action"] {
  if (before === null) return "created";
  if (before["deleted_at"] === after["deleted_at"]) return "changed";
  return after["deleted_at"] === null ? "restored" : "trashed";
}
