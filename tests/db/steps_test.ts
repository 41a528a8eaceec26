import assert from "node:assert/strict";
import { sql } from "kysely";
import { onEveryStore, startApp } from "../harness.ts";

onEveryStore("a step that comes to a store after a later one is taken still", async (store) => {
  await using test = await startApp({ store });
  const { db } = test.app;
  await db.write("test", async (tx) => {
    await sql.raw("drop table secrets").execute(tx);
    await sql.raw("delete from kysely_migration where name = '0003_secrets'").execute(tx);
  });
  const before = await db.applied();

  const taken = await db.migrate();

  assert.ok(!before.includes("0003_secrets") && before.includes("0005_audit"), String(before));
  assert.deepEqual(taken, ["0003_secrets"]);
  assert.deepEqual(await db.read.selectFrom("secrets").selectAll().execute(), []);
  assert.deepEqual(await db.migrate(), []);
});
