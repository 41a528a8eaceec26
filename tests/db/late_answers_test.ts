import assert from "node:assert/strict";
import { sql } from "kysely";
import postgres from "postgres";
import { databaseAddress } from "../../src/config/values.ts";
import type { Database } from "../../src/db/db.ts";
import { openPostgres } from "../../src/db/postgres.ts";
import { newStore, POSTGRES_URL } from "../harness.ts";
import { wayTo } from "../services/frozen.ts";

/** Longer than a statement waits for its answer. */
const LONG_MS = 10_000;

const skipped = POSTGRES_URL === undefined ? " (skipped: TEST_POSTGRES_URL is not set)" : "";

Deno.test({
  name: `an answer of PostgreSQL that is late reaches nobody${skipped}`,
  ignore: skipped !== "",
  async fn() {
    const store = await newStore("postgres");
    const url = new URL(store.flags["database-url"]!);
    {
      await using way = wayTo({ hostname: url.hostname, port: Number(url.port) });
      url.host = `127.0.0.1:${way.port}`;
      await using db = openPostgres(url.href, databaseAddress(url.href));
      const before = await Promise.all([1, 2, 3].map((asked) => echo(db, asked)));

      way.freeze();
      const late = await Promise.allSettled([1, 2, 3].map((asked) => echo(db, asked)));
      way.thaw();

      for (const outcome of late) {
        assert.ok(outcome.status === "rejected");
        assert.match(outcome.reason.message, /^Cannot use PostgreSQL at .+: no answer within/);
        assert.equal(outcome.reason.code, "unavailable");
      }
      const numbers = Array.from({ length: 30 }, (_, index) => 100 + index);
      const after = await Promise.all(numbers.map((asked) => echo(db, asked)));
      assert.deepEqual(after.map(({ asked }) => asked), numbers);
      const connections = new Set(after.map(({ connection }) => connection));
      for (const { connection } of before) {
        assert.ok(!connections.has(connection), "a connection that was late is used again");
      }
    }
    await store.remove();
  },
});

Deno.test({
  name: `a migration takes as long as it takes, unlike a call${skipped}`,
  ignore: skipped !== "",
  async fn() {
    const store = await newStore("postgres");
    const url = store.flags["database-url"]!;
    {
      await using db = openPostgres(url, databaseAddress(url));
      await db.migrate();
      const other = postgres(url, { max: 1, onnotice: () => {} });
      const underway = Promise.withResolvers<void>();
      const holding = other.begin(async (sql) => {
        await sql`lock table kysely_migration in access exclusive mode`;
        underway.resolve();
        await sql`select pg_sleep(${LONG_MS / 1000})`;
      });
      await underway.promise;

      const [migrated, read] = await Promise.allSettled([db.migrate(), db.applied()]);
      await holding;
      await other.end();

      assert.deepEqual(migrated, { status: "fulfilled", value: [] });
      assert.equal(read.status, "rejected");
    }
    await store.remove();
  },
});

interface Echo {
  readonly asked: number;
  readonly connection: number;
}

async function echo(db: Database, asked: number): Promise<Echo> {
  const { rows: [row] } = await sql<Echo>`
    select ${asked}::int as asked, pg_backend_pid() as connection`.execute(db.read);
  assert.ok(row);
  return row;
}
