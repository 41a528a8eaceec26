import type { Database } from "../../../src/db/db.ts";
import { termOf, termsOf } from "../../../src/life/terms.ts";
import { randomFrom, Sentences } from "../search/sentences.ts";

/** How much there is of a life. */
export interface Size {
  readonly tasks: number;
  readonly memories: number;
}

const AT = "2026-01-05T08:00:00.000Z";
const USER = "local";
const AT_ONCE = 200;
const DIMS = 512;

/** Writes a long life past the verbs, as those would take an hour: tasks and memories with their past. */
export async function fillLife(db: Database, { tasks, memories }: Size): Promise<void> {
  const sentences = new Sentences(7);
  const random = randomFrom(7);
  let change = (await db.read.selectFrom("changes").select("id").orderBy("id", "desc").limit(1)
    .executeTakeFirst())?.id ?? 0;
  const timestamps = { created_at: AT, updated_at: AT, deleted_at: null };
  for (let start = 1; start <= tasks; start += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, tasks - start + 1) }, (_, index) => ({
      ...{ id: start + index, user_id: USER, goal_id: null, parent_task_id: null },
      ...{ title: sentences.next(), description: null, status: "pending", priority: 3 },
      ...{ due_date: "2026-12-01", estimated_duration: 30, actual_duration: null },
      ...{ completed_at: null, recurrence: null, recurrence_start: null, occurrence_date: null },
      ...{ next_task_id: null, ...timestamps },
    }));
    await db.write(USER, async (tx) => {
      await tx.insertInto("tasks").values(rows.map((row) => ({
        ...{ ...row, closed: 0, due_sort: "2026-12-01", words: row.title.toLowerCase() },
      }))).execute();
      const images = rows.map((row) => ({
        entity: "task",
        image: { ...row, tags: [], depends_on: [] },
      }));
      change = await journal(tx, change, images);
    });
  }
  for (let start = 1; start <= memories; start += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, memories - start + 1) }, (_, index) => ({
      ...{ id: start + index, user_id: USER, content: sentences.next(), memory_type: "fact" },
      ...{ metadata: null, occurred_at: null, goal_id: null, task_id: null, superseded_by: null },
      ...{ source: "client", client: "bench", ...timestamps },
    }));
    await db.write(USER, async (tx) => {
      await tx.insertInto("memories").values(rows.map((row) => ({
        ...{ ...row, digest: `${row.id}`, embedded: "bench" },
        terms: termsOf(row.content).map((term) => termOf(USER, term)).join(" "),
      }))).execute();
      await tx.insertInto("vectors").values(rows.map(({ id }) => ({
        ...{ user_id: USER, entity: "memory", entity_id: id, seq: 0, model: "bench", dims: DIMS },
        ...{ digest: `${id}`, vector: vectorFrom(random) },
      }))).execute();
      change = await journal(tx, change, rows.map((image) => ({ entity: "memory", image })));
    });
  }
  await db.write(USER, async (tx) => {
    for (const table of ["tasks", "memories", "changes"] as const) {
      await db.ids.reserve(tx, table, (_tx, last) => Promise.resolve(last));
    }
  });
}

type Tx = Parameters<Parameters<Database["write"]>[1]>[0];

async function journal(
  tx: Tx,
  last: number,
  items: readonly { entity: string; image: { id: number } }[],
): Promise<number> {
  const by = { user_id: USER, at: AT, principal: "local", client: "bench", tool: "create" };
  await tx.insertInto("changes").values(items.map((_, index) => ({
    ...{ id: last + 1 + index, ...by, undone_by: null, stands: 1, guest: null },
  }))).execute();
  await tx.insertInto("change_items").values(items.map(({ entity, image }, index) => ({
    ...{ change_id: last + 1 + index, seq: 0, entity, entity_id: String(image.id) },
    ...{ before: null, after: JSON.stringify(image), area_before: null, area_after: null },
  }))).execute();
  return last + items.length;
}

function vectorFrom(random: () => number): Uint8Array {
  const vector = Float32Array.from({ length: DIMS }, () => random() - 0.5);
  const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
  return new Uint8Array(vector.map((value) => value / length).buffer);
}
