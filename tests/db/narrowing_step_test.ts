import assert from "node:assert/strict";
import { sql } from "kysely";
import { type App, openApp, ownerOf } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import type { ColumnTypes } from "../../src/db/schema.ts";
import { STEPS } from "../../src/db/steps.ts";
import { newStore, onEveryStore, type StoreKind, surroundings } from "../harness.ts";

const STEP = "0006_narrow_keys_and_shares";

const TYPES: Record<StoreKind, ColumnTypes> = {
  sqlite: {
    ...{ id: "integer primary key", text: "text", integer: "integer", real: "real", bytes: "blob" },
    indexTerms: () => [],
  },
  postgres: {
    ...{ id: "bigint", text: `text collate "C"`, integer: "bigint", real: "double precision" },
    ...{ bytes: "bytea", indexTerms: () => [] },
  },
};

/** What the step adds, taken back. */
const BACK = [
  ...["tools", "resources", "areas"].map((column) => `alter table api_keys drop column ${column}`),
  "drop table area_shares",
  "alter table changes drop column guest",
  ...["before", "after"].map((when) => `alter table change_items drop column area_${when}`),
];

onEveryStore(
  "a store from before narrow keys keeps its data, and withholds what it did then",
  async (kind) => {
    const place = await newStore(kind);
    await using stack = new AsyncDisposableStack();
    stack.defer(() => place.remove());
    const config = readConfig(place.flags, surroundings({ HOME: place.directory }));
    const actor = ownerOf("local", "test");
    const { area, goal, key, before } = await (async () => {
      await using app = await openApp(config, { migrate: true });
      const { life_area } = await app.life.areas.save(actor, { name: "Work" });
      const { goal } = await app.life.goals.create(actor, {
        title: "From before",
        life_area_id: life_area.id,
      });
      const { keys } = await app.auth();
      const { key } = await keys.create({
        ...{ user_id: "local", name: "old", level: "read_write", expires_at: null },
      });
      const { changes: before } = await app.life.history.list(actor, { limit: 10 });
      await takeAgain(app, kind);
      return { area: life_area.id, goal: goal.id, key, before };
    })();

    await using app = await openApp(config);
    const narrow = { user_id: "local", areas: [area] };
    const old = await app.life.history.list(narrow, { limit: 10 });
    const { change_id } = await app.life.goals.update(actor, goal, { title: "From now" });
    const all = await app.life.history.list(actor, { limit: 10 });
    const seen = await app.life.history.list(narrow, { limit: 10 });
    const undo = () =>
      app.life.history.undo({ ...actor, areas: [area] }, { change_id: before[0]?.id });

    assert.deepEqual([old.changes, old.total, old.withheld], [[], 0, before.length]);
    assert.deepEqual(all.changes.slice(1), before);
    assert.deepEqual(seen.changes.map(({ id }) => id), [change_id]);
    assert.deepEqual((await app.life.goals.list(narrow, { limit: 10 })).total, 1);
    await assert.rejects(undo, { code: "not_found" });
    const { authenticator } = await app.auth();
    const { id: _, ...principal } = await authenticator.authenticate(key);
    assert.deepEqual(principal, { user_id: "local", level: "read_write" });
    assert.deepEqual(await app.life.shares.list("local"), { shares: [] });
  },
);

/** Takes the step on the store as it would be without it. */
async function takeAgain({ db }: App, kind: StoreKind): Promise<void> {
  const step = await STEPS[STEP]!();
  await db.write("local", async (tx) => {
    for (const statement of BACK) await sql.raw(statement).execute(tx);
    // deno-lint-ignore no-explicit-any
    await step.up(tx as any, TYPES[kind]);
  });
}
