import assert from "node:assert/strict";
import { append, TURN } from "../../src/audit/append.ts";
import { Retention } from "../../src/audit/retention.ts";
import { verifyChain } from "../../src/audit/verify.ts";
import { takeBack } from "../db/steps_back.ts";
import { recordingLog } from "../events/recording_log.ts";
import { onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { until } from "../until.ts";
import { attempt } from "./records.ts";

const DAY_MS = 86_400_000;
const NOON = Date.parse("2026-11-22T12:00:00.000Z");
const dayOf = (day: number) => new Date(NOON + day * DAY_MS);

/** One record a day. */
const daily = (count: number) => Array.from({ length: count }, (_, day) => day);

/** A trail with a record of each of these days, and a retention of 30 days. */
async function open(store: StoreKind, days: readonly number[]) {
  const test = await startApp({ store });
  const { db } = test.app;
  const row = {
    ...{ user_id: "ada", principal: "local", person: "ada", client: "test", address: null },
    ...{ action: "tools/call", target: "list_tasks", outcome: "ok", reason: null },
    ...{ duration_ms: 1, request_id: "1" },
  };
  const rows = days.map((day) => ({ ...row, at: dayOf(day).toISOString() }));
  await db.write(TURN, (tx) => append(tx, rows));
  const clock = { day: days.length };
  const { log } = recordingLog();
  const retention = new Retention({
    ...{ db, log, keepMs: 30 * DAY_MS },
    now: () => dayOf(clock.day),
  });
  return {
    ...{ test, db, clock, retention },
    async [Symbol.asyncDispose]() {
      await retention[Symbol.asyncDispose]();
      await test[Symbol.asyncDispose]();
    },
  };
}

const idsIn = async ({ app: { db } }: TestApp) =>
  (await db.read.selectFrom("audit").select("id").orderBy("id").execute()).map(({ id }) => id);

onEveryStore("a trail from before its end was kept apart goes on as it was", async (store) => {
  await using opened = await open(store, daily(100));
  const { test, db, retention } = opened;
  await retention.look();
  const before = await verifyChain(db);
  await db.write(TURN, (tx) => takeBack(tx, "0019_audit_head"));

  await db.migrate();

  const after = await verifyChain(db);
  assert.deepEqual([after, after.intact], [before, true]);
  await db.write(TURN, async (tx) => {
    await tx.deleteFrom("audit").where("id", "=", (await idsIn(test)).at(-1) ?? 0).execute();
  });
  assert.equal((await verifyChain(db)).intact, false);
});

onEveryStore("what is too old is removed, and the rest is still one chain", async (store) => {
  await using opened = await open(store, daily(100));
  const { test, db, clock, retention } = opened;
  await retention.look();
  const first = await idsIn(test);
  const verdict = await verifyChain(db);
  await retention.look();
  const again = await idsIn(test);
  clock.day = 110;
  await retention.look();
  const later = await verifyChain(db);

  assert.deepEqual([first[0], first.at(-1), first.length], [71, 101, 31]);
  assert.deepEqual(again, first);
  assert.deepEqual([verdict.intact, verdict.removed?.count, verdict.removed?.id], [true, 70, 70]);
  assert.deepEqual([later.intact, later.removed?.count, later.newest?.count], [true, 80, 102]);
});

onEveryStore("more than is removed at once is removed as well", async (store) => {
  await using opened = await open(store, daily(2500));
  const { db, clock, retention } = opened;
  clock.day = 5000;
  await retention.look();
  const { intact, removed, records } = await verifyChain(db);

  assert.deepEqual([intact, removed?.count, records], [true, 2500, 3]);
});

onEveryStore("what comes after a record that is to be kept is kept as well", async (store) => {
  // The clock was ahead once.
  await using opened = await open(store, [0, 1, 500, 2, 3]);
  const { test, db, clock, retention } = opened;
  clock.day = 100;
  await retention.look();

  assert.deepEqual(await idsIn(test), [3, 4, 5, 6]);
  assert.equal((await verifyChain(db)).intact, true);
});

onEveryStore("of records that are all too old the newest stays", async (store) => {
  await using opened = await open(store, daily(3));
  const { test, db, clock, retention } = opened;
  clock.day = 1000;
  await retention.look();
  clock.day = 2000;
  await retention.look();

  assert.deepEqual(await idsIn(test), [4, 5]);
  assert.equal((await verifyChain(db)).intact, true);
});

onEveryStore(
  "rows that somebody deletes beside it are told from those it removed",
  async (store) => {
    await using opened = await open(store, daily(100));
    const { db, retention } = opened;
    const { newest } = await verifyChain(db);
    await retention.look();
    const kept = await verifyChain(db, newest!);
    await db.write(TURN, (tx) => tx.deleteFrom("audit").where("id", "<", 75).execute());
    const { fault } = await verifyChain(db);

    assert.deepEqual([kept.intact, kept.checkpoint], [true, "passed"]);
    assert.deepEqual([fault?.kind, fault?.id], ["missing", 71]);
  },
);

onEveryStore(
  "of records that it wrote itself the first bad one is named as well",
  async (store) => {
    await using opened = await open(store, daily(100));
    const { test, db, retention } = opened;
    await retention.look();
    const seal = (await idsIn(test)).at(-1)!;
    await db.write(
      TURN,
      (tx) => tx.updateTable("audit").set({ target: "x" }).where("id", "=", seal).execute(),
    );
    const edited = await verifyChain(db);
    await db.write(TURN, (tx) => tx.deleteFrom("audit").where("id", "=", seal).execute());
    const cut = await verifyChain(db);
    await db.write(TURN, (tx) => tx.deleteFrom("audit").execute());
    const gone = await verifyChain(db);

    assert.deepEqual([edited.fault?.kind, edited.fault?.id], ["edited", 101]);
    assert.deepEqual([cut.fault?.kind, cut.fault?.id], ["cut off", 101]);
    assert.deepEqual([gone.fault?.kind, gone.fault?.id], ["cut off", 71]);
  },
);

onEveryStore(
  "without a head records are kept, none is removed, and it is missed",
  async (store) => {
    await using opened = await open(store, daily(100));
    const { test, db, retention } = opened;
    await db.write(TURN, (tx) => tx.deleteFrom("audit_head").execute());
    const [newest] = await db.read.selectFrom("audit").selectAll().where("id", "=", 100).execute();
    await db.write(TURN, (tx) => append(tx, [newest!]));
    await assert.rejects(() => retention.look(), /broken: the head of the trail is missing/);
    const { fault } = await verifyChain(db);
    await db.write(
      TURN,
      (tx) => tx.updateTable("audit").set({ target: "x" }).where("id", "=", 20).execute(),
    );
    const edited = await verifyChain(db);

    assert.equal((await idsIn(test)).length, 101);
    assert.deepEqual([fault?.kind, fault?.id], ["missing", 102]);
    assert.deepEqual([edited.fault?.kind, edited.fault?.id], ["edited", 20]);
  },
);

onEveryStore(
  "what is not as it was recorded is not removed, and so goes on being found",
  async (store) => {
    await using opened = await open(store, daily(100));
    const { test, db, retention } = opened;
    await db.write(
      TURN,
      (tx) => tx.updateTable("audit").set({ target: "x" }).where("id", "=", 20).execute(),
    );
    await assert.rejects(() => retention.look(), /broken: record 20 says something else/);
    const edited = await idsIn(test);
    await db.write(TURN, (tx) => tx.deleteFrom("audit").where("id", "<=", 20).execute());
    await assert.rejects(() => retention.look(), /broken: records 1 to 20 are missing/);

    assert.equal(edited.length, 100);
    assert.equal((await verifyChain(db)).fault?.id, 1);
  },
);

onEveryStore(
  "a checkpoint of rows that retention has removed is still worth something",
  async (store) => {
    await using opened = await open(store, daily(40));
    const { db, clock, retention } = opened;
    const { newest } = await verifyChain(db);
    const earlier = { ...newest!, id: 3, count: 3 };
    clock.day = 200;
    await retention.look();

    const checked = async (checkpoint: typeof earlier) =>
      (await verifyChain(db, checkpoint)).checkpoint;
    assert.equal(await checked(newest!), "passed");
    assert.equal(await checked(earlier), "removed");
    assert.equal(await checked({ ...earlier, count: 41 }), "failed");
  },
);

onEveryStore("a server removes by itself what is older than it is told to keep", async (store) => {
  await using test = await startApp({ store, flags: { "audit-keep": "30d" } });
  const { app, clock } = test;
  for (let count = 0; count < 3; count++) app.audit.record(attempt());
  const recorded = async () => (await idsIn(test)).length === 3;
  await until(recorded, 4000);
  clock.now = dayOf(100);
  await until(async () => (await idsIn(test)).length === 2, 10_000);

  const { intact, removed } = await verifyChain(app.db);
  assert.deepEqual([intact, removed?.count], [true, 2]);
});
