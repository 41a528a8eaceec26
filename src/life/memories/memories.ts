import { type RawBuilder, type SelectQueryBuilder, sql } from "kysely";
import type { Schema } from "../../db/schema.ts";
import { AppError } from "../../errors.ts";
import type { Actor } from "../actor.ts";
import { brief, definedOf } from "../fields.ts";
import { type Draft, type Receipt, type Store, write } from "../journal.ts";
import { countSome, type Page, type PageInfo, readPage } from "../paging.ts";
import type { MemoryRecord } from "../records.ts";
import { findOwn, notFound } from "../references.ts";
import {
  inPart,
  keyOf,
  type Part,
  partsOf,
  type Scope,
  seen,
  type Viewer,
  withheld,
} from "../scope.ts";
import { scopeOf } from "../shares.ts";
import { readWhen } from "../words.ts";
import { type Memory, type MemoryInput, shownTo } from "./memory.ts";
import { findLikely, type LikelyRepeat } from "./likely.ts";
import { memoriesLinkedTo } from "./links.ts";
import { findEchoed, findRepeat, isOfSame } from "./repeats.ts";
import type { Source } from "./served.ts";

export interface MemoryFilter extends Page {
  memory_type?: string | undefined;
}

/** A memory that was added, or that was there already. */
export interface Added extends Receipt {
  memory: Memory;
  /** Nothing was added, as this one says the same. */
  existing?: true;
  /** One that is likely the same in other words. */
  likely_duplicate?: LikelyRepeat;
}

/** Characters of a memory that a list shows. */
const LISTED = 1000;

export interface AddOptions {
  /** The memory whose place it takes. */
  readonly supersedes?: number | undefined;
  /** What the text repeats that the client has just read. */
  readonly repeats?: Source | undefined;
}

/** What a person wants to be remembered. */
export class Memories {
  constructor(private readonly store: Store) {}

  /** The latest first. */
  async list(viewer: Viewer, filter: MemoryFilter): Promise<{ memories: Memory[] } & PageInfo> {
    const { db } = this.store;
    const key = JSON.stringify(["memories", keyOf(viewer), filter]);
    return await db.whileUnchanged(
      key,
      async () => await this.#list(await scopeOf(db, viewer), filter),
    );
  }

  /** The ids that begin with what was typed, up to 101, the latest first. */
  async idsLike(viewer: Viewer, typed: string): Promise<number[]> {
    if (!/^\d{0,15}$/.test(typed)) return [];
    const { db } = this.store;
    const rows = await db.read.selectFrom("memories").select("id")
      .where(seen("memories", await scopeOf(db, viewer))).where("deleted_at", "is", null)
      .where(sql<string>`cast(id as text)`, "like", `${typed}%`)
      .orderBy("id", "desc").limit(101).execute();
    return rows.map(({ id }) => id);
  }

  async get(viewer: Viewer, memory_id: number): Promise<{ memory: Memory }> {
    const { db } = this.store;
    const scope = await scopeOf(db, viewer);
    const row = await db.read.selectFrom("memories").selectAll().where("id", "=", memory_id)
      .where(seen("memories", scope)).where("deleted_at", "is", null).executeTakeFirst();
    if (row === undefined) throw notFound("memory", memory_id, scope);
    const [memory] = await shownTo(db.read, [row], scope);
    if (memory === undefined) throw notFound("memory", memory_id, scope);
    return { memory };
  }

  /** Those that a change of the life made show other links, though it wrote nothing of them. */
  async linkedTo(user_id: string, change_id: number): Promise<number[]> {
    return await memoriesLinkedTo(this.store.db, user_id, change_id);
  }

  /**
   * Adds a memory, unless there is one that says the same.
   *
   * @throws AppError `conflict` where the text is that of a goal, a task or a life area that was read
   */
  async add(
    actor: Actor,
    input: MemoryInput & { content: string },
    { supersedes, repeats }: AddOptions = {},
  ): Promise<Added> {
    return await write(this.store, actor, async (draft) => {
      const given = await resolveFields(draft, input);
      const fields = { ...blank(draft), ...given };
      const older = supersedes === undefined
        ? undefined
        : await findOwn(draft, "memory", supersedes, "supersedes");
      const repeated = older === undefined ? await findRepeat(draft, fields) : undefined;
      const echoed = older === undefined && repeated === undefined
        ? await findEchoed(draft, input.content, repeats)
        : undefined;
      const existing = repeated ?? (echoed && isOfSame(echoed, given) ? echoed : undefined);
      if (existing !== undefined) {
        return { memory: await shown(draft, existing), existing: true as const };
      }
      const record = await draft.insert("memory", fields);
      if (older !== undefined) await draft.update("memory", older, { superseded_by: record.id });
      const likely = older === undefined
        ? echoed ?? await findLikely(this.store.db, draft, record)
        : undefined;
      return {
        memory: await shown(draft, record),
        ...(likely && { likely_duplicate: { id: likely.id, content: likely.content } }),
      };
    });
  }

  async update(
    actor: Actor,
    memory_id: number,
    input: MemoryInput,
  ): Promise<{ memory: Memory } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const before = await findOwn(draft, "memory", memory_id);
      const fields = await resolveFields(draft, input);
      return { memory: await shown(draft, await draft.update("memory", before, fields)) };
    });
  }

  /** Moves the memory to the trash; nothing finds it there. */
  async forget(actor: Actor, memory_id: number): Promise<{ memory: Memory } & Receipt> {
    return await write(this.store, actor, async (draft) => {
      const record = await findOwn(draft, "memory", memory_id);
      const memory = await shown(draft, record);
      await draft.update("memory", record, { deleted_at: draft.at });
      return { memory };
    });
  }

  async #list(scope: Scope, filter: MemoryFilter): Promise<{ memories: Memory[] } & PageInfo> {
    const { db } = this.store;
    const found = (where: RawBuilder<boolean>) =>
      db.read.selectFrom("memories").where(where).where("deleted_at", "is", null);
    const matching = (part: Part) => filtered(found(inPart("memories", part)), filter).selectAll();
    const [own, ...others] = partsOf(scope);
    const { rows, info } = await readPage(
      db,
      [matching(own), ...others.map(matching)],
      { columns: ["id"], direction: "desc" },
      filter,
    );
    const memories = (await shownTo(db.read, rows, scope))
      .map((memory) => ({ ...memory, content: brief(memory.content, LISTED) }));
    if (scope.areas === undefined) return { memories, ...info };
    return { memories, ...info, withheld: await countSome(db, found(withheld("memories", scope))) };
  }
}

function filtered(
  matching: SelectQueryBuilder<Schema, "memories", object>,
  { memory_type }: MemoryFilter,
) {
  return memory_type === undefined ? matching : matching.where("memory_type", "=", memory_type);
}

async function shown(draft: Draft, record: MemoryRecord): Promise<Memory> {
  const { user_id, areas } = draft.actor;
  const [memory] = await shownTo(draft.tx, [record], { user_id, areas }, draft.viewer);
  if (memory === undefined) throw new Error("a memory that was written is not shown");
  return memory;
}

async function resolveFields(draft: Draft, input: MemoryInput): Promise<Partial<MemoryRecord>> {
  const { occurred_at, metadata, goal_id, task_id, ...given } = input;
  const fields: Partial<MemoryRecord> = definedOf(given);
  if (metadata !== undefined) fields.metadata = metadata && JSON.stringify(metadata);
  if (occurred_at === null) fields.occurred_at = null;
  if (typeof occurred_at === "string") {
    fields.occurred_at = await readWhen(draft, "occurred_at", occurred_at, "past");
  }
  if (goal_id && task_id) {
    throw new AppError(
      "invalid_input",
      "Cannot have a memory be about a goal and a task",
      "give task_id alone: the task names its goal",
    );
  }
  if (goal_id) await findOwn(draft, "goal", goal_id, "goal_id");
  if (task_id) await findOwn(draft, "task", task_id, "task_id");
  // It is about one thing: a new one takes the place of the other.
  if (goal_id !== undefined || task_id) fields.goal_id = goal_id ?? null;
  if (task_id !== undefined || goal_id) fields.task_id = task_id ?? null;
  return fields;
}

function blank({ user_id, at, actor }: Draft): Omit<MemoryRecord, "id"> {
  return {
    user_id,
    content: "",
    memory_type: "reflection",
    metadata: null,
    occurred_at: null,
    goal_id: null,
    task_id: null,
    superseded_by: null,
    source: "client",
    client: actor.client,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  };
}
