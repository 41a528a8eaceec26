import { chunksOf } from "../db/chunks.ts";
import type { Tx } from "../db/db.ts";
import {
  derivedOfGoal,
  derivedOfMemory,
  derivedOfTask,
  keepWords,
  type New,
  type Records,
} from "./records.ts";

/** Entities of which many come at once. */
export type Plural = "life_area" | "goal" | "task" | "memory";

/** So many rows fit in one statement, on every store. */
export const MOST = 200;

type InsertMany = {
  readonly [E in Plural]: (tx: Tx, records: readonly New<E>[]) => Promise<Records[E][]>;
};

/** Inserts up to {@linkcode MOST} records, numbered in their order; the round trips are those of one. */
export const insertMany: InsertMany = {
  async life_area(tx, records) {
    const ids = await tx.insertInto("life_areas").values([...records]).returning("id").execute();
    return numbered(records, ids);
  },
  async goal(tx, records) {
    const rows = records.map((record) => ({ ...record, ...derivedOfGoal(record) }));
    return numbered(records, await tx.insertInto("goals").values(rows).returning("id").execute());
  },
  async task(tx, records) {
    const rows = records.map(({ tags, depends_on: _, ...row }) => ({
      ...row,
      ...derivedOfTask(row, tags),
    }));
    const ids = await tx.insertInto("tasks").values(rows).returning("id").execute();
    const made = numbered(records, ids);
    const tags = made.flatMap(({ id, user_id, tags }) =>
      tags.map((tag) => ({ task_id: id, user_id, tag }))
    );
    for (const part of chunksOf(tags, MOST)) {
      await tx.insertInto("task_tags").values(part).execute();
    }
    const links = made.flatMap(({ id, depends_on }) =>
      depends_on.map((depends_on_id) => ({ task_id: id, depends_on_id }))
    );
    for (const part of chunksOf(links, MOST)) {
      await tx.insertInto("task_dependencies").values(part).execute();
    }
    return made;
  },
  async memory(tx, records) {
    const rows = records.map((record) => ({ ...record, ...derivedOfMemory(record) }));
    const ids = await tx.insertInto("memories").values(rows).returning("id").execute();
    await keepWords(tx, records);
    return numbered(records, ids);
  },
};

/** A store numbers the rows of a statement in their order, in whichever it answers the numbers. */
function numbered<Record>(
  records: readonly Record[],
  rows: readonly { readonly id: number }[],
): (Record & { id: number })[] {
  const ids = rows.map(({ id }) => id).sort((a, b) => a - b);
  return records.map((record, at) => {
    const id = ids[at];
    if (id === undefined) throw new Error("the store gave a new row no id");
    return { ...record, id };
  });
}
