/** How vectors are ranked, alike in process over both stores and within a PostgreSQL with pgvector. */
import assert from "node:assert/strict";
import { sql } from "kysely";
import { readConfig } from "../../../src/config.ts";
import type { Database } from "../../../src/db/db.ts";
import { openPostgres } from "../../../src/db/postgres.ts";
import { openSqlite } from "../../../src/db/sqlite.ts";
import { openSqliteFile } from "../../../src/db/sqlite_file.ts";
import { newStore, POSTGRES_URL, type StoreKind, surroundings } from "../../harness.ts";
import { startPglite } from "../../services/pglite.ts";
import { makePeople, rank, type Ranked, store } from "./stored.ts";

interface World {
  readonly db: Database;
  readonly ranked: Ranked;
}

const EAST = [1, 0, 0];
const NORTH_EAST = [0.6, 0.8, 0];
const NORTH = [0, 1, 0];
const WEST = [-1, 0, 0];

const BEHAVIOURS: Readonly<Record<string, (world: World) => Promise<void>>> = {
  async "the nearest item comes first, each with its cosine, and none of a neighbour's"(
    { db, ranked },
  ) {
    await store(db, [
      { id: 1, vectors: [WEST] },
      { id: 2, vectors: [NORTH_EAST] },
      { id: 3, vectors: [EAST], user: "bob" },
      { id: 4, vectors: [NORTH] },
    ]);

    const found = await ranked.nearest(EAST);

    assert.deepEqual(found, [[2, 0.6], [4, 0], [1, -1]]);
    assert.deepEqual(await ranked.nearest(EAST, { owner: "bob" }), [[3, 1]]);
  },

  async "an item of several pieces counts once, by the nearest of them"({ db, ranked }) {
    await store(db, [
      { id: 1, vectors: [NORTH, WEST, EAST, NORTH] },
      { id: 2, vectors: [NORTH_EAST, NORTH_EAST] },
      { id: 3, vectors: [EAST, EAST], user: "bob" },
    ]);

    const found = await ranked.nearest(EAST);

    assert.deepEqual(found, [[1, 1], [2, 0.6]]);
  },

  async "of items that are equally near, the later one comes first, also at the end"(
    { db, ranked },
  ) {
    const same = [3, 1, 4, 2].map((id) => ({ id, vectors: [NORTH_EAST] }));
    await store(db, [...same, { id: 5, vectors: [WEST] }, { id: 6, vectors: [EAST], user: "bob" }]);

    const all = await ranked.nearest(EAST, { most: 4 });
    const some = await ranked.nearest(EAST, { most: 2 });

    assert.deepEqual(all.map(([id]) => id), [4, 3, 2, 1]);
    assert.deepEqual(some.map(([id]) => id), [4, 3]);
  },

  async "only those asked for take part, as without what lies in the trash"({ db, ranked }) {
    await store(db, [
      { id: 1, vectors: [EAST] },
      { id: 2, vectors: [NORTH] },
      { id: 3, vectors: [WEST] },
      { id: 4, vectors: [EAST], user: "bob" },
    ]);

    const found = await ranked.nearest(EAST, { among: [2, 3, 4, 99], most: 1 });
    const none = await ranked.nearest(EAST, { among: [] });

    assert.deepEqual(found, [[2, 0]]);
    assert.deepEqual(none, []);
  },

  async "what is stored after a search is found by the next, what it replaced is not"(
    { db, ranked },
  ) {
    await store(db, [
      { id: 1, vectors: [EAST, EAST] },
      { id: 2, vectors: [NORTH_EAST] },
      { id: 3, vectors: [EAST], user: "bob" },
    ]);
    await ranked.nearest(EAST);

    await store(db, [
      { id: 1, vectors: [WEST] },
      { id: 4, vectors: [NORTH] },
      { id: 3, vectors: [EAST], user: "bob" },
    ]);

    assert.deepEqual(await ranked.nearest(EAST), [[2, 0.6], [4, 0], [1, -1]]);
  },

  async "an item whose vector has no direction any more is near nothing"({ db, ranked }) {
    await store(db, [{ id: 1, vectors: [EAST] }, { id: 2, vectors: [EAST] }, {
      id: 3,
      vectors: [WEST],
    }]);
    await ranked.nearest(EAST);

    await store(db, [{ id: 2, vectors: [[0, 0, 0, 0].slice(0, EAST.length)] }]);

    assert.deepEqual(await ranked.nearest(EAST), [[1, 1], [3, -1]]);
  },

  async "vectors of other kinds, of another model and of other dimensions take no part"(
    { db, ranked },
  ) {
    await store(db, [
      { id: 1, vectors: [NORTH] },
      { id: 2, vectors: [EAST], entity: "goal" },
      { id: 3, vectors: [EAST], model: "another" },
      { id: 4, vectors: [[1, 0]] },
      { id: 5, vectors: [EAST], user: "bob" },
    ]);

    assert.deepEqual(await ranked.nearest(EAST), [[1, 0]]);
    assert.deepEqual(await ranked.nearest([1, 0]), [[4, 1]]);
    assert.deepEqual(await ranked.nearest([1, 0, 0, 0]), []);
  },

  async "many vectors are ranked as their products say"({ db, ranked }) {
    const items = Array.from({ length: 150 }, (_, index) => ({
      id: index + 1,
      vectors: Array.from({ length: 1 + index % 3 }, (_, piece) => direction(`${index}/${piece}`)),
    }));
    const neighbours = items.map((item) => ({ ...item, id: item.id + 1000, user: "bob" }));
    await store(db, [...items, ...neighbours.slice(0, 20)]);
    const query = direction("query");

    const found = await ranked.nearest(query, { most: 40 });

    const expected = items.map(({ id, vectors }) => ({
      id,
      score: Math.max(...vectors.map((vector) => product(vector, query))),
    })).sort((a, b) => b.score - a.score).slice(0, 40);
    assert.deepEqual(found.map(([id]) => id), expected.map(({ id }) => id));
    for (const [index, [, score]] of found.entries()) {
      assert.ok(Math.abs(score - expected[index]!.score) < 2e-5);
    }
  },
};

for (const kind of ["sqlite", "postgres"] as const) {
  const missing = kind === "postgres" && POSTGRES_URL === undefined;
  const reason = missing ? " (skipped: TEST_POSTGRES_URL is not set)" : "";
  const name = `vectors are ranked in process [${kind}]${reason}`;
  Deno.test({ name, ignore: missing }, async (test) => {
    await using place = await openStore(kind);
    await everyBehaviour(test, place.db, (ranked) => assert.ok(ranked.holds));
  });
}

Deno.test("vectors are ranked within the store [pgvector]", async (test) => {
  await using server = await startPglite();
  await using db = openPostgres(server.url, "PGlite");
  await db.migrate();
  await sql`create extension vector`.execute(db.read);
  assert.equal(await db.ranking?.prepare(), "vectors_ranked");
  await everyBehaviour(test, db, (ranked) => assert.ok(!ranked.holds));
});

/** @param judge says whether those who were to rank did */
async function everyBehaviour(
  test: Deno.TestContext,
  db: Database,
  judge: (ranked: Ranked) => void,
): Promise<void> {
  await makePeople(db);
  for (const [name, body] of Object.entries(BEHAVIOURS)) {
    await test.step(name, async () => {
      await using ranked = rank(db, { mostHeld: 0, batch: 1000 });
      await body({ db, ranked });
      judge(ranked);
    });
    for (const user of ["ada", "bob"]) {
      await db.write(user, (tx) => tx.deleteFrom("vectors").where("user_id", "=", user).execute());
    }
  }
}

async function openStore(kind: StoreKind) {
  const place = await newStore(kind);
  const { dataDir, databaseUrl } = readConfig(place.flags, surroundings({ HOME: place.directory }));
  const db = databaseUrl === undefined
    ? await openSqlite(await openSqliteFile(dataDir))
    : openPostgres(databaseUrl, "PostgreSQL");
  await db.migrate();
  return {
    db,
    async [Symbol.asyncDispose]() {
      await db[Symbol.asyncDispose]();
      await place.remove();
    },
  };
}

/** Some direction, of unit length; the same for the same name. */
function direction(name: string): number[] {
  let seed = [...name].reduce((sum, char) => (31 * sum + char.charCodeAt(0)) % 2147483647, 7);
  const values = Array.from({ length: 20 }, () => {
    seed = (seed * 48271 + 11) % 2147483647;
    return seed / 2147483647 - 0.5;
  });
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}

function product(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * b[index]!, 0);
}
