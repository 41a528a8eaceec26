import assert from "node:assert/strict";
import { SharedCache } from "../../src/cache/shared.ts";
import { joinThroughRedis } from "../../src/instances/redis.ts";
import { recordingLog } from "../events/recording_log.ts";
import {
  MAY_STILL_WAIT,
  OUTAGES,
  type RedisServer,
  startRedis,
  withRedis,
} from "../services/redis.ts";
import { until } from "../until.ts";

const SECRET = crypto.getRandomValues(new Uint8Array(32));
const MINUTE = 60_000;
const TEXT = `{"task":{"title":"Buy a ring for Grace","user":"ada"}}`;

/** Caches of instances on one Redis. */
async function startShared(secrets = [SECRET, SECRET]) {
  const stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const caches: SharedCache[] = [];
  for (const secret of secrets) {
    const { values } = stack.use(await joinThroughRedis(redis.url, recordingLog().log));
    assert.ok(values);
    caches.push(stack.use(new SharedCache(values, () => Promise.resolve(secret))));
  }
  const [one, other] = caches;
  assert.ok(one && other);
  return { redis, one, other, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The names of what Redis keeps for caches, or what a script makes of each. */
async function keptIn(redis: RedisServer, of = "k"): Promise<string> {
  const script = `local all = '' for _, k in ipairs(redis.call('KEYS', 'selfos:cache:*')) do ` +
    `all = all .. ' ' .. ${of} end return redis.status_reply(all)`;
  return await redis.ask(`EVAL "${script}" 0`);
}

withRedis("what one instance keeps, the other has", async () => {
  await using shared = await startShared();

  shared.one.set("key", TEXT, MINUTE);

  await until(async () => await shared.other.get("key") === TEXT);
  shared.other.delete("key");
  await until(async () => await shared.one.get("key") === undefined);
});

withRedis("Redis learns nothing of keys or texts, and every value has an end", async () => {
  await using shared = await startShared();
  shared.one.set("selfos://users/ada/profile", TEXT, MINUTE);
  await until(async () => await shared.one.get("selfos://users/ada/profile") === TEXT);

  const names = await keptIn(shared.redis);
  const ends = await keptIn(shared.redis, "redis.call('PTTL', k)");
  const readable = await keptIn(
    shared.redis,
    "tostring(string.find(redis.call('GET', k), 'Grace'))",
  );

  assert.match(names, /^\+ selfos:cache:v1:[\w-]{43}$/);
  assert.match(ends, /^\+ [1-5]\d{4}$/);
  assert.equal(readable, "+ nil");
});

withRedis("installations with other secrets share nothing", async () => {
  await using shared = await startShared([SECRET, crypto.getRandomValues(new Uint8Array(32))]);
  shared.one.set("key", TEXT, MINUTE);
  await until(async () => await shared.one.get("key") === TEXT);

  assert.equal(await shared.other.get("key"), undefined);
});

const foreign = [
  { name: "nothing", make: "''" },
  { name: "a text", make: "'null'" },
  { name: "random bytes", make: "string.rep('x', 4000)" },
  { name: "more than we ever keep", make: "string.rep('x', 40000000)" },
  { name: "a value that was cut", make: "string.sub(redis.call('GET', KEYS[1]), 1, -2)" },
  { name: "a value with another byte", make: "redis.call('GET', KEYS[1]) .. 'x'" },
  { name: "the value of another key", make: "redis.call('GET', KEYS[2])" },
];
for (const { name, make } of foreign) {
  withRedis(`${name} under one of our names is as good as no value`, async () => {
    await using shared = await startShared();
    shared.one.set("key", TEXT, MINUTE);
    await until(async () => await shared.one.get("key") === TEXT);
    const own = (await keptIn(shared.redis)).slice(2);
    shared.one.set("another", "of bob", MINUTE);
    await until(async () => await shared.one.get("another") === "of bob");
    const others = (await keptIn(shared.redis)).slice(2).split(" ").find((key) => key !== own);

    const script = `redis.call('SET', KEYS[1], ${make}) return 1`;
    assert.equal(await shared.redis.ask(`EVAL "${script}" 2 ${own} ${others}`), ":1");
    const found = await shared.other.get("key");

    assert.equal(found, undefined);
    await until(async () => {
      shared.one.set("key", TEXT, MINUTE);
      return await shared.other.get("key") === TEXT;
    });
  });
}

for (const { name, begin, end } of OUTAGES) {
  withRedis(
    `a Redis that is ${name} holds up nobody, and is used again once it is back`,
    async () => {
      await using shared = await startShared();
      shared.one.set("key", TEXT, MINUTE);
      await until(async () => await shared.one.get("key") === TEXT);

      await begin(shared.redis);
      const start = performance.now();
      const found = await Promise.all(Array.from({ length: 50 }, () => shared.one.get("key")));
      for (let count = 0; count < 50; count++) {
        shared.one.set("other", TEXT, MINUTE);
        found.push(await shared.one.get("other"));
      }
      const spent = performance.now() - start;
      await end(shared.redis);

      assert.deepEqual([...new Set(found)], [undefined]);
      assert.ok(spent < 500, `${spent} ms`);
      await until(async () => {
        shared.one.set("back", TEXT, MINUTE);
        return await shared.other.get("back") === TEXT;
      });
    },
    MAY_STILL_WAIT,
  );
}

withRedis("without the secret nothing is kept, and nobody is failed", async () => {
  await using redis = await startRedis();
  await using instances = await joinThroughRedis(redis.url, recordingLog().log);
  assert.ok(instances.values);
  let asked = 0;
  await using cache = new SharedCache(instances.values, () => {
    asked++;
    return asked === 1 ? Promise.reject(new Error("the store is full")) : Promise.resolve(SECRET);
  });

  cache.set("key", TEXT, MINUTE);
  const found = await cache.get("key");

  assert.equal(found, undefined);
  await until(async () => {
    cache.set("key", TEXT, MINUTE);
    return await cache.get("key") === TEXT;
  });
});
