import assert from "node:assert/strict";
import { newStore, POSTGRES_URL } from "../harness.ts";
import { type Way, wayTo } from "../services/frozen.ts";
import { until } from "../until.ts";
import { callTool, type Outcome } from "./calls.ts";
import { startNetwork } from "./network.ts";
import { onOneProgram } from "./programs.ts";
import { newPlace, runToEnd } from "./server.ts";

/** What counts as hanging. */
const BOUND_MS = 16_000;
/** More than there are connections to PostgreSQL. */
const CALLERS = 14;

onOneProgram(
  "a PostgreSQL that is cut off without a word fails calls in time, and nothing else",
  async (program) => {
    await using frozen = await frozenStore();
    const { way, env } = frozen;
    using place = newPlace();
    const migrated = await runToEnd(program, { ...place, args: ["migrate", "up"], env });
    assert.equal(migrated.code, 0, migrated.stderr);
    const flags = ["--rate-limit", "1000000/s"];
    await using server = await startNetwork(program, place.dataDir, flags, { env });
    const write = (title: string) => callTool(server.url, server.key, "create_task", { title });
    const all = (round: string) =>
      Promise.all(Array.from({ length: CALLERS }, (_, caller) => write(`${round} ${caller}`)));

    const before = await all("before");
    way.freeze();
    const during = await all("during");
    const again = await write("again");
    way.thaw();
    await until(async () => !(await write("until")).isError);
    const after = await all("after");
    way.freeze();
    const last = all("last");
    await new Promise((resolve) => setTimeout(resolve, 200));
    const ending = performance.now();
    const { code, stderr } = await server.end("SIGTERM");
    const ended = performance.now() - ending;

    assertAnswered("before", before);
    assertAnswered("after", after);
    for (const { text, milliseconds } of [...during, again, ...await last]) {
      assert.match(text, /^unavailable: Cannot use PostgreSQL at .+: (no answer|timeout|Conn)/);
      assert.ok(milliseconds < BOUND_MS, `a call took ${milliseconds} ms`);
    }
    assert.equal(code, 0, `after ${ended} ms: ${stderr}`);
    assert.doesNotMatch(stderr, /internal error|defect/);
  },
  POSTGRES_URL ? undefined : "TEST_POSTGRES_URL is not set",
);

/** Each call got its own answer, and none that was meant for another. */
function assertAnswered(round: string, outcomes: readonly Outcome[]): void {
  for (const [caller, { isError, text }] of outcomes.entries()) {
    assert.ok(!isError, text);
    assert.match(text, new RegExp(`^#\\d+ ${round} ${caller} ·`));
  }
}

interface FrozenStore extends AsyncDisposable {
  readonly way: Way;
  readonly env: Record<string, string>;
}

async function frozenStore(): Promise<FrozenStore> {
  const store = await newStore("postgres");
  const database = new URL(store.flags["database-url"]!);
  const way = wayTo({ hostname: database.hostname, port: Number(database.port) });
  database.host = `127.0.0.1:${way.port}`;
  return {
    way,
    env: { SELFOS_DATABASE_URL: database.href },
    async [Symbol.asyncDispose]() {
      await way[Symbol.asyncDispose]();
      await store.remove();
    },
  };
}
