/** Lives in real stores, and their archives. */
import { sql } from "kysely";
import type { App } from "../../src/app.ts";
import { Backups } from "../../src/archive/backups.ts";
import { ARCHIVED } from "../../src/archive/format/tables.ts";
import type { PlainValue } from "../../src/db/db.ts";
import { ownedBy } from "../../src/archive/format/rows.ts";
import { startApp, type StoreKind, type TestApp } from "../harness.ts";

export interface World extends AsyncDisposable {
  readonly app: TestApp;
  readonly backups: Backups;
  readonly folder: string;
}

/** A SelfOS with Ada and Bob, and a folder for archives. */
export async function newWorld(store: StoreKind = "sqlite", folder?: string): Promise<World> {
  const app = await startApp({ store, serves: false, flags: { "log-level": "error" } });
  const made = folder ?? await Deno.makeTempDir({ prefix: "selfos-archive-" });
  return {
    app,
    folder: made,
    backups: backupsOf(app, made),
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      if (folder === undefined) await Deno.remove(made, { recursive: true });
    },
  };
}

export function backupsOf({ app, clock }: TestApp, folder: string): Backups {
  return new Backups({ db: app.db, folder, selfos: "test", now: () => clock.now });
}

/** A life with some of everything. */
export async function fill(app: TestApp, user: string, size = 3): Promise<void> {
  const { call } = app.as(user);
  const { life_area } = await call("save_life_area", { name: `Area of ${user}`, weight: 2.5 });
  const { goal } = await call("create_goal", {
    title: `Goal of ${user}`,
    life_area_id: life_area.id,
    target_date: "2027-03-01",
  });
  const { goal: below } = await call("create_goal", {
    title: `Below, of ${user} 🌱`,
    parent_goal_id: goal.id,
  });
  for (let index = 0; index < size; index++) {
    const { tasks: [first] } = await call("create_tasks", {
      tasks: [
        { title: `First ${index} of ${user}`, goal_id: below.id, tags: ["b", "a"] },
        { title: `Daily ${index}`, recurrence: "FREQ=DAILY", due_date: "2026-11-22" },
      ],
    });
    const { task } = await call("create_task", {
      title: `After ${index}`,
      depends_on: [first.id],
      parent_task_id: first.id,
    });
    await call("complete_task", { task_id: first.id + 1, actual_duration: 12 });
    const { memory } = await call("add_memory", {
      content: `Ümläute ${index} of ${user}\nand a second line`,
      metadata: { task_id: task.id, note: "x", other: [task.id] },
      task_id: task.id,
    });
    await call("update_memory", { memory_id: memory.id, content: `Rewritten ${index} of ${user}` });
    const { change_id } = await call("delete_task", { task_id: task.id });
    if (index % 2 === 0) await call("undo", { change_id });
  }
  await call("catch_up");
  await embed(app.app, user);
}

/** Gives the memories of a person vectors, as the indexer does. */
async function embed({ db }: App, user_id: string): Promise<void> {
  await db.write(user_id, async (tx) => {
    const memories = await tx.selectFrom("memories").select("id").where("user_id", "=", user_id)
      .orderBy("id", "desc").execute();
    for (const { id } of memories) {
      const vector = new Uint8Array(new Float32Array([0.6, 0.8, id / 1000]).buffer);
      const place = { user_id, entity: "memory", entity_id: id, seq: 0, model: "test", dims: 3 };
      await tx.insertInto("vectors").values({ ...place, digest: `d${id}`, vector }).execute();
    }
    await tx.updateTable("memories").set({ embedded: "test" }).where("user_id", "=", user_id)
      .execute();
  });
}

/**
 * All rows of people, table by table, as both stores have them; vectors in their order. Where rows were
 * made is what only another store has to be told.
 */
export async function rowsOf(
  { db }: App,
  people: readonly string[] | undefined,
): Promise<Record<string, PlainValue[][]>> {
  const tables: Record<string, PlainValue[][]> = {};
  for (const table of ARCHIVED) {
    if (table.name === "births") continue;
    const columns = table.columns.map((column) => sql.ref(column));
    const { rows } = await sql<Record<string, unknown>>`
      select ${sql.join(columns)} from ${sql.table(table.name)} where ${ownedBy(table, people)}
      order by ${sql.join(table.key.map((column) => sql.ref(column)))}`.execute(db.read);
    tables[table.name] = rows.map((row) =>
      table.columns.map((column) => {
        const value = row[column];
        return value instanceof Uint8Array ? [...value].join(" ") : value as PlainValue;
      })
    );
  }
  return tables;
}
