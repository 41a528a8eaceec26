import assert from "node:assert/strict";
import type { Tx } from "../../src/db/db.ts";
import { onEveryStore } from "../harness.ts";
import { emptyStore } from "./empty_store.ts";

const AT = "2026-11-22T12:00:00.000Z";

onEveryStore("a snapshot is of one state, whatever is written while it is read", async (kind) => {
  await using store = await emptyStore(kind);
  const { db } = store;
  await db.migrate();
  const count = async (read: Pick<Tx, "selectFrom">) =>
    (await read.selectFrom("secrets").select("name").execute()).length;
  const empty = await count(db.read);
  const add = (name: string) =>
    db.write("ada", async (tx) => {
      await tx.insertInto("secrets").values({ name, value: "" }).execute();
    });
  await add("before");

  const [first, second] = await db.snapshot(async (read) => {
    const first = await count(read);
    await add("meanwhile");
    return [first, await count(read)];
  });

  assert.deepEqual([first, second, await count(db.read)], [empty + 1, empty + 1, empty + 2]);
});

onEveryStore("ids go on after those that rows were given", async (kind) => {
  await using store = await emptyStore(kind);
  const { db } = store;
  await db.migrate();
  const change = (id?: number) => ({
    ...{ user_id: "ada", at: AT, principal: "local", client: "test", tool: "test" },
    ...{ undone_by: null, stands: 1, guest: null, ...(id === undefined ? {} : { id }) },
  });

  const reserve = async (tx: Tx, upTo: number) => {
    let last = -1;
    await db.ids.reserve(tx, "changes", (_tx, known) => {
      last = known;
      return Promise.resolve(upTo);
    });
    return last;
  };

  await db.writeAtLength(["bob", "ada"], async (tx) => {
    await tx.insertInto("users").values({
      ...{ id: "ada", name: null, email: null, time_zone: "UTC", week_start: 1 },
      ...{ work_start: "09:00", work_end: "17:00", work_days: "1" },
      ...{ created_at: AT, updated_at: AT, deleted_at: null },
    }).execute();
    assert.equal(await reserve(tx, 41), 0);
    await tx.insertInto("changes").values(change(41)).execute();
    await tx.deleteFrom("changes").execute();
  });
  await db.writeAtLength(["ada"], async (tx) => assert.equal(await reserve(tx, 0), 41));
  const made = await db.write(
    "ada",
    (tx) => tx.insertInto("changes").values(change()).returning("id").executeTakeFirstOrThrow(),
  );

  assert.equal(made.id, 42);
});
