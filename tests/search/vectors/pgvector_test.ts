/** When a PostgreSQL with pgvector ranks vectors, and what happens when it cannot. */
import assert from "node:assert/strict";
import { sql } from "kysely";
import { migrateStore, openApp } from "../../../src/app.ts";
import { readConfig } from "../../../src/config.ts";
import type { Database } from "../../../src/db/db.ts";
import { openPostgres } from "../../../src/db/postgres.ts";
import { STEPS } from "../../../src/db/steps.ts";
import { recordingLog } from "../../events/recording_log.ts";
import { newStore, POSTGRES_URL, surroundings } from "../../harness.ts";
import { startPglite } from "../../services/pglite.ts";
import { until } from "../../until.ts";
import { makePeople, rank, store } from "./stored.ts";

const EAST = [1, 0];
const WEST = [-1, 0];
const RANKED = [[2, 1], [1, -1]];

Deno.test("a PostgreSQL with pgvector", async (test) => {
  await using server = await startPglite();
  await using db = openPostgres(server.url, "PGlite");
  const env = { HOME: "/", SELFOS_DATABASE_URL: server.url };
  const config = readConfig({}, surroundings(env));
  const run = async (...statements: string[]) => {
    for (const statement of statements) await sql.raw(statement).execute(db.read);
  };

  /** One step, on a store in which Ada has two vectors, and Bob one. */
  const step = (name: string, body: () => Promise<void>) =>
    test.step(name, async () => {
      await db.ranking?.prepare();
      await empty(db);
      await store(db, [
        { id: 1, vectors: [WEST] },
        { id: 2, vectors: [EAST] },
        { id: 3, vectors: [EAST], user: "bob" },
      ]);
      await body();
    });

  await test.step("ranks after the next `migrate up` once it has the extension", async () => {
    const without = await migrateStore(config);
    const again = await migrateStore(config);
    await run("create extension vector");

    const after = await migrateStore(config);

    assert.deepEqual(without, Object.keys(STEPS));
    assert.deepEqual(again, []);
    assert.deepEqual(after, ["vectors_ranked"]);
    assert.deepEqual(await migrateStore(config), []);
    await makePeople(db);
  });

  await test.step("is made ready by a server with --migrate, and by no other", async () => {
    const serve = async (migrate: boolean) => {
      await (await openApp(config, { migrate }))[Symbol.asyncDispose]();
      return await db.ranking?.usable();
    };
    await run("drop table vectors_ranked");

    const without = await serve(false);
    const after = await serve(true);

    assert.deepEqual([without, after], [false, true]);
  });

  await step("leaves those of a person who has few to the server", async () => {
    await using few = rank(db, { mostHeld: 2 });
    await using many = rank(db, { mostHeld: 1 });

    assert.deepEqual(await few.nearest(EAST), RANKED);
    assert.deepEqual(await many.nearest(EAST), RANKED);

    assert.ok(few.holds);
    assert.ok(!many.holds);
    assert.equal(await countRanked(db, "bob"), 0);
  });

  await step("takes in many behind the searches, which miss nothing meanwhile", async () => {
    const rows = Array.from({ length: 40 }, (_, id) => ({ id: id + 10, vectors: [WEST] }));
    await store(db, rows);
    await using ranked = rank(db, { mostHeld: 1, batch: 3 });

    const meanwhile = await ranked.nearest(EAST, { most: 50 });

    assert.equal(meanwhile.length, 42);
    assert.equal(await ranked.held(EAST), 42);
    await until(async () => await countRanked(db, "ada") === 42);
    await using next = rank(db, { mostHeld: 1, batch: 3 });
    assert.deepEqual(await next.nearest(EAST, { most: 50 }), meanwhile);
    assert.ok(!next.holds);
    await until(async () => {
      assert.deepEqual(await ranked.nearest(EAST, { most: 50 }), meanwhile);
      return await ranked.held(EAST) === 0;
    });
  });

  await step("goes on with what another server took in, and what a stop left", async () => {
    await store(db, Array.from({ length: 40 }, (_, id) => ({ id: id + 10, vectors: [WEST] })));
    {
      await using stopped = rank(db, { mostHeld: 1, batch: 3 });
      await stopped.nearest(EAST);
    }
    const left = await countRanked(db, "ada");
    await using one = rank(db, { mostHeld: 1, batch: 3 });
    await using other = rank(db, { mostHeld: 1, batch: 3 });

    const answers = await Promise.all([one.nearest(EAST), other.nearest(EAST)]);

    assert.ok(left < 42, `${left} were taken in at once`);
    for (const answer of answers) assert.deepEqual(answer[0], [2, 1]);
    await until(async () => await countRanked(db, "ada") === 42);
  });

  await step("keeps nothing of vectors that are gone", async () => {
    await using ranked = rank(db, { mostHeld: 0 });
    await ranked.nearest(EAST);

    await db.write(
      "ada",
      (tx) =>
        tx.deleteFrom("vectors").where("entity_id", "=", 2).where("entity", "=", "memory")
          .execute(),
    );

    assert.deepEqual(await ranked.nearest(EAST), [[1, -1]]);
    assert.equal(await countRanked(db, "ada"), 1);
  });

  await step("that loses the extension has the server rank, and ranks again with it", async () => {
    const { log, records } = recordingLog();
    await using ranked = rank(db, { mostHeld: 1, log });
    await ranked.nearest(EAST);

    await run("drop extension vector cascade");
    const without = await ranked.nearest(EAST);
    const held = ranked.holds;
    await run("create extension vector");
    const unprepared = await ranked.nearest(EAST);
    await db.ranking?.prepare();
    const again = await ranked.nearest(EAST);

    assert.ok(held);
    assert.deepEqual([without, unprepared, again], [RANKED, RANKED, RANKED]);
    assert.equal(await countRanked(db, "ada"), 2);
    assert.deepEqual(records, []);
  });

  await step("that fails to rank has the server rank, which says so once", async () => {
    const { log, records } = recordingLog();
    await using ranked = rank(db, { mostHeld: 1, log });
    await run("alter table vectors_ranked rename column entity_id to moved");

    const answers = [await ranked.nearest(EAST), await ranked.nearest(EAST)];

    assert.deepEqual(answers, [RANKED, RANKED]);
    assert.ok(ranked.holds);
    assert.equal(records.length, 1, records.join("\n"));
    assert.match(records[0] ?? "", /Cannot rank vectors in the store.*entity_id/);
    await run("drop table vectors_ranked");
  });

  await step("whose table the role may not use has the server rank, without a word", async () => {
    const { log, records } = recordingLog();
    await using ranked = rank(db, { mostHeld: 1, log });
    await run(
      "create role guest",
      "grant select, insert, update, delete on vectors to guest",
      "grant select on vectors_ranked to guest",
      "set role guest",
    );

    const found = await ranked.nearest(EAST);

    await run("reset role");
    assert.deepEqual(found, RANKED);
    assert.ok(ranked.holds);
    assert.deepEqual(records, []);
  });

  await step("in which the role may make no table stays as it is", async () => {
    await run("drop table vectors_ranked", "revoke create on schema public from public");
    await run("set role guest");

    const made = await db.ranking?.prepare();

    await run("reset role");
    assert.equal(made, undefined);
    await using ranked = rank(db, { mostHeld: 1 });
    assert.deepEqual(await ranked.nearest(EAST), RANKED);
    assert.ok(ranked.holds);
  });
});

const missing = POSTGRES_URL === undefined;
Deno.test({
  name: `a PostgreSQL without pgvector has the server rank${
    missing ? " (skipped: TEST_POSTGRES_URL is not set)" : ""
  }`,
  ignore: missing,
}, async () => {
  const place = await newStore("postgres", { migrated: true });
  await using db = openPostgres(place.flags["database-url"] ?? "", "PostgreSQL");
  const { log, records } = recordingLog();
  await makePeople(db);
  await store(db, [{ id: 1, vectors: [WEST] }, { id: 2, vectors: [EAST] }]);
  await using ranked = rank(db, { mostHeld: 0, log });

  const made = await db.ranking?.prepare();
  const found = await ranked.nearest(EAST);

  assert.equal(made, undefined);
  assert.deepEqual(found, RANKED);
  assert.ok(ranked.holds);
  assert.deepEqual(records, []);
  await ranked[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
  await place.remove();
});

async function empty(db: Database): Promise<void> {
  for (const user of ["ada", "bob"]) {
    await db.write(user, (tx) => tx.deleteFrom("vectors").where("user_id", "=", user).execute());
  }
}

async function countRanked(db: Database, user: string): Promise<number> {
  const { rows: [found] } = await sql<{ count: number }>`
    select count(*) as count from vectors_ranked where user_id = ${user}`.execute(db.read);
  return found?.count ?? 0;
}
