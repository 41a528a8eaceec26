import assert from "node:assert/strict";
import { sql } from "kysely";
import { append, TURN } from "../../src/audit/append.ts";
import { chained, type ChainedRow, hashOf, START } from "../../src/audit/chain.ts";
import type { FaultKind } from "../../src/audit/fault.ts";
import { NOTHING, setEnd, setRemoved } from "../../src/audit/head.ts";
import { verifyChain } from "../../src/audit/verify.ts";
import type { Database, Tx } from "../../src/db/db.ts";
import { onEveryStore, startApp } from "../harness.ts";
import fc from "../properties.ts";

const word = fc.option(fc.string({ maxLength: 8 }).map((text) => text.replaceAll("\0", "")));

/** Rows whose clock goes as it likes. */
const rows = fc.array(
  fc.record({
    at: fc.date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString()),
    ...{ user_id: word, principal: word, person: word, client: word, address: word },
    ...{ target: word, reason: word, request_id: word },
    action: fc.constantFrom("tools/call", "authenticate", "audit prune"),
    outcome: fc.constantFrom("ok", "error"),
    duration_ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
  }),
  { minLength: 3, maxLength: 12 },
);

/** What is done to the chain, where in it, and what must be found: which row, what of it. */
type Crime = (tx: Tx, all: readonly ChainedRow[], at: number) => Promise<[FaultKind, number]>;

const put = async (tx: Tx, row: ChainedRow) =>
  void await tx.updateTable("audit").set(row).where("id", "=", row.id).execute();

const shift = async (tx: Tx, from: number) => {
  await tx.updateTable("audit").set({ id: sql`-id - 1` }).where("id", ">=", from).execute();
  await tx.updateTable("audit").set({ id: sql`-id` }).where("id", "<", 0).execute();
};

const resealed = (row: ChainedRow) => ({ ...row, hash: hashOf(row) });

const CRIMES: Record<string, Crime> = {
  "a text is edited": async (tx, all, at) => {
    const row = all[at]!;
    await put(tx, { ...row, target: `${row.target}!` });
    return ["edited", row.id];
  },
  "a text is removed or made up": async (tx, all, at) => {
    const row = all[at]!;
    await put(tx, { ...row, address: row.address === null ? "10.0.0.1" : null });
    return ["edited", row.id];
  },
  "a number is edited": async (tx, all, at) => {
    const row = all[at]!;
    await put(tx, { ...row, duration_ms: row.duration_ms + 1 });
    return ["edited", row.id];
  },
  "a hash is edited": async (tx, all, at) => {
    const row = all[at]!;
    await put(tx, { ...row, hash: START.hash });
    return ["edited", row.id];
  },
  "a row is edited and sealed again": async (tx, all, at) => {
    const row = all[at]!;
    await put(tx, resealed({ ...row, outcome: "not_found" }));
    return ["replaced", row.id];
  },
  "a row is deleted": async (tx, all, at) => {
    await tx.deleteFrom("audit").where("id", "=", all[at]!.id).execute();
    return ["missing", all[at]!.id];
  },
  "the oldest rows are deleted": async (tx, all, at) => {
    await tx.deleteFrom("audit").where("id", "<=", all[at]!.id).execute();
    return ["missing", 1];
  },
  "a row is put in between": async (tx, all, at) => {
    const row = all[at]!;
    await shift(tx, row.id);
    await tx.insertInto("audit").values(row).execute();
    return ["edited", row.id + 1];
  },
  "a row is made up and put in between, chained to the one before": async (tx, all, at) => {
    const { id, previous } = all[at]!;
    await shift(tx, id);
    await tx.insertInto("audit").values(resealed({ ...all[0]!, id, previous })).execute();
    return ["edited", id + 1];
  },
  "a row is put in front": async (tx, all, at) => {
    await tx.insertInto("audit").values({ ...all[at]!, id: 0 }).execute();
    return ["edited", 0];
  },
  "a row is added to the end as if it were chained": async (tx, all, at) => {
    const { length } = all;
    await tx.insertInto("audit").values({ ...all[at]!, id: length + 1 }).execute();
    return ["edited", length + 1];
  },
  "a row is added to the end that is chained to the one before": async (tx, all, at) => {
    await tx.insertInto("audit").values(chained(all.at(-1)!, [all[at]!])).execute();
    return ["added", all.length + 1];
  },
  "a row is added far behind the end, chained to the one before": async (tx, all, at) => {
    const { hash } = all.at(-1)!;
    await tx.insertInto("audit").values(chained({ id: 99, hash }, [all[at]!])).execute();
    return ["added", 100];
  },
  "the newest rows are deleted": async (tx, all, at) => {
    await tx.deleteFrom("audit").where("id", ">", all[at]!.id).execute();
    return ["cut off", all[at + 1]!.id];
  },
  "all rows are deleted": async (tx) => {
    await tx.deleteFrom("audit").execute();
    return ["cut off", 1];
  },
  "the newest row is edited and sealed again": async (tx, all) => {
    const row = all.at(-1)!;
    await put(tx, resealed({ ...row, outcome: "not_found" }));
    return ["replaced", row.id];
  },
  "the newest row is another, far behind": async (tx, all) => {
    const row = all.at(-1)!;
    await tx.deleteFrom("audit").where("id", "=", row.id).execute();
    await tx.insertInto("audit").values(resealed({ ...row, id: 100 })).execute();
    return ["cut off", row.id];
  },
  "the first row is chained to another, and sealed again": async (tx, all) => {
    const row = all[0]!;
    await put(tx, resealed({ ...row, previous: row.hash }));
    return ["replaced", row.id];
  },
  "all rows are made anew but for one word": async (tx, all, at) => {
    const anew = all.map((row, index) => index === at ? { ...row, reason: `${row.reason}!` } : row);
    for (const row of chained(START, anew)) await put(tx, row);
    return ["replaced", all.length];
  },
  "the head is deleted with the newest rows": async (tx, all, at) => {
    await tx.deleteFrom("audit").where("id", ">", all[at]!.id).execute();
    await tx.deleteFrom("audit_head").execute();
    return ["missing", all[at + 1]!.id];
  },
  "the head is made to account for the oldest rows, and they are deleted": async (tx, all, at) => {
    const { id, hash } = all[at]!;
    await tx.deleteFrom("audit").where("id", "<=", id).execute();
    await setRemoved(tx, { id, hash, count: at + 1 });
    return ["missing", id];
  },
  "two rows change places": async (tx, all, at) => {
    const [one, two] = [all[at]!, all[at + 1]!];
    await put(tx, { ...two, id: one.id });
    await put(tx, { ...one, id: two.id });
    return ["edited", one.id];
  },
  "two rows change places, each sealed again": async (tx, all, at) => {
    const [one, two] = [all[at]!, all[at + 1]!];
    await put(tx, resealed({ ...two, id: one.id, previous: one.previous }));
    await put(tx, resealed({ ...one, id: two.id, previous: two.previous }));
    return ["replaced", one.id];
  },
};

const EMPTY = {
  ...{ one: 1, ...START },
  ...{ removed_id: NOTHING.id, removed_hash: NOTHING.hash, removed_count: NOTHING.count },
};

/** Chains the rows anew, in a trail that holds nothing else. */
async function chain(db: Database, made: readonly Parameters<typeof append>[1][number][]) {
  await db.write(TURN, async (tx) => {
    await tx.deleteFrom("audit").execute();
    await tx.deleteFrom("audit_head").execute();
    await tx.insertInto("audit_head").values(EMPTY).execute();
    await append(tx, made);
  });
  return await db.read.selectFrom("audit").selectAll().orderBy("id").execute();
}

onEveryStore("a chain that nobody has touched is intact", async (store) => {
  await using test = await startApp({ store });
  const { db } = test.app;
  await fc.assert(
    fc.asyncProperty(rows, async (made) => {
      const all = await chain(db, made);

      const { intact, records, newest } = await verifyChain(db);

      assert.deepEqual([intact, records, newest?.hash], [true, made.length, all.at(-1)?.hash]);
    }),
    { numRuns: 60 },
  );
});

for (const [what, commit] of Object.entries(CRIMES)) {
  onEveryStore(`it is found, and which record is the first, when ${what}`, async (store) => {
    await using test = await startApp({ store });
    const { db } = test.app;
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), async (made, place) => {
        const all = await chain(db, made);
        // The newest row has none after it that would tell.
        const at = place % (all.length - 1);
        const [kind, id] = await db.write(TURN, (tx) => commit(tx, all, at));

        const { fault, intact } = await verifyChain(db);

        assert.deepEqual([intact, fault?.kind, fault?.id], [false, kind, id], fault?.says);
      }),
      { numRuns: 25 },
    );
  });
}

onEveryStore(
  "rows that are kept after some were taken off or added do not hide it",
  async (store) => {
    await using test = await startApp({ store });
    const { db } = test.app;
    const cut = (tx: Tx, { id }: ChainedRow) =>
      tx.deleteFrom("audit").where("id", ">", id).execute();
    const add = (tx: Tx, newest: ChainedRow) =>
      tx.insertInto("audit").values(chained(newest, [newest])).execute();
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), async (made, place) => {
        const all = await chain(db, made);
        const at = place % (all.length - 1);
        const later = () => db.write(TURN, (tx) => append(tx, made));
        await db.write(TURN, (tx) => cut(tx, all[at]!));
        await later();
        const one = await verifyChain(db);
        await chain(db, made);
        await db.write(TURN, (tx) => add(tx, all.at(-1)!));
        await later();
        const other = await verifyChain(db);

        assert.deepEqual([one.fault?.kind, one.fault?.id], ["missing", at + 2], one.fault?.says);
        assert.deepEqual([other.fault?.kind, other.fault?.id], ["replaced", all.length + 1]);
      }),
      { numRuns: 25 },
    );
  },
);

onEveryStore(
  "with a checkpoint it is found what was cut off or made anew, the head as well",
  async (store) => {
    await using test = await startApp({ store });
    const { db } = test.app;
    await fc.assert(
      fc.asyncProperty(rows, fc.nat(), fc.nat(), async (made, first, second) => {
        const all = await chain(db, made);
        const { newest } = await verifyChain(db);
        const at = first % all.length;
        await db.write(TURN, (tx) => append(tx, made.slice(0, second % 3)));
        const later = await verifyChain(db, newest!);
        const anew = chained(
          START,
          all.map((row, index) => index === at ? { ...row, reason: `${row.reason}!` } : row),
        );
        await db.write(TURN, async (tx) => {
          await tx.deleteFrom("audit").where("id", ">", at).execute();
          await setEnd(tx, all[at - 1] ?? START);
        });
        const [cut, unseen] = [await verifyChain(db, newest!), await verifyChain(db)];
        await chain(db, anew);
        const [rewritten, believed] = [await verifyChain(db, newest!), await verifyChain(db)];

        assert.deepEqual([later.intact, later.checkpoint], [true, "passed"]);
        assert.deepEqual([cut.fault?.kind, cut.fault?.id], ["cut off", at + 1]);
        assert.deepEqual([rewritten.fault?.kind, rewritten.checkpoint], ["rewritten", "failed"]);
        assert.deepEqual([unseen.intact, believed.intact], [true, true]);
      }),
      { numRuns: 40 },
    );
  },
);
