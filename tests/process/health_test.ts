import assert from "node:assert/strict";
import { newStore, POSTGRES_URL } from "../harness.ts";
import { startRedis, withRedis } from "../services/redis.ts";
import { wayTo } from "../services/frozen.ts";
import { until } from "../until.ts";
import { startNetwork } from "./network.ts";
import { PROGRAMS } from "./programs.ts";
import { newPlace } from "./server.ts";

const [source] = PROGRAMS;

/** Status, and what is said of it, within the time that a balancer would wait. */
async function healthOf(url: string): Promise<unknown[]> {
  const signal = AbortSignal.timeout(5000);
  const response = await fetch(new URL("/mcp/health", url), { signal });
  const { status, failing } = await response.json();
  return [response.status, status, failing];
}

async function latencyOf(url: string): Promise<unknown> {
  const response = await fetch(new URL("/mcp/metrics", url), { signal: AbortSignal.timeout(5000) });
  return (await response.json()).latency_ms;
}

Deno.test({
  name: "a PostgreSQL that hangs is named by health, which answers in time, until it is back" +
    (POSTGRES_URL ? "" : " (skipped: TEST_POSTGRES_URL is not set)"),
  ignore: POSTGRES_URL === undefined,
  async fn() {
    using place = newPlace();
    const store = await newStore("postgres");
    const database = new URL(store.flags["database-url"]!);
    await using way = wayTo({ hostname: database.hostname, port: Number(database.port) });
    database.hostname = "127.0.0.1";
    database.port = String(way.port);
    const flags = ["--database-url", database.href, "--migrate"];
    {
      await using network = await startNetwork(source, place.dataDir, flags, { withKey: false });
      const { url } = network;
      const before = await healthOf(url);

      way.freeze();
      const during = await Promise.all([1, 2, 3].map(() => healthOf(url)));
      const latency = await latencyOf(url);
      way.thaw();

      assert.deepEqual(before, [200, "healthy", undefined]);
      for (const health of during) assert.deepEqual(health, [503, "unhealthy", ["store"]]);
      assert.deepEqual(latency, { store: null });
      await until(async () => (await healthOf(url))[0] === 200);
      const { stderr } = await network.end("SIGTERM");
      const told = [...stderr.matchAll(/The \W*store\W* (does not answer|answers again)/g)];
      assert.deepEqual(told.map(([, change]) => change), ["does not answer", "answers again"]);
    }
    await store.remove();
  },
});

withRedis("a Redis that hangs makes health degraded until it is back", async () => {
  using place = newPlace();
  await using redis = await startRedis();
  const flags = ["--redis-url", redis.url];
  await using network = await startNetwork(source, place.dataDir, flags, { withKey: false });
  const { url } = network;
  await until(async () => (await healthOf(url))[0] === 200);

  redis.freeze();
  const during = await healthOf(url);
  const latency = await latencyOf(url);
  redis.thaw();

  assert.deepEqual(during, [503, "degraded", ["redis"]]);
  assert.deepEqual(
    [...Object.entries(latency as object)].map(([name, ms]) => [name, ms !== null]),
    [
      ["store", true],
      ["redis", false],
    ],
  );
  await until(async () => (await healthOf(url))[0] === 200);
});
