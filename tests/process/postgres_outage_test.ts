import assert from "node:assert/strict";
import postgres from "postgres";
import { startPostgres } from "../services/postgres.ts";
import { until } from "../until.ts";
import { callTool, type Outcome } from "./calls.ts";
import { startNetwork } from "./network.ts";
import { onOneProgram } from "./programs.ts";
import { newPlace, runToEnd } from "./server.ts";

/** What counts as hanging. */
const PROMPT_MS = 5000;

const UNLIMITED = ["--rate-limit", "1000000/s"];

const { POSTGRES_URL } = await import("../harness.ts");

onOneProgram(
  "a PostgreSQL that stops, restarts, cuts its connections or loses the database is waited for",
  async (program) => {
    await using store = await startPostgres();
    const env = { SELFOS_DATABASE_URL: `${store.url}/life` };
    const administer = async (statement: string) => {
      const sql = postgres(`${store.url}/postgres`, { max: 1, onnotice: () => {} });
      await sql.unsafe(statement);
      await sql.end();
    };
    await administer("create database life");
    using place = newPlace();
    const migrated = await runToEnd(program, { ...place, args: ["migrate", "up"], env });
    assert.equal(migrated.code, 0, migrated.stderr);
    await using server = await startNetwork(program, place.dataDir, UNLIMITED, { env });
    const unused = await server.issue();
    const outcomes: Outcome[] = [];
    let running = true;
    const calling = [1, 2, 3, 4].map(async (caller) => {
      while (running) {
        const writes = caller % 2 === 0;
        const args = writes ? { title: `${caller} ${outcomes.length}` } : {};
        const tool = writes ? "create_task" : "list_tasks";
        outcomes.push(await callTool(server.url, server.key, tool, args));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    });
    await using _callers = {
      async [Symbol.asyncDispose]() {
        running = false;
        await Promise.allSettled(calling);
      },
    };
    const works = () => outcomes.slice(-8).every(({ isError }) => !isError);
    const healthOf = async () => {
      const response = await fetch(new URL("/mcp/health", server.url));
      const { status, failing } = await response.json();
      return { code: response.status, status, failing };
    };

    await until(() => outcomes.length > 50);
    assert.ok(works());
    for (let restart = 0; restart < 3; restart++) {
      await store.stop();
      const before = outcomes.length;
      await until(() => outcomes.length > before + 20);
      const gone = outcomes.slice(before + 4);
      assert.ok(gone.every(({ text }) => /^unavailable: Cannot use PostgreSQL at /.test(text)));
      const [stranger, health] = [
        await callTool(server.url, unused.key, "list_tasks"),
        await healthOf(),
      ];
      assert.equal(stranger.status, 503);
      assert.deepEqual(health, { code: 503, status: "unhealthy", failing: ["store"] });
      await store.start();
      await until(async () => (await healthOf()).code === 200);
      const back = outcomes.length;
      await until(() => outcomes.length > back + 20);
      assert.ok(works());
    }

    await administer(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'life'",
    );
    const cut = outcomes.length;
    await until(() => outcomes.length > cut + 20 && works());

    await administer("alter database life allow_connections false");
    await administer(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'life'",
    );
    await administer("alter database life rename to elsewhere");
    const lost = outcomes.length;
    await until(() => outcomes.length > lost + 20);
    assert.ok(outcomes.slice(lost + 4).every(({ isError }) => isError));
    await administer("alter database elsewhere rename to life");
    await administer("alter database life allow_connections true");
    const found = outcomes.length;
    await until(() => outcomes.length > found + 20 && works());
    running = false;
    await Promise.all(calling);

    const slow = outcomes.filter(({ milliseconds }) => milliseconds > PROMPT_MS);
    const other = outcomes.filter(({ isError, text }) => isError && !/^unavailable: /.test(text));
    assert.deepEqual([slow, other], [[], []]);
    const { code, stderr } = await server.end("SIGTERM");
    assert.equal(code, 0);
    assert.doesNotMatch(stderr, /internal error|defect/);
  },
  POSTGRES_URL ? undefined : "TEST_POSTGRES_URL is not set",
);
