import assert from "node:assert/strict";
import { type CatchUp, costOf } from "../../src/insights/catch_up/fit.ts";
import { type Answer, onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { type State, stateOf, steps, take, tryCall } from "../life/history_steps.ts";
import fc from "../properties.ts";

const RUNS: Record<StoreKind, number> = { sqlite: 60, postgres: 8 };
const SECTIONS = ["overdue", "due_today", "completed", "changes", "memories", "own"] as const;
const ENTITIES = { goal: "goals", task: "tasks", memory: "memories", life_area: "life_areas" };

const actors = fc.array(fc.constantFrom("claude", "phone", "laptop"), {
  minLength: 12,
  maxLength: 12,
});
const undos = fc.array(fc.nat(24), { maxLength: 4 });
const budgets = fc.array(fc.integer({ min: 50, max: 1200 }), { minLength: 3, maxLength: 3 });

onEveryStore(
  "of any history, all that changed is told or counted, and nothing else",
  async (store) => {
    await using app = await startApp({ store, zone: "Europe/Berlin" });
    await app.as("bob").call("create_goal", { title: "Bob's" });
    let person = 0;
    await fc.assert(
      fc.asyncProperty(
        steps,
        steps,
        actors,
        undos,
        budgets,
        async (early, late, who, picks, some) => {
          const user = await newPerson(app, ++person);
          const visit = async (budget: number) =>
            await tryCall(app, user, "catch_up", { budget }, "claude") as Answer & CatchUp;
          const made: unknown[] = [];
          const live = async (history: typeof early) => {
            for (const [index, step] of history.entries()) {
              const answer = await take(app, user, step, who[index]);
              if (answer?.["change_id"]) made.push(answer["change_id"]);
            }
          };
          await live(early);
          await visit(50);
          const mark = await newestChange(app, user);
          const before = await stateOf(app, user);
          app.clock.now = new Date(app.clock.now.getTime() + 600_000);
          await live(late);
          for (const pick of picks) {
            await tryCall(app, user, "undo", { change_id: made[pick % made.length] ?? 1 }, "phone");
          }

          const whole = await visit(8000);
          const answers = [];
          for (
            const budget of some.sort((a, b) => a - b)
          ) answers.push(await visit(budget));

          const told = keysIn(whole);
          const touched = await touchedSince(app, user, mark);
          for (const key of differences(before, await stateOf(app, user))) {
            assert.ok(told.has(key), `${key} is not told`);
          }
          for (const key of told) assert.ok(touched.has(key), `${key} was not touched`);
          assert.deepEqual(whole.left_out, {});
          let lines = SECTIONS.map(() => 0);
          for (const [index, answer] of answers.entries()) {
            assert.ok(
              costOf(answer) <= some[index]!,
              `${costOf(answer)} tokens for ${some[index]}`,
            );
            const counts = SECTIONS.map((section) => answer[section]?.length ?? 0);
            assert.deepEqual(
              SECTIONS.map((section, at) => counts[at]! + (answer.left_out[section] ?? 0)),
              SECTIONS.map((section) => whole.totals![section]),
            );
            assert.ok(
              counts.every((count, at) => count >= lines[at]!),
              "a larger budget tells less",
            );
            lines = counts;
          }
        },
      ),
      { numRuns: RUNS[store] },
    );
  },
);

async function newPerson({ app: { life } }: TestApp, number: number): Promise<string> {
  const user_id = `person-${number}`;
  await life.users.create({ user_id, principal: "local", client: "selfos", tool: "test" }, {});
  return user_id;
}

async function newestChange({ app }: TestApp, user_id: string): Promise<number> {
  const { newest } = await app.db.read.selectFrom("changes").where("user_id", "=", user_id)
    .select(({ fn }) => fn.max("id").as("newest")).executeTakeFirstOrThrow();
  return Number(newest);
}

async function touchedSince({ app }: TestApp, user_id: string, mark: number) {
  const rows = await app.db.read.selectFrom("changes")
    .innerJoin("change_items", "change_items.change_id", "changes.id")
    .select(["entity", "entity_id"]).where("user_id", "=", user_id).where("changes.id", ">", mark)
    .execute();
  return new Set(rows.map(({ entity, entity_id }) => `${entity} ${entity_id}`));
}

function keysIn({ completed = [], changes = [], memories = [], own = [] }: CatchUp): Set<string> {
  return new Set(
    [completed, changes, memories, own].flat().map(({ entity, id }) => `${entity} ${id}`),
  );
}

/** What the store computes from other fields, or what follows from a status. */
const DERIVED = [
  ...["closed", "target_sort", "due_sort", "words", "digest", "terms"],
  ...["completed_at", "next_task_id", "recurrence_start", "occurrence_date"],
];

function differences(before: State, after: State): string[] {
  return Object.entries(ENTITIES).flatMap(([entity, table]) => {
    const images = (state: State) =>
      new Map(state[table as keyof State].map((row) => {
        const kept = Object.entries(row).filter(([name]) => !DERIVED.includes(name));
        return [row["id"], JSON.stringify(kept)];
      }));
    const [was, is] = [images(before), images(after)];
    return [...new Set([...was.keys(), ...is.keys()])]
      .filter((id) => was.get(id) !== is.get(id)).map((id) => `${entity} ${id}`);
  });
}

onEveryStore(
  "of very many changes the newest are told, and the older ones counted",
  async (store) => {
    await using app = await startApp({ store });
    const phone = app.as("ada", { client: "phone" });
    await app.as("ada").call("catch_up");
    app.clock.now = new Date("2026-11-22T13:00:00Z");
    for (let batch = 1; batch <= 22; batch++) {
      const tasks = Array.from({ length: 50 }, (_, n) => ({
        title: `Batch ${batch}, ${n}`,
        due_date: "2026-11-21",
      }));
      await phone.call("create_tasks", { tasks });
    }

    const answer = await app.as("ada").call("catch_up");

    assert.equal(answer.totals.changes, 1000);
    assert.equal(answer.totals.overdue, 1100);
    assert.equal(answer.left_out.older, 2);
    assert.equal(answer.changes.length + answer.left_out.changes, 1000);
    assert.match(answer.changes[0].title, /^Batch 22, 0$/);
  },
);
