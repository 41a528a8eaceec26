import assert from "node:assert/strict";
import { Trail } from "../../src/audit/trail.ts";
import type { Database } from "../../src/db/db.ts";
import { AppError } from "../../src/errors.ts";
import { recordingLog } from "../events/recording_log.ts";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import { until } from "../until.ts";
import { attempt } from "./records.ts";

const gone = () => new AppError("unavailable", "Cannot use the store as it is gone");

/** A trail on the store, of which a test says whether it takes anything, and sees how often it is asked. */
function open({ app, clock }: TestApp) {
  const { log, records } = recordingLog();
  const state = { fault: undefined as Error | undefined, writes: 0 };
  const write: Database["write"] = async (turn, work) => {
    state.writes++;
    if (state.fault) throw state.fault;
    return await app.db.write(turn, work);
  };
  const db: Database = Object.assign(Object.create(app.db), { write });
  const trail = new Trail({ db, log, now: () => clock.now });
  return { trail, records, state };
}

async function idsIn({ app: { db } }: TestApp): Promise<number[]> {
  const rows = await db.read.selectFrom("audit").select("request_id").orderBy("id").execute();
  return rows.map(({ request_id }) => Number(request_id));
}

function record(trail: Trail, from: number, to: number): void {
  for (let id = from; id < to; id++) trail.record(attempt({ request_id: String(id) }));
}

const upTo = (count: number) => Array.from({ length: count }, (_, id) => id);

onEveryStore(
  "records come to the store within a second or two, in one write, in order",
  async (store) => {
    await using test = await startApp({ store });
    const { trail, state, records } = open(test);
    record(trail, 0, 150);

    await new Promise((resolve) => setTimeout(resolve, 500));
    const early = await idsIn(test);
    await until(async () => (await idsIn(test)).length === 150, 3000);

    assert.deepEqual(early, []);
    assert.deepEqual(await idsIn(test), upTo(150));
    assert.deepEqual([state.writes, trail.lost, records], [1, 0, []]);
    await trail[Symbol.asyncDispose]();
    assert.equal(state.writes, 1);
  },
);

onEveryStore(
  "many records do not wait, but no two writes are closer than a second",
  async (store) => {
    await using test = await startApp({ store });
    const { trail, state } = open(test);
    const began = performance.now();
    record(trail, 0, 777);
    await until(() => state.writes === 1, 900);
    await until(async () => (await idsIn(test)).length === 777);
    const first = performance.now();
    record(trail, 777, 1777);
    await until(() => state.writes === 2, 3000);

    assert.ok(performance.now() - first > 700, "the second write came too early");
    assert.ok(first - began < 5000);
    await trail[Symbol.asyncDispose]();
    assert.deepEqual(await idsIn(test), upTo(1777));
  },
);

onEveryStore("what waits at the end is written then", async (store) => {
  await using test = await startApp({ store });
  const { trail } = open(test);
  record(trail, 0, 333);
  await trail[Symbol.asyncDispose]();

  assert.deepEqual(await idsIn(test), upTo(333));
});

Deno.test("a burst beyond the bound is dropped, counted and told once", async () => {
  await using test = await startApp();
  const { trail, records } = open(test);
  record(trail, 0, 25_000);
  const { lost } = trail;
  await trail[Symbol.asyncDispose]();

  assert.equal(lost, 15_000);
  assert.equal(trail.lost, 15_000);
  assert.deepEqual(await idsIn(test), upTo(10_000));
  assert.equal(records.filter((line) => /are lost/.test(line)).length, 1, records.join("\n"));
});

Deno.test("a store that is gone for a while loses nothing, and is told of once", async () => {
  await using test = await startApp();
  const { trail, state, records } = open(test);
  state.fault = gone();
  record(trail, 0, 300);
  await until(() => state.writes >= 2, 5000);
  record(trail, 300, 400);
  state.fault = undefined;
  await until(async () => (await idsIn(test)).length === 400, 5000);

  assert.deepEqual(await idsIn(test), upTo(400));
  assert.equal(trail.lost, 0);
  assert.deepEqual(records.map((line) => line.split(/[:;]/)[0]), [
    "Cannot keep the audit trail for now",
    "The audit trail is kept again",
  ]);
  await trail[Symbol.asyncDispose]();
});

Deno.test("what a store that stays gone cannot take is lost at the end, counted and told", async () => {
  await using test = await startApp();
  const { trail, state, records } = open(test);
  state.fault = gone();
  record(trail, 0, 12);
  await trail[Symbol.asyncDispose]();
  trail.record(attempt());

  assert.equal(trail.lost, 13);
  assert.deepEqual(await idsIn(test), []);
  assert.match(records.join("\n"), /Cannot keep the audit trail.*\n.*are lost/);
});

Deno.test("records on which the store fails for good do not stand in the way of others", async () => {
  await using test = await startApp();
  const { trail, state } = open(test);
  state.fault = new Error("no such function");
  record(trail, 0, 200);
  await until(() => trail.lost === 200, 3000);
  state.fault = undefined;
  record(trail, 200, 210);
  await trail[Symbol.asyncDispose]();

  assert.equal(trail.lost, 200);
  assert.deepEqual(await idsIn(test), upTo(210).slice(200));
});

onEveryStore("text that no store takes is kept as far as it can be", async (store) => {
  await using test = await startApp({ store });
  const { trail } = open(test);
  trail.record(attempt({ client: "a\0b\ud800", request_id: "x".repeat(10_000) }));
  trail.record(attempt({ user_id: null, named: { user_id: "a\0", target: "a\0" } }));
  trail.record(attempt({ user_id: null, named: { user_id: "\udc00", target: "x" } }));
  await trail[Symbol.asyncDispose]();

  const rows = await test.app.db.read.selectFrom("audit").selectAll().orderBy("id").execute();
  assert.equal(trail.lost, 0);
  assert.deepEqual(rows.map(({ client, user_id }) => [client, user_id]), [
    ["ab\ufffd", "ada"],
    ["test", null],
    ["test", null],
  ]);
  assert.equal(rows[0]?.request_id?.length, 64);
});
