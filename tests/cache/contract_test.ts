/** What keeps texts keeps them alike, in this process and through Redis. */
import assert from "node:assert/strict";
import { type Cache, LONGEST } from "../../src/cache/cache.ts";
import { InProcessCache } from "../../src/cache/in_process.ts";
import { SharedCache } from "../../src/cache/shared.ts";
import { joinThroughRedis } from "../../src/instances/redis.ts";
import { recordingLog } from "../events/recording_log.ts";
import { startRedis, withRedis } from "../services/redis.ts";
import { until } from "../until.ts";

const SECRET = crypto.getRandomValues(new Uint8Array(32));
const MINUTE = 60_000;

interface Kind {
  readonly name: string;
  readonly test: (name: string, body: () => Promise<void>) => void;
  open(stack: AsyncDisposableStack): Promise<Cache>;
}

const kinds: readonly Kind[] = [
  {
    name: "in process",
    test: (name, body) => Deno.test(name, body),
    open: (stack) => Promise.resolve(stack.use(new InProcessCache())),
  },
  {
    name: "through Redis",
    test: withRedis,
    async open(stack) {
      const redis = stack.use(await startRedis());
      const { values } = stack.use(await joinThroughRedis(redis.url, recordingLog().log));
      assert.ok(values);
      return stack.use(new SharedCache(values, () => Promise.resolve(SECRET)));
    },
  },
];

for (const { name, test, open } of kinds) {
  test(`a text is kept by its key, letter by letter [${name}]`, async () => {
    await using stack = new AsyncDisposableStack();
    const cache = await open(stack);
    const texts = {
      "": "empty",
      a: "",
      "ü\n\u0000😀": "ä\n\u0000😀 \\",
      long: "x".repeat(LONGEST),
    };

    for (const [key, text] of Object.entries(texts)) cache.set(key, text, MINUTE);

    for (const [key, text] of Object.entries(texts)) {
      await until(async () => await cache.get(key) === text);
    }
    assert.equal(await cache.get("b"), undefined);
  });

  test(`the last text of a key is the one that is kept [${name}]`, async () => {
    await using stack = new AsyncDisposableStack();
    const cache = await open(stack);

    await until(async () => {
      for (let count = 0; count <= 20; count++) cache.set("a", String(count), MINUTE);
      await new Promise((resolve) => setTimeout(resolve, 100));
      return await cache.get("a") === "20";
    });
  });

  test(`a text is gone once it is deleted, or its time is over [${name}]`, async () => {
    await using stack = new AsyncDisposableStack();
    const cache = await open(stack);
    for (const key of ["deleted", "short", "kept"]) {
      cache.set(key, key, key === "short" ? 300 : MINUTE);
      await until(async () => await cache.get(key) === key);
    }

    cache.delete("deleted");
    cache.delete("unknown");

    await until(async () => await cache.get("deleted") === undefined);
    await until(async () => await cache.get("short") === undefined);
    assert.equal(await cache.get("kept"), "kept");
  });

  test(`a text that is too long is not kept, nor the one it replaces [${name}]`, async () => {
    await using stack = new AsyncDisposableStack();
    const cache = await open(stack);
    cache.set("a", "short", MINUTE);
    await until(async () => await cache.get("a") === "short");

    cache.set("a", "x".repeat(LONGEST + 1), MINUTE);

    await until(async () => await cache.get("a") === undefined);
  });
}

Deno.test("memory is bounded: what was asked for least lately goes first", async () => {
  await using cache = new InProcessCache(10_000);
  cache.set("asked", "x".repeat(1000), MINUTE);

  for (let count = 0; count < 50; count++) {
    cache.set(String(count), "x".repeat(1000), MINUTE);
    await cache.get("asked");
  }

  const kept = [];
  for (let count = 0; count < 50; count++) {
    if (await cache.get(String(count)) !== undefined) kept.push(count);
  }
  assert.ok(await cache.get("asked"));
  assert.deepEqual(kept, [42, 43, 44, 45, 46, 47, 48, 49]);
});
