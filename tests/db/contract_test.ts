/** The contract of `Database`, on SQLite and on a real PostgreSQL. */
import assert from "node:assert/strict";
import { sql } from "kysely";
import type { Database, Tx } from "../../src/db/db.ts";
import { STEPS } from "../../src/db/steps.ts";
import { onEveryStore, type StoreKind } from "../harness.ts";
import { emptyStore } from "./empty_store.ts";

const AT = "2026-11-22T12:00:00.000Z";

onEveryStore("a new store has no steps; migrate takes them all, once", async (kind) => {
  await using store = await emptyStore(kind);

  const before = await store.db.applied();
  const first = await store.db.migrate();
  const second = await store.db.migrate();

  assert.deepEqual(before, []);
  assert.deepEqual(first, Object.keys(STEPS));
  assert.deepEqual(second, []);
  assert.deepEqual(await store.db.applied(), Object.keys(STEPS));
});

onEveryStore("two programs that migrate at the same time both succeed", async (kind) => {
  await using store = await emptyStore(kind);
  await using other = await store.again();

  const taken = await Promise.all([store.db.migrate(), other.migrate()]);

  assert.deepEqual(taken.flat().sort(), Object.keys(STEPS));
});

onEveryStore("a write is read back with the types it was written with", async (kind) => {
  await using store = await filledStore(kind);

  const id = await store.db.write("ada", (tx) => insertArea(tx, "Körper ☯", 1.25));

  const row = await store.db.read.selectFrom("life_areas").selectAll().where("id", "=", id)
    .executeTakeFirstOrThrow();
  assert.deepEqual({ ...row }, {
    id,
    user_id: "ada",
    name: "Körper ☯",
    weight: 1.25,
    color: null,
    description: null,
    private: 0,
    created_at: AT,
    updated_at: AT,
    deleted_at: null,
  });
});

onEveryStore(
  "packed rows are one text of JSON, with the types they were written with",
  async (kind) => {
    await using store = await filledStore(kind);
    const packed = store.db.packed([sql`id`, sql`name`, sql`weight`, sql`color`]);
    const read = async () => {
      const { rows: [row] } = await sql<{ text: string }>`
      select ${packed} as text from life_areas`.execute(store.db.read);
      return JSON.parse(row?.text ?? "");
    };

    const none = await read();
    const id = await store.db.write("ada", (tx) => insertArea(tx, 'Körper "☯"\n[1]', 1.25));

    assert.deepEqual(none, []);
    assert.deepEqual(await read(), [[id, 'Körper "☯"\n[1]', 1.25, null]]);
  },
);

onEveryStore("the bytes of texts are told, whatever they are", async (kind) => {
  await using store = await filledStore(kind);
  await store.db.write("ada", (tx) => insertArea(tx, "Kö☯"));
  const behind = kind === "sqlite" ? sql`'a' || char(0) || cast(x'ff' as text)` : sql`'a'`;

  const { rows } = await sql<{ hex: string }>`
    select ${store.db.hexOf([sql`name`, sql`color`, behind])} as hex from life_areas`
    .execute(store.db.read);

  const bytes = kind === "sqlite" ? "6100ff" : "61";
  assert.deepEqual(rows.map(({ hex }) => hex), [`4bc3b6e298af${bytes}`]);
});

onEveryStore("counts are numbers", async (kind) => {
  await using store = await filledStore(kind);
  await store.db.write("ada", (tx) => insertArea(tx, "One"));

  const { count } = await store.db.read.selectFrom("life_areas")
    .select(({ fn }) => fn.countAll<number>().as("count")).executeTakeFirstOrThrow();

  assert.equal(count, 1);
});

onEveryStore("a write that throws leaves nothing behind, and the next one works", async (kind) => {
  await using store = await filledStore(kind);

  const failing = store.db.write("ada", async (tx) => {
    await insertArea(tx, "Half");
    throw new Error("on purpose");
  });

  await assert.rejects(failing, /on purpose/);
  await store.db.write("ada", (tx) => insertArea(tx, "Whole"));
  assert.deepEqual(await areaNames(store.db), ["Whole"]);
});

onEveryStore("a statement that fails inside a write rolls all of it back", async (kind) => {
  await using store = await filledStore(kind);

  const failing = store.db.write("ada", async (tx) => {
    await insertArea(tx, "Half");
    await tx.insertInto("task_tags").values({ task_id: 999, user_id: "ada", tag: "x" }).execute();
  });

  await assert.rejects(failing, /foreign key/i);
  assert.deepEqual(await areaNames(store.db), []);
});

onEveryStore("a transaction cannot be used after its end", async (kind) => {
  await using store = await filledStore(kind);
  let kept: Tx | undefined;
  await store.db.write("ada", (tx) => Promise.resolve(kept = tx));

  const late = insertArea(kept!, "Late");

  await assert.rejects(late, /transaction/i);
  assert.deepEqual(await areaNames(store.db), []);
});

onEveryStore("a transaction cannot be used while a later one runs", async (kind) => {
  await using store = await filledStore(kind);
  let kept: Tx | undefined;
  await store.db.write("ada", (tx) => Promise.resolve(kept = tx));

  await store.db.write("bob", async (tx) => {
    await assert.rejects(insertArea(kept!, "Late"), /transaction/i);
    await tx.selectFrom("users").selectAll().execute();
  });

  assert.deepEqual(await areaNames(store.db), []);
});

onEveryStore(
  "closing waits for the write that is under way, and refuses what comes later",
  async (kind) => {
    await using store = await filledStore(kind);
    const db = await store.again();
    const { promise: started, resolve: start } = Promise.withResolvers<void>();
    const writing = db.write("ada", async (tx) => {
      start();
      await insertArea(tx, "First");
      await new Promise((resolve) => setTimeout(resolve, 30));
      await insertArea(tx, "Second");
    });
    await started;

    await db[Symbol.asyncDispose]();

    await writing;
    assert.deepEqual(await areaNames(store.db), ["First", "Second"]);
    await assert.rejects(areaNames(db));
    await assert.rejects(db.write("ada", (tx) => insertArea(tx, "Late")));
  },
);

onEveryStore("a read does not see a write that is not committed", async (kind) => {
  await using store = await filledStore(kind);
  let seen: string[] | undefined;

  await store.db.write("ada", async (tx) => {
    await insertArea(tx, "Open");
    seen = await areaNames(store.db);
  });

  assert.deepEqual(seen, []);
  assert.deepEqual(await areaNames(store.db), ["Open"]);
});

onEveryStore("writes for one person run one after the other, across connections", async (kind) => {
  await using store = await filledStore(kind);
  await using other = await store.again();
  await store.db.write("ada", (tx) => insertArea(tx, "0"));
  const increment = (db: Database) =>
    db.write("ada", async (tx) => {
      const { id, name } = await tx.selectFrom("life_areas").select(["id", "name"])
        .executeTakeFirstOrThrow();
      await new Promise((resolve) => setTimeout(resolve, 1));
      await tx.updateTable("life_areas").set({ name: String(Number(name) + 1) })
        .where("id", "=", id).execute();
    });

  await Promise.all(
    Array.from({ length: 40 }, (_, index) => increment(index % 2 ? store.db : other)),
  );

  assert.deepEqual(await areaNames(store.db), ["40"]);
});

onEveryStore("text sorts by code point, whatever the server's locale", async (kind) => {
  await using store = await filledStore(kind);
  await store.db.write("ada", async (tx) => {
    for (const name of ["b", "~", "A", "2026-11-27T08:00", "2026-11-27", "a", "B"]) {
      await insertArea(tx, name);
    }
  });

  const rows = await store.db.read.selectFrom("life_areas").select("name").orderBy("name")
    .execute();

  const names = rows.map(({ name }) => name);
  assert.deepEqual(names, ["2026-11-27", "2026-11-27T08:00", "A", "B", "a", "b", "~"]);
});

onEveryStore("an id is never given out twice", async (kind) => {
  await using store = await filledStore(kind);

  const first = await store.db.write("ada", (tx) => insertArea(tx, "First"));
  await store.db.write("ada", async (tx) => {
    await tx.deleteFrom("life_areas").where("id", "=", first).execute();
  });
  const second = await store.db.write("ada", (tx) => insertArea(tx, "Second"));

  assert.ok(second > first);
});

onEveryStore("a value of a type that no column has is refused", async (kind) => {
  await using store = await filledStore(kind);
  // deno-lint-ignore no-explicit-any
  const wrong: any = { boolean: true };

  const write = store.db.write("ada", (tx) => insertArea(tx, "x", wrong));

  await assert.rejects(write);
  assert.deepEqual(await areaNames(store.db), []);
});

async function filledStore(kind: StoreKind) {
  const store = await emptyStore(kind);
  await store.db.migrate();
  await store.db.write("ada", async (tx) => {
    await tx.insertInto("users").values({
      id: "ada",
      name: null,
      email: null,
      time_zone: "UTC",
      week_start: 1,
      work_start: "09:00",
      work_end: "17:00",
      work_days: "1",
      created_at: AT,
      updated_at: AT,
      deleted_at: null,
    }).execute();
  });
  return store;
}

async function insertArea(tx: Tx, name: string, weight = 1): Promise<number> {
  const { id } = await tx.insertInto("life_areas").values({
    user_id: "ada",
    name,
    weight,
    color: null,
    description: null,
    private: 0,
    created_at: AT,
    updated_at: AT,
    deleted_at: null,
  }).returning("id").executeTakeFirstOrThrow();
  return id;
}

async function areaNames(db: Database): Promise<string[]> {
  const rows = await db.read.selectFrom("life_areas").select("name").orderBy("id").execute();
  return rows.map(({ name }) => name);
}
