import assert from "node:assert/strict";
import type { Instances } from "../../src/instances/instances.ts";
import { joinThroughRedis } from "../../src/instances/redis.ts";
import { recordingLog } from "../events/recording_log.ts";
import { MAY_STILL_WAIT, type RedisServer, startRedis, withRedis } from "../services/redis.ts";
import { freePort } from "../services/system.ts";
import { until } from "../until.ts";

const RATE = { count: 5, period: 60 };
const RECORD = { principal: "abcdefgh", initialize: {}, subscriptions: [] };

interface Outage {
  readonly name: string;
  begin(redis: RedisServer): unknown;
  end(redis: RedisServer): unknown;
}

const outages: Outage[] = [
  { name: "it is killed", begin: (redis) => redis.kill(), end: (redis) => redis.start() },
  { name: "it hangs", begin: (redis) => redis.freeze(), end: (redis) => redis.thaw() },
  {
    name: "it takes no writes",
    begin: (redis) => redis.ask("CONFIG SET min-replicas-to-write 1"),
    end: (redis) => redis.ask("CONFIG SET min-replicas-to-write 0"),
  },
];

for (const { name, begin, end } of outages) {
  withRedis(
    `Redis is lost as ${name}: nothing fails or hangs, and it heals by itself`,
    async () => {
      await using redis = await startRedis();
      const { log, records } = recordingLog();
      await using one = await joinThroughRedis(redis.url, log);
      await using other = await joinThroughRedis(redis.url, log);
      const limit = one.limit("calls", RATE);
      const letters: unknown[] = [];
      await other.mail.open("before", (letter) => letters.push(letter));
      let returned = 0;
      one.onReturn(() => returned++);

      await begin(redis);
      const start = performance.now();
      const waits = await Promise.all(Array.from({ length: 6 }, () => limit.take("ada")));
      await Promise.all([one.mail.send("before", "lost"), other.mail.open("during", () => {})]);
      await assert.rejects(one.sessions.keep("id", RECORD, 60_000), /Cannot use Redis at 127/);
      await assert.rejects(one.ping(), /Try|Cannot use Redis/);
      const spent = performance.now() - start;
      const standing = one.standing;
      const atOnce = limit.take("bob");
      await end(redis);
      await until(() => joined(one) && joined(other));
      await until(async () => await one.mail.send("before", "back") === 1);

      assert.deepEqual(waits.toSorted(), [0, 0, 0, 0, 0, 12]);
      assert.ok(spent < 5000, `${spent} ms`);
      assert.deepEqual([standing, atOnce, returned], ["cut off", 0, 1]);
      assert.equal(await one.mail.send("during", 1), 1);
      assert.equal(await one.sessions.keep("id", RECORD, 60_000), true);
      assert.ok(await one.ping() >= 0);
      await until(() => letters.includes("back"));
      assert.deepEqual(letters, ["back"]);
      const told = records.filter((line) => line.startsWith("Cannot use Redis")).length;
      assert.ok(told === 1 || told === 2, `an instance told it ${told} times`);
    },
  );
}

withRedis("a connection that is cut is made anew, with its boxes", async () => {
  await using redis = await startRedis();
  const { log } = recordingLog();
  await using one = await joinThroughRedis(redis.url, log);
  await using other = await joinThroughRedis(redis.url, log);
  const letters: unknown[] = [];
  await other.mail.open("box", (letter) => letters.push(letter));

  await redis.ask("CLIENT KILL TYPE normal");
  await redis.ask("CLIENT KILL TYPE pubsub");
  await until(async () => await one.mail.send("box", "again") === 1);

  await until(() => letters.includes("again"));
});

withRedis("an instance starts without Redis, and joins once there is one", async () => {
  await using redis = await startRedis();
  await redis.kill();
  const { log, records } = recordingLog();

  const start = performance.now();
  await using one = await joinThroughRedis(redis.url, log);
  const spent = performance.now() - start;
  const { standing } = one;
  await redis.start();
  await until(() => joined(one));

  assert.equal(standing, "cut off");
  assert.ok(spent < 5000, `${spent} ms`);
  assert.match(records.join("\n"), /Cannot use Redis at [^]*Sharing limits/);
});

withRedis("a wrong password is told, without the password", async () => {
  await using redis = await startRedis(["--requirepass", "right"]);
  const { log, records } = recordingLog();
  const url = redis.url.replace("redis://", "redis://default:wr0ng@");

  await using one = await joinThroughRedis(url, log);

  assert.equal(one.standing, "cut off");
  assert.match(records.join("\n"), /WRONGPASS/);
  assert.doesNotMatch(records.join("\n"), /wr0ng/);
  await using right = await joinThroughRedis(url.replace("wr0ng", "right"), log);
  assert.equal(right.standing, "joined");
}, MAY_STILL_WAIT);

Deno.test({
  name: "an address where nobody is does not hold up the end",
  ...MAY_STILL_WAIT,
  async fn() {
    const { log } = recordingLog();
    const start = performance.now();

    await (await joinThroughRedis(`redis://127.0.0.1:${freePort()}`, log))[Symbol.asyncDispose]();

    assert.ok(performance.now() - start < 5000);
  },
});

function joined({ standing }: Instances): boolean {
  return standing === "joined";
}
