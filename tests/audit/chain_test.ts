import assert from "node:assert/strict";
import { sql } from "kysely";
import { openApp } from "../../src/app.ts";
import { TURN } from "../../src/audit/append.ts";
import { Trail } from "../../src/audit/trail.ts";
import { verifyChain } from "../../src/audit/verify.ts";
import { readConfig } from "../../src/config.ts";
import { openLog } from "../../src/log.ts";
import { takeBack } from "../db/steps_back.ts";
import { newStore, onEveryStore, startApp, surroundings } from "../harness.ts";
import { attempt } from "./records.ts";

onEveryStore("instances that write at the same time leave one chain", async (store) => {
  await using test = await startApp({ store });
  const { config, app } = test;
  const others = await Promise.all([1, 2, 3].map(() => openApp(config)));
  await using stack = new AsyncDisposableStack();
  for (const other of others) stack.use(other);
  const log = openLog(config);
  const instances = [app, ...others];
  const write = async (trail: Trail, from: number) => {
    for (let id = from; id < from + 130; id++) {
      trail.record(attempt({ request_id: String(id) }));
      if (id % 10 === 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
    }
    await trail[Symbol.asyncDispose]();
  };
  let written = false;
  const verify = async () => {
    while (!written) {
      const { fault } = await verifyChain(app.db);
      assert.equal(fault, null, fault?.says);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  };
  const writing = [0, 1, 2, 3, 4].flatMap((round) =>
    instances.map(({ db }, index) =>
      write(new Trail({ db, log, now: () => new Date() }), (round * 4 + index) * 1000)
    )
  );
  const ended = Promise.all(writing).finally(() => written = true);
  await Promise.all([ended, verify()]);

  const { fault, records, newest } = await verifyChain(app.db);

  assert.equal(fault, null, fault?.says);
  assert.deepEqual([records, newest?.id, newest?.count], [2600, 2600, 2600]);
});

const TEXTS = [
  ...["at", "user_id", "principal", "person", "client", "address", "action"],
  ...["target", "outcome", "reason", "request_id", "previous", "hash"],
];
for (const column of TEXTS) {
  Deno.test(`bytes behind a NUL in ${column} are found`, async () => {
    await using test = await startApp();
    const { db } = test.app;
    const trail = new Trail({ db, log: openLog(test.config), now: () => new Date() });
    for (let count = 0; count < 3; count++) trail.record(attempt());
    await trail[Symbol.asyncDispose]();
    const name = sql.ref(column);
    await db.write(
      TURN,
      (tx) =>
        sql`update audit set ${name} = ifnull(${name}, '') || char(0) || 'x' where id = 2`
          .execute(tx),
    );

    const { fault } = await verifyChain(db);

    assert.deepEqual([fault?.kind, fault?.id], ["edited", 2]);
  });
}

Deno.test("bytes that are no text are found where they are read as what was recorded", async () => {
  await using test = await startApp();
  const { db } = test.app;
  const trail = new Trail({ db, log: openLog(test.config), now: () => new Date() });
  for (const client of ["\ufffd", "\ufffd"]) trail.record(attempt({ client }));
  await trail[Symbol.asyncDispose]();
  const before = await verifyChain(db);
  // Three bytes of a character of four are read as one character, of three bytes.
  for (const bytes of [sql`x'ff'`, sql`x'f09080'`]) {
    await db.write(
      TURN,
      (tx) => sql`update audit set client = cast(${bytes} as text) where id = 2`.execute(tx),
    );
    const { fault } = await verifyChain(db);

    assert.deepEqual([before.intact, fault?.kind, fault?.id], [true, "edited", 2]);
  }
});

onEveryStore("a clock that is set back breaks nothing", async (store) => {
  await using test = await startApp({ store });
  const { db } = test.app;
  const log = openLog(test.config);
  for (const day of ["2026-11-22", "2026-11-20", "1999-01-01", "2026-11-23"]) {
    const trail = new Trail({ db, log, now: () => new Date(`${day}T12:00:00Z`) });
    trail.record(attempt());
    trail.record(attempt());
    await trail[Symbol.asyncDispose]();
  }

  const { intact, records } = await verifyChain(db);

  assert.deepEqual([intact, records], [true, 8]);
});

onEveryStore("rows from before there was a chain are chained, as they are", async (store) => {
  const place = await newStore(store);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => place.remove());
  const config = readConfig(place.flags, surroundings({ HOME: place.directory }));
  const row = {
    ...{ at: "2026-11-22T12:00:00.000Z", user_id: "ada", principal: "local", person: null },
    ...{ client: "ü\n\"'", address: null, action: "tools/call", target: "list_tasks" },
    ...{ outcome: "ok", reason: null, duration_ms: 0.125, request_id: "1" },
  };
  // Ids of PostgreSQL have gaps.
  const ids = Array.from({ length: 1203 }, (_, index) => index + 1 + 3 * Math.floor(index / 100));
  const old = ids.map((id) => ({ ...row, id, duration_ms: id / 3 }));
  {
    await using app = await openApp(config, { migrate: true });
    await app.db.write("local", async (tx) => {
      await takeBack(tx, "0016_audit_chain");
      // deno-lint-ignore no-explicit-any
      for (const one of old) await tx.insertInto("audit").values(one as any).execute();
    });
  }

  await using app = await openApp(config, { migrate: true });
  const trail = new Trail({ db: app.db, log: openLog(config), now: () => new Date() });
  trail.record(attempt());
  await trail[Symbol.asyncDispose]();
  const { fault, records } = await verifyChain(app.db);
  const kept = await app.db.read.selectFrom("audit").selectAll().orderBy("id").execute();

  assert.equal(fault, null, fault?.says);
  assert.equal(records, 1204);
  assert.deepEqual(kept.slice(0, -1).map(({ previous: _, hash: __, ...rest }) => rest), old);
});
