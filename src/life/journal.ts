import { chunksOf } from "../db/chunks.ts";
import type { Database, Tx } from "../db/db.ts";
import type { Change, Events } from "../events/events.ts";
import type { Actor } from "./actor.ts";
import { changedFields } from "./fields.ts";
import { asGuest } from "./guests.ts";
import { insertChange, insertItem, movesDue } from "./journal_rows.ts";
import { insertMany, type Plural } from "./many.ts";
import { areaOf, areasOf, refuseOutOfReach } from "./placing.ts";
import { type Entity, type New, type Records, shelves } from "./records.ts";
import { noPerson } from "./people.ts";
import { approve } from "./proposals/approval.ts";
import type { Written } from "./proposals/items.ts";
import { Rehearsed } from "./proposals/rehearsed.ts";
import { opening, storeResult } from "./replays.ts";
import { sharedAs } from "./shares.ts";

/** Where a domain verb finds the store and the time. */
export interface Store {
  readonly db: Database;
  /** Told of every change once it is committed. */
  readonly events: Events;
  /** Time zone of people created without one; absent, the system's. */
  readonly zone?: string | undefined;
  now(): Date;
}

/** What every write answers beside its items. */
export interface Receipt {
  /** The journal entry; null when there was nothing to change. */
  change_id: number | null;
  /** The answer is the stored one of an identical earlier call. */
  replayed?: true;
}

/**
 * Does the work and writes its journal entry in one transaction, or nothing at all. Where it names
 * an item of another who shares it, it is begun again in that life.
 *
 * @throws AppError `not_found` when the person does not exist or is in the trash; whatever the work
 *   throws; the store is then unchanged
 */
export async function write<T extends object>(
  store: Store,
  actor: Actor,
  work: (draft: Draft) => Promise<T>,
): Promise<T & Receipt> {
  return await writeWhereItIs(store, actor, work, ({ user_id }, person) => {
    if (person?.deleted_at !== null) throw noPerson(user_id, person);
  });
}

/** As {@linkcode write}, also for someone who is not there yet, or not any more. */
export async function writeForAnyone<T extends object>(
  store: Store,
  actor: Actor,
  work: (draft: Draft) => Promise<T>,
): Promise<T & Receipt> {
  return await writeWhereItIs(store, actor, work, () => {});
}

/** @throws what the person is not admitted for */
type Admit = (actor: Actor, person: Records["user"] | undefined) => void;

async function writeWhereItIs<T extends object>(
  store: Store,
  actor: Actor,
  work: (draft: Draft) => Promise<T>,
  admit: Admit,
): Promise<T & Receipt> {
  try {
    return await writeFor(store, actor, work, admit);
  } catch (error) {
    const guest = await asGuest(store.db, actor, error);
    if (guest === undefined) throw error;
    return await writeFor(store, guest, work, admit);
  }
}

async function writeFor<T extends object>(
  { db, events, now }: Store,
  caller: Actor,
  work: (draft: Draft) => Promise<T>,
  admit: Admit,
): Promise<T & Receipt> {
  let change: Change | undefined;
  let idle: (T & Receipt) | undefined;
  const result = await db.write<T & Receipt>(caller.user_id, async (tx) => {
    const at = now().toISOString();
    const actor = await admitted(tx, caller);
    const { person, earlier } = await opening<T & Receipt>(tx, actor, at);
    admit(actor, person);
    if (earlier) return { ...earlier, replayed: true };
    const draft = new Draft(tx, actor, at, person);
    const answer = await work(draft);
    if (actor.proposes) {
      if (!draft.changes) idle = { ...answer, change_id: null };
      throw new Rehearsed(draft.user_id, draft.written);
    }
    const change_id = await draft.record();
    if (actor.approval) await approve(tx, actor.approval, draft.written, change_id, at);
    change = change_id === null ? undefined : { change_id, ...draft.touched };
    const result = { ...answer, change_id };
    // A change of nothing is repeated at no cost, unless someone else changes something in between.
    const { repeat } = actor;
    if (repeat && (change_id !== null || repeat.key !== undefined)) {
      await storeResult(tx, actor, at, change_id, result);
    }
    return result;
  }).catch((error) => {
    // All is taken back, and there was nothing to propose.
    if (idle !== undefined) return idle;
    throw error;
  });
  if (change) events.publish(change);
  return result;
}

/** What is shared with a guest is looked up once more, where nobody can change it meanwhile. */
async function admitted(tx: Tx, actor: Actor): Promise<Actor> {
  const { user_id, guest, areas = [] } = actor;
  if (guest === undefined) return actor;
  const editable = await sharedAs(tx, "editor", guest, user_id);
  return { ...actor, areas: areas.filter((id) => editable.includes(id)) };
}

interface Item extends Written {
  /** The life areas of the record before and after. */
  readonly area_before: number | null;
  readonly area_after: number | null;
}

/** The rows of a change while it is made. The only way to write an entity. */
export class Draft {
  readonly #items: Item[] = [];
  /** Where the items are that this change created, by their records. */
  readonly #created = new WeakMap<object, number>();
  #changeId: number | undefined;

  constructor(
    readonly tx: Tx,
    readonly actor: Actor,
    readonly at: string,
    /** The person whose life this is, as the change found them. */
    readonly found: Records["user"] | undefined,
  ) {}

  /** The time that words such as "tomorrow" were said at. */
  get now(): Date {
    return new Date(this.actor.approval?.asked_at ?? this.at);
  }

  get user_id(): string {
    return this.actor.user_id;
  }

  /** The person who acts: the guest, where it is the life of another. */
  get viewer(): { readonly user_id: string } {
    return { user_id: this.actor.guest ?? this.user_id };
  }

  /** The time zone of the person who acts, in which their words are read. */
  async zone(): Promise<string> {
    const { guest } = this.actor;
    if (guest === undefined) return this.person.time_zone;
    const found = await this.tx.selectFrom("users").select("time_zone").where("id", "=", guest)
      .executeTakeFirstOrThrow();
    return found.time_zone;
  }

  /** The person whose life this is. */
  get person(): Records["user"] {
    if (this.found) return this.found;
    throw noPerson(this.user_id);
  }

  async insert<E extends Entity>(entity: E, record: New<E>): Promise<Records[E]> {
    const area = await areaOf(this.tx, record);
    refuseOutOfReach(this.actor, entity, area);
    const after = await shelves[entity].insert(this.tx, record);
    // A new life area is in none before it is there; all else stays where it is put.
    const area_after = entity === "life_area" ? await areaOf(this.tx, after) : area;
    this.#created.set(after, this.#items.length);
    this.#items.push({ entity, id: after.id, before: null, after, area_before: null, area_after });
    return after;
  }

  /** Inserts up to {@linkcode MOST} records at once, in their order. */
  async insertMany<E extends Plural>(entity: E, records: readonly New<E>[]): Promise<Records[E][]> {
    const areas = await areasOf<E>(this.tx, records);
    for (const area of areas) refuseOutOfReach(this.actor, entity, area);
    const made = await insertMany[entity](this.tx, records);
    for (const [at, after] of made.entries()) {
      this.#created.set(after, this.#items.length);
      const area_after = entity === "life_area" ? Number(after.id) : areas[at] ?? null;
      const item = { entity, id: after.id, before: null, after, area_before: null, area_after };
      this.#items.push(item);
    }
    return made;
  }

  /** Writes the fields that differ; answers the record as it now is. */
  async update<E extends Entity>(
    entity: E,
    before: Records[E],
    fields: Partial<Records[E]>,
  ): Promise<Records[E]> {
    const after = { ...before, ...fields };
    if (changedFields(before, after).length === 0) return before;
    after.updated_at = this.at;
    const area_before = await areaOf(this.tx, before);
    const area_after = await areaOf(this.tx, after);
    refuseOutOfReach(this.actor, entity, area_before);
    refuseOutOfReach(this.actor, entity, area_after);
    await shelves[entity].update(this.tx, after);
    this.#items.push({ entity, id: after.id, before, after, area_before, area_after });
    return after;
  }

  /** What was written so far, in order. */
  get written(): readonly Written[] {
    return this.#items;
  }

  /** Writes fields of a record that this change created, as though it had been created with them. */
  async amend<E extends Entity>(
    entity: E,
    created: Records[E],
    fields: Partial<Records[E]>,
  ): Promise<Records[E]> {
    const at = this.#created.get(created) ?? -1;
    const item = this.#items[at];
    if (!item) throw new Error(`this change did not create ${entity} ${created.id}`);
    const after = { ...created, ...fields };
    const area_after = await areaOf(this.tx, after);
    refuseOutOfReach(this.actor, entity, area_after);
    await shelves[entity].update(this.tx, after);
    this.#items[at] = { ...item, after, area_after };
    this.#created.set(after, at);
    return after;
  }

  /** Whose life this is, and what of it was written. */
  get touched(): Omit<Change, "change_id"> {
    return {
      user_id: this.user_id,
      items: this.#items.map(({ entity, id }) => ({ entity, id })),
    };
  }

  /** Whether anything is changed so far, be it that something is no longer undone. */
  get changes(): boolean {
    return this.#items.length > 0 || this.#changeId !== undefined;
  }

  /** The id of the journal entry, once something refers to it. */
  async changeId(): Promise<number> {
    this.#changeId ??= await this.#insertChange();
    return this.#changeId;
  }

  /** Writes the journal entry; null when nothing was changed. */
  async record(): Promise<number | null> {
    if (this.#items.length === 0) return this.#changeId ?? null;
    const change_id = await this.changeId();
    if (this.#items.some(movesDue)) {
      await this.tx.updateTable("changes").set({ moves_due: 1 }).where("id", "=", change_id)
        .execute();
    }
    const rows = this.#items.map(({ id, before, after, ...item }, seq) => ({
      ...item,
      change_id,
      seq,
      entity_id: String(id),
      before: before && JSON.stringify(before),
      after: JSON.stringify(after),
    }));
    const [only] = rows;
    if (rows.length === 1 && only) {
      await insertItem(this.tx, only);
      return change_id;
    }
    for (const part of chunksOf(rows, 500)) {
      await this.tx.insertInto("change_items").values(part).execute();
    }
    return change_id;
  }

  async #insertChange(): Promise<number> {
    const { user_id, principal, client, tool, guest = null, approval } = this.actor;
    const by = { principal, client, tool, guest, approved_by: approval?.by ?? null };
    const [change] = await insertChange(this.tx, { user_id, at: this.at, ...by });
    if (change === undefined) throw new Error("the store gave a new change no id");
    return change.id;
  }
}
