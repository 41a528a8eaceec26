import assert from "node:assert/strict";
import { shareEvents } from "../../src/events/shared.ts";
import type { Change } from "../../src/events/events.ts";
import { InProcessEvents } from "../../src/events/in_process.ts";
import type { Instances, SessionRecord } from "../../src/instances/instances.ts";
import { joinThroughRedis } from "../../src/instances/redis.ts";
import { recordingLog } from "../events/recording_log.ts";
import { startRedis, withRedis } from "../services/redis.ts";
import { until } from "../until.ts";

const { log } = recordingLog();

const RECORD: SessionRecord = {
  principal: "abcdefgh",
  initialize: { protocolVersion: "2025-06-18", capabilities: {} },
  subscriptions: ["selfos://tasks/1"],
};

/** Two instances of one installation. */
async function startPair() {
  const stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const join = async () => stack.use(await joinThroughRedis(redis.url, log));
  const [one, other] = [await join(), await join()];
  return { redis, one, other, join, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

withRedis("instances take from the same bucket", async () => {
  await using pair = await startPair();
  const limits = [pair.one, pair.other].map((instance) =>
    instance.limit("calls", { count: 5, period: 60 })
  );

  const waits = await Promise.all(
    Array.from({ length: 20 }, (_, at) => limits[at % 2]!.take("ada")),
  );
  const elsewhere = await limits[0]!.take("bob", 5);
  const tooMuch = await limits[1]!.take("eve", 50);

  assert.equal(waits.filter((wait) => wait === 0).length, 5);
  assert.ok(waits.every((wait) => wait === 0 || wait === 12), `${waits}`);
  assert.deepEqual([elsewhere, tooMuch], [0, 60]);
});

withRedis("a bucket fills again by the clock of Redis, and is then forgotten", async () => {
  await using pair = await startPair();
  const limit = pair.one.limit("calls", { count: 10, period: 1 });

  const first = await limit.take("ada", 10);
  const empty = await limit.take("ada");
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const filled = await limit.take("ada", 10);

  assert.deepEqual([first, empty, filled], [0, 1, 0]);
  await until(async () => await pair.redis.ask("KEYS selfos:limit:*") === "*0", 4000);
});

withRedis("no name of a bucket stands in Redis, and every key has an end", async () => {
  await using pair = await startPair();
  await pair.one.limit("failures", { count: 5, period: 60 }).take("192.0.2.7");
  await pair.one.sessions.keep("session", RECORD, 60_000);
  await pair.one.sessions.change("session", { logLevel: "debug" });
  await pair.one.sessions.end("another");

  const script = "local n = 0 for _, k in ipairs(redis.call('KEYS', '*')) do " +
    "if redis.call('PTTL', k) < 0 or string.find(k, '192') or string.sub(k, 1, 7) ~= 'selfos:' " +
    "then n = n + 1 end end return n";
  const faults = await pair.redis.ask(`EVAL "${script}" 0`);
  const keys = await pair.redis.ask("DBSIZE");

  assert.equal(faults, ":0");
  assert.equal(keys, ":5");
});

withRedis("mail reaches whoever has the box open, but not its sender", async () => {
  await using pair = await startPair();
  const heard: unknown[] = [];
  const close = await pair.one.mail.open("box", (letter) => heard.push(["one", letter]));
  const closeOther = await pair.other.mail.open("box", (letter) => heard.push(["other", letter]));

  const both = await pair.one.mail.send("box", { a: 1 });
  closeOther();
  const nobody = await until(async () => await pair.one.mail.send("box", 2) === 0);
  const unknown = await pair.one.mail.send("nowhere", 3);
  for (const noise of ["{", "null", "7"]) await pair.redis.ask(`PUBLISH selfos:0:box ${noise}`);
  await pair.other.mail.send("box", "last");
  await until(() => heard.length === 2);
  close();

  assert.deepEqual([both, nobody, unknown], [1, true, 0]);
  assert.deepEqual(heard, [["other", { a: 1 }], ["one", "last"]]);
});

withRedis("a box that was closed and opened again is not closed by who had it before", async () => {
  await using pair = await startPair();
  const heard: unknown[] = [];
  const close = await pair.one.mail.open("box", () => heard.push("before"));
  close();
  await pair.one.mail.open("box", () => heard.push("now"));
  close();

  await until(async () => await pair.other.mail.send("box", 1) === 1);
  await until(() => heard.length > 0);
  assert.deepEqual(heard, ["now"]);
});

withRedis(
  "a box that was closed as Redis hung, and opened again meanwhile, stays open",
  async () => {
    await using pair = await startPair();
    const heard: unknown[] = [];
    const close = await pair.one.mail.open("box", () => {});

    pair.redis.freeze();
    close();
    const opened = pair.one.mail.open("box", (letter) => heard.push(letter));
    await until(() => pair.one.standing === "cut off");
    await opened;
    pair.redis.thaw();
    await until(() => [pair.one, pair.other].every(({ standing }) => standing === "joined"));
    for (let count = 0; count < 20; count++) {
      await pair.other.mail.send("box", count);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }

    await until(() => heard.includes(19));
  },
);

withRedis("one who fails at a letter ends nothing", async () => {
  await using pair = await startPair();
  const heard: unknown[] = [];
  await pair.one.mail.open("box", (letter) => {
    heard.push(letter);
    throw new Error("I cannot read");
  });

  await pair.other.mail.send("box", 1);
  await until(() => heard.length === 1);
  const after = await pair.other.mail.send("box", 2);
  await until(() => heard.length === 2);

  assert.deepEqual([pair.one.standing, after], ["joined", 1]);
});

withRedis("a command that Redis refuses is told once, and the others go on", async () => {
  await using redis = await startRedis();
  const { log, records } = recordingLog();
  await using one = await joinThroughRedis(redis.url, log);
  await redis.ask("SET selfos:session:odd text");

  for (let count = 0; count < 2; count++) {
    await assert.rejects(one.sessions.find("odd"), /Cannot use Redis at .* for this: WRONGTYPE/);
  }

  assert.equal(one.standing, "joined");
  assert.equal(await one.sessions.keep("id", RECORD, 60_000), true);
  assert.equal(records.filter((line) => line.includes("WRONGTYPE")).length, 1);
});

withRedis(
  "a session is kept for as long as the last use of it allows on any instance",
  async () => {
    await using pair = await startPair();
    const lasts = async () => Number((await pair.redis.ask("PTTL selfos:session:id")).slice(1));
    await pair.one.sessions.keep("id", RECORD, 60_000);
    await pair.other.sessions.keep("id", RECORD, 1000);
    const kept = await lasts();
    await pair.other.sessions.keep("id", RECORD, 120_000);
    const longer = await lasts();

    assert.ok(kept > 50_000 && kept <= 60_000, `${kept}`);
    assert.ok(longer > 110_000 && longer <= 120_000, `${longer}`);
  },
);

withRedis("a session has room for a thousand subscriptions beside what else it is", async () => {
  await using pair = await startPair();
  await pair.one.sessions.keep("id", { ...RECORD, subscriptions: [] }, 60_000);
  await pair.one.sessions.change("id", { logLevel: "debug" });
  for (let at = 0; at < 1003; at++) {
    await pair.one.sessions.change("id", { subscribe: `selfos://tasks/${at}` });
  }

  const found = await pair.other.sessions.find("id");
  assert.ok(typeof found === "object");
  assert.equal(found.subscriptions.length, 1000);
});

withRedis("installations of other databases of one Redis hear nothing of each other", async () => {
  await using pair = await startPair();
  await using stranger = await joinThroughRedis(`${pair.redis.url}/3`, log);
  await pair.one.mail.open("box", () => {});

  assert.equal(await pair.other.mail.send("box", 1), 1);
  assert.equal(await stranger.mail.send("box", 1), 0);
});

withRedis("a session that one keeps is found by the other, with what changed", async () => {
  await using pair = await startPair();
  const kept = await pair.one.sessions.keep("id", RECORD, 60_000);
  await pair.other.sessions.change("id", { logLevel: "debug" });
  await pair.other.sessions.change("id", { subscribe: "selfos://tasks/2" });
  await pair.one.sessions.change("id", { unsubscribe: "selfos://tasks/1" });
  await pair.one.sessions.keep("id", RECORD, 60_000);

  assert.equal(kept, true);
  assert.deepEqual(await pair.other.sessions.find("id"), {
    ...RECORD,
    logLevel: "debug",
    subscriptions: ["selfos://tasks/2"],
  });
  assert.equal(await pair.other.sessions.find("unknown"), undefined);
});

withRedis("a session that ended is not revived by one that did not hear of it", async () => {
  await using pair = await startPair();
  await pair.one.sessions.keep("id", RECORD, 60_000);
  await pair.other.sessions.end("id");

  assert.equal(await pair.one.sessions.keep("id", RECORD, 60_000), false);
  assert.equal(await pair.one.sessions.find("id"), "ended");
});

withRedis("a change is told on every instance, once", async () => {
  await using pair = await startPair();
  const heard: string[] = [];
  const listenOn = async (name: string, { mail }: Instances) => {
    const events = await shareEvents(new InProcessEvents(log), mail, log);
    events.listen(({ change_id }) => heard.push(`${name} ${change_id}`));
    return events;
  };
  const events = await listenOn("one", pair.one);
  await listenOn("other", pair.other);
  const change: Change = { user_id: "ada", change_id: 7, items: [{ entity: "task", id: 1 }] };

  events.publish(change);
  await until(() => heard.includes("other 7"));
  await pair.other.mail.send("events", { nonsense: true });
  events.publish({ ...change, change_id: 8 });
  await until(() => heard.includes("other 8"));

  assert.deepEqual(heard.toSorted(), ["one 7", "one 8", "other 7", "other 8"]);
});
