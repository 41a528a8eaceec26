/** What instances keep together in Redis, and what becomes of readings without it. */
import assert from "node:assert/strict";
import type { App } from "../../src/app.ts";
import { startApp, type TestApp } from "../harness.ts";
import {
  MAY_STILL_WAIT,
  OUTAGES,
  type RedisServer,
  startRedis,
  withRedis,
} from "../services/redis.ts";
import { until } from "../until.ts";
import { beside } from "./instances.ts";
import { madeDuring, principal, read, readAnew } from "./readers.ts";

const ADA = principal("ada");

interface World extends AsyncDisposable {
  readonly redis: RedisServer;
  readonly test: TestApp;
  readonly other: App;
  /** An instance that was not told of Redis. */
  readonly alone: App;
  readonly uri: string;
  /** All instances read the same, which is so in the store; answers it. */
  same(): Promise<string>;
  rename(title: string): Promise<unknown>;
}

async function startWorld(): Promise<World> {
  const stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const flags = { "redis-url": redis.url, "log-level": "error" };
  const test = stack.use(await startApp({ flags, serves: false }));
  const other = stack.use(await beside(test, flags));
  const alone = stack.use(await beside(test));
  const { task } = await test.as("ada").call("create_task", { title: "Grace's ring" });
  const uri = `selfos://tasks/${task.id}`;
  return {
    ...{ redis, test, other, alone, uri },
    async same() {
      const expected = await readAnew(alone, ADA, uri);
      for (const app of [test.app, other, alone]) {
        assert.equal(await read(app, ADA, uri), expected);
      }
      return expected;
    },
    rename: (title) => test.as("ada").call("update_task", { task_id: task.id, title }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Whether one instance finds what the other has read. */
async function isShared({ test, other, uri, rename }: World): Promise<boolean> {
  await rename(`Ring ${crypto.randomUUID()}`);
  await read(test.app, ADA, uri);
  await new Promise((resolve) => setTimeout(resolve, 100));
  return await madeDuring(other, () => read(other, ADA, uri)) === 0;
}

withRedis("what one instance has read, another finds", async () => {
  await using world = await startWorld();

  await until(() => isShared(world));

  await world.same();
});

withRedis("a write is seen by all at once, also by who was not told of Redis", async () => {
  await using world = await startWorld();
  await world.same();

  for (let count = 0; count < 5; count++) {
    await world.rename(`Ring ${count}`);
    assert.match(await world.same(), new RegExp(`Ring ${count}`));
    const task_id = Number(world.uri.split("/").at(-1));
    const actor = { user_id: "ada", principal: "local", client: "test", tool: "test" };
    await world.alone.life.tasks.update(actor, task_id, { title: `Alone ${count}` });
    assert.match(await world.same(), new RegExp(`Alone ${count}`));
  }
});

withRedis("no name and no value in Redis says anything of a person", async () => {
  await using world = await startWorld();
  await until(() => isShared(world));

  const script = `local all = '' for _, k in ipairs(redis.call('KEYS', 'selfos:cache:*')) do ` +
    `all = all .. ' ' .. k .. ' ' .. redis.call('GET', k) end ` +
    `for _, word in ipairs({'ada', 'Ring', 'tasks/', 'title'}) do ` +
    `if string.find(all, word, 1, true) then return word end end return string.len(all)`;

  assert.match(await world.redis.ask(`EVAL "${script}" 0`), /^:[1-9]\d+$/);
});

for (const { name, begin, end } of OUTAGES) {
  withRedis(`readings go on, right and in time, while Redis is ${name}`, async () => {
    await using world = await startWorld();
    await until(() => isShared(world));
    const { test, other, uri, redis } = world;
    const reading = Array.from({ length: 20 }, () => read(other, principal("ada"), uri));

    await begin(redis);
    const start = performance.now();
    const found = await Promise.all(reading);
    const times: number[] = [];
    for (let count = 0; count < 10; count++) {
      await world.rename(`Without ${count}`);
      const began = performance.now();
      const texts = await Promise.all([read(test.app, ADA, uri), read(other, ADA, uri)]);
      times.push(performance.now() - began);
      for (const text of texts) assert.match(text, new RegExp(`Without ${count}`));
    }
    const spent = performance.now() - start;
    await end(redis);

    assert.equal(new Set(found).size, 1);
    assert.match(found[0] ?? "", /Ring/);
    // One look at Redis may be waited for, and none while it is known to be away.
    assert.ok(times.toSorted((a, b) => a - b)[5]! < 50 && spent < 5000, `${times} of ${spent} ms`);
    await until(() => isShared(world), 20_000);
    await world.same();
  }, MAY_STILL_WAIT);
}
