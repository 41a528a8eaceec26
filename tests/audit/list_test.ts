import assert from "node:assert/strict";
import { CompiledQuery } from "kysely";
import { type AuditFilter, listRecords, recordsOf } from "../../src/audit/list.ts";
import type { Attempt } from "../../src/audit/audit.ts";
import { Trail } from "../../src/audit/trail.ts";
import { AppError } from "../../src/errors.ts";
import { recordingLog } from "../events/recording_log.ts";
import { NOW, onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { attempt } from "./records.ts";

/** Six records, a day apart; the newest was made now. Request ids are 1 to 6, oldest first. */
const MADE: Partial<Attempt>[] = [
  { asker: { id: "Ab12Cd34", user_id: "ada" }, client: "cursor" },
  { user_id: "bob", asker: { id: "local", user_id: "bob" }, target: "get_task" },
  {
    ...{ user_id: null, named: { user_id: "bob", target: "list_tasks" } },
    ...{ outcome: "permission_denied" as const, reason: "a rule" },
  },
  {
    ...{ action: "authenticate" as const, target: null, asker: null, user_id: null },
    ...{ outcome: "unauthenticated" as const, reason: "unknown" },
  },
  { action: "keys create", target: "Ab12Cd34", asker: { id: "local", user_id: null } },
  { target: "get_task", outcome: "not_found" },
];

async function filled(store: StoreKind): Promise<TestApp> {
  const test = await startApp({ store, zone: "Pacific/Auckland" });
  const { log } = recordingLog();
  let now = new Date(NOW);
  await using trail = new Trail({ db: test.app.db, log, now: () => now });
  MADE.forEach((given, index) => {
    now = new Date(Date.parse(NOW) - (MADE.length - 1 - index) * 86_400_000);
    trail.record(attempt({ ...given, request_id: String(index + 1) }));
  });
  return test;
}

async function list({ app, clock }: TestApp, filter: Partial<AuditFilter> = {}) {
  const reader = { now: clock.now, user_id: "ada" };
  return await listRecords(app.db, { limit: 20, ...filter }, reader);
}

const filters: readonly { filter: Partial<AuditFilter>; finds: string }[] = [
  { filter: {}, finds: "654321" },
  { filter: { person: "ada" }, finds: "6531" },
  { filter: { person: "bob" }, finds: "32" },
  { filter: { person: "local" }, finds: "" },
  { filter: { key: "Ab12Cd34" }, finds: "1" },
  { filter: { key: "local" }, finds: "6532" },
  { filter: { client: "cursor" }, finds: "1" },
  { filter: { action: "keys create" }, finds: "5" },
  { filter: { target: "get_task" }, finds: "62" },
  { filter: { outcome: "not_found" }, finds: "6" },
  { filter: { denied: true }, finds: "43" },
  { filter: { denied: true, person: "bob" }, finds: "3" },
  { filter: { target: "get_task", person: "ada" }, finds: "6" },
  { filter: { since: "2026-11-21T12:00:00Z" }, finds: "65" },
  { filter: { until: "2026-11-21T12:00:00Z" }, finds: "4321" },
  { filter: { since: "2026-11-18T12:00:00Z", until: "2026-11-20T12:00:00Z" }, finds: "32" },
  // Ada's yesterday begins at 11:00 UTC.
  { filter: { since: "yesterday" }, finds: "65" },
  { filter: { since: "3 days ago", outcome: "ok" }, finds: "5" },
];

onEveryStore("records are found by each filter, newest first", async (store) => {
  await using test = await filled(store);
  for (const { filter, finds } of filters) {
    const { records, total, next_cursor } = await list(test, filter);

    const found = records.map(({ request_id }) => request_id).join("");
    assert.equal(found, finds, JSON.stringify(filter));
    assert.deepEqual([total, next_cursor], [finds.length, null], JSON.stringify(filter));
  }
});

onEveryStore("pages hold every record once, while others are added", async (store) => {
  await using test = await filled(store);
  for (const person of [undefined, "ada"]) {
    const seen: (string | null)[] = [];
    let cursor: string | undefined;
    do {
      const page = await list(test, { limit: 2, cursor, person });
      seen.push(...page.records.map(({ request_id }) => request_id));
      cursor = page.next_cursor ?? undefined;
      await using trail = new Trail({
        ...{ db: test.app.db, log: recordingLog().log, now: () => test.clock.now },
      });
      trail.record(attempt({ request_id: "late" }));
    } while (cursor !== undefined);

    const own = seen.filter((id) => id !== "late");
    assert.deepEqual(own, [...(person === undefined ? "654321" : "6531")]);
    assert.equal(seen.length - own.length, person === undefined ? 0 : 3);
  }
});

Deno.test("times are shown as they were understood, on the clock of the person", async () => {
  await using test = await filled("sqlite");

  const { resolved } = await list(test, { since: "yesterday", until: "today 5pm" });

  assert.deepEqual(resolved, {
    since: "Sunday 2026-11-22T00:00:00+13:00",
    until: "Monday 2026-11-23T17:00:00+13:00",
  });
});

const refusals: readonly { filter: Partial<AuditFilter>; says: RegExp; code: string }[] = [
  { filter: { person: "nobody" }, says: /no such person/, code: "not_found" },
  { filter: { since: "when pigs fly" }, says: /since.*"when pigs fly"/, code: "invalid_input" },
  { filter: { until: "" }, says: /until/, code: "invalid_input" },
  { filter: { cursor: "x" }, says: /cursor "x"/, code: "invalid_input" },
];
for (const { filter, says, code } of refusals) {
  Deno.test(`a list of ${JSON.stringify(filter)} is refused`, async () => {
    await using test = await startApp();
    const refusal = await list(test, filter).then(() => undefined, (error) => error);

    assert.ok(refusal instanceof AppError);
    assert.match(refusal.message, says);
    assert.equal(refusal.code, code);
  });
}

Deno.test("what failed is found by its index, however much went well", async () => {
  await using test = await startApp();
  const { db } = test.app;
  const plans: string[] = [];
  for (const filter of [{ denied: true }, { outcome: "error" }] as const) {
    const { sql: text, parameters } = recordsOf(db, { limit: 20, ...filter }).compile();
    const { rows } = await db.read.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`explain query plan ${text} order by id desc`, [...parameters]),
    );
    plans.push(rows.map(({ detail }) => detail).join());
  }

  for (const plan of plans) assert.match(plan, /audit_by_failure/);
});
