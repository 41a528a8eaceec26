import type { Selectable } from "kysely";
import { chunksOf } from "../db/chunks.ts";
import type { Tx } from "../db/db.ts";
import { prepared } from "../db/prepared.ts";
import type { Schema } from "../db/schema.ts";
import { digestOf, fold, termOf, termsOf, wordsOf } from "./terms.ts";

/** What the journal keeps of each entity: its whole row, without what is derived from it. */
export type UserRecord = Selectable<Schema["users"]>;
export type LifeAreaRecord = Selectable<Schema["life_areas"]>;
export type GoalRecord = ReturnType<typeof recordOf.goal>;
export type TaskRow = ReturnType<typeof recordOf.task>;
export type MemoryRecord = ReturnType<typeof recordOf.memory>;
export interface TaskRecord extends TaskRow {
  /** Sorted. */
  tags: string[];
  /** Sorted ids. */
  depends_on: number[];
}

export interface Records {
  user: UserRecord;
  life_area: LifeAreaRecord;
  goal: GoalRecord;
  task: TaskRecord;
  memory: MemoryRecord;
}
export type Entity = keyof Records;

type Row<Table extends keyof Schema> = Selectable<Schema[Table]>;

/** The record in a row: all but what is derived from it. */
export const recordOf = {
  goal({ closed: _, target_sort: __, words: ___, embedded: ____, ...record }: Row<"goals">) {
    return record;
  },
  task({ closed: _, due_sort: __, words: ___, embedded: ____, ...record }: Row<"tasks">) {
    return record;
  },
  memory({ digest: _, terms: __, embedded: ___, ...record }: Row<"memories">) {
    return record;
  },
};

/** A record that the store has not numbered yet. */
export type New<E extends Entity> = E extends "user" ? Records[E] : Omit<Records[E], "id">;

/** How the records of one entity are read and written. Deletion is a field, `deleted_at`. */
interface Shelf<E extends Entity> {
  find(tx: Tx, id: Records[E]["id"]): Promise<Records[E] | undefined>;
  insert(tx: Tx, record: New<E>): Promise<Records[E]>;
  update(tx: Tx, record: Records[E]): Promise<void>;
}

export const shelves: { readonly [E in Entity]: Shelf<E> } = {
  user: {
    find: (tx, id) => tx.selectFrom("users").selectAll().where("id", "=", id).executeTakeFirst(),
    insert: (tx, record) =>
      tx.insertInto("users").values(record).returningAll().executeTakeFirstOrThrow(),
    async update(tx, { id, ...fields }) {
      await tx.updateTable("users").set(fields).where("id", "=", id).execute();
    },
  },
  life_area: {
    find: (tx, id) =>
      tx.selectFrom("life_areas").selectAll().where("id", "=", id).executeTakeFirst(),
    insert: (tx, record) =>
      tx.insertInto("life_areas").values(record).returningAll().executeTakeFirstOrThrow(),
    async update(tx, { id, ...fields }) {
      await tx.updateTable("life_areas").set(fields).where("id", "=", id).execute();
    },
  },
  goal: {
    async find(tx, id) {
      const row = await tx.selectFrom("goals").selectAll().where("id", "=", id).executeTakeFirst();
      return row && recordOf.goal(row);
    },
    async insert(tx, record) {
      const { id } = await tx.insertInto("goals").values({ ...record, ...derivedOfGoal(record) })
        .returning("id").executeTakeFirstOrThrow();
      return { ...record, id };
    },
    async update(tx, { id, ...fields }) {
      await tx.updateTable("goals").set({ ...fields, ...derivedOfGoal(fields), ...STALE })
        .where("id", "=", id).execute();
    },
  },
  task: {
    async find(tx, id) {
      const row = await tx.selectFrom("tasks").selectAll().where("id", "=", id).executeTakeFirst();
      if (row === undefined) return undefined;
      const tags = await tx.selectFrom("task_tags").select("tag")
        .where("task_id", "=", id).execute();
      const dependencies = await tx.selectFrom("task_dependencies").select("depends_on_id")
        .where("task_id", "=", id).orderBy("depends_on_id").execute();
      return {
        ...recordOf.task(row),
        tags: tags.map(({ tag }) => tag).sort(),
        depends_on: dependencies.map(({ depends_on_id }) => depends_on_id),
      };
    },
    async insert(tx, { tags, depends_on, ...row }) {
      const [inserted] = await insertTask(tx, { ...row, ...derivedOfTask(row, tags) });
      if (inserted === undefined) throw new Error("the store gave a new task no id");
      const record = { ...row, id: inserted.id, tags, depends_on };
      await insertLinks(tx, record);
      return record;
    },
    async update(tx, record) {
      const { id, tags, depends_on: _, ...row } = record;
      await tx.updateTable("tasks").set({ ...row, ...derivedOfTask(row, tags), ...STALE })
        .where("id", "=", id).execute();
      await tx.deleteFrom("task_tags").where("task_id", "=", id).execute();
      await tx.deleteFrom("task_dependencies").where("task_id", "=", id).execute();
      await insertLinks(tx, record);
    },
  },
  memory: {
    async find(tx, id) {
      const row = await tx.selectFrom("memories").selectAll().where("id", "=", id)
        .executeTakeFirst();
      return row && recordOf.memory(row);
    },
    async insert(tx, record) {
      const { id } = await tx.insertInto("memories").values({
        ...record,
        ...derivedOfMemory(record),
      })
        .returning("id").executeTakeFirstOrThrow();
      await keepWords(tx, [record]);
      return { ...record, id };
    },
    async update(tx, { id, ...fields }) {
      await tx.updateTable("memories").set({ ...fields, ...derivedOfMemory(fields), ...STALE })
        .where("id", "=", id).execute();
      await keepWords(tx, [fields]);
    },
  },
};

/** Of a text that may have changed. */
const STALE = { embedded: "" };

type TaskColumns = Omit<TaskRow, "id"> & ReturnType<typeof derivedOfTask>;

const insertTask = prepared(
  {
    ...{ user_id: true, goal_id: true, parent_task_id: true, title: true, description: true },
    ...{ status: true, priority: true, due_date: true, completed_at: true, next_task_id: true },
    ...{ estimated_duration: true, actual_duration: true, recurrence: true },
    ...{ recurrence_start: true, occurrence_date: true, closed: true, due_sort: true, words: true },
    ...{ created_at: true, updated_at: true, deleted_at: true },
  },
  (db, task: TaskColumns) => db.insertInto("tasks").values(task).returning("id"),
);

const insertTag = prepared(
  { task_id: true, user_id: true, tag: true },
  (db, tag: Schema["task_tags"]) => db.insertInto("task_tags").values(tag),
);

export const CLOSED_GOAL = ["completed", "archived"];
export const CLOSED_TASK = ["completed", "cancelled"];

/** What a row has beside its record. */
export function derivedOfGoal(goal: Omit<GoalRecord, "id">) {
  return {
    closed: CLOSED_GOAL.includes(goal.status) ? 1 : 0,
    target_sort: goal.target_date ?? "~",
    words: fold(`${goal.title}\n${goal.description ?? ""}`),
  };
}

/** What a row has beside its record. */
export function derivedOfTask(task: Omit<TaskRow, "id">, tags: readonly string[]) {
  return {
    closed: CLOSED_TASK.includes(task.status) ? 1 : 0,
    due_sort: task.due_date ?? "~",
    words: fold([task.title, task.description ?? "", ...tags].join("\n")),
  };
}

/** What a row has beside its record. */
export function derivedOfMemory({ user_id, content, deleted_at }: Omit<MemoryRecord, "id">) {
  const terms = deleted_at === null ? termsOf(content) : [];
  return {
    digest: digestOf(content),
    terms: terms.map((term) => termOf(user_id, term)).join(" "),
  };
}

/** The words of memories of one person; they stay when nothing has them any more: then they find nothing. */
export async function keepWords(
  tx: Tx,
  memories: readonly Pick<MemoryRecord, "user_id" | "content">[],
): Promise<void> {
  const [{ user_id = "" } = {}] = memories;
  const found = new Set(memories.flatMap(({ content }) => wordsOf(content)));
  const words = [...found].map((word) => ({ user_id, word }));
  for (const part of chunksOf(words, 500)) {
    await tx.insertInto("memory_words").values(part)
      .onConflict((conflict) => conflict.columns(["user_id", "word"]).doNothing()).execute();
  }
}

async function insertLinks(tx: Tx, { id, user_id, tags, depends_on }: TaskRecord): Promise<void> {
  const [tag, ...others] = tags;
  if (tag !== undefined && others.length === 0) await insertTag(tx, { task_id: id, user_id, tag });
  if (others.length > 0) {
    await tx.insertInto("task_tags").values(tags.map((tag) => ({ task_id: id, user_id, tag })))
      .execute();
  }
  if (depends_on.length > 0) {
    await tx.insertInto("task_dependencies")
      .values(depends_on.map((depends_on_id) => ({ task_id: id, depends_on_id }))).execute();
  }
}
