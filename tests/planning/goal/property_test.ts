import assert from "node:assert/strict";
import { suggest } from "../../../src/planning/goal/suggest.ts";
import { readAnswer, readTasks } from "../../../src/planning/goal/drafts.ts";
import { onEveryStore, startApp, type StoreKind } from "../../harness.ts";
import { brokenInvariants, stateOf } from "../../life/history_steps.ts";
import { type Json, startAsking } from "./asking.ts";
import fc from "../../properties.ts";

const RUNS: Record<StoreKind, number> = { sqlite: 60, postgres: 10 };

const ZONES = ["UTC", "Pacific/Auckland", "America/Los_Angeles"];

const anything = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.constant({ id: 1, goal_id: 1 }),
);
const mostly = <T>(usual: fc.Arbitrary<T>): fc.Arbitrary<T | Json> =>
  fc.oneof({ weight: 30, arbitrary: usual }, { weight: 1, arbitrary: anything });

const title = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
const date = fc.oneof(
  fc.date({ min: new Date("2026-11-01"), max: new Date("2027-03-01"), noInvalidDate: true })
    .map((day) => day.toISOString().slice(0, 10)),
  fc.constantFrom(
    "2026-02-30",
    "tomorrow",
    "2026-11-23T23:30:00-11:00",
    "soon",
    "9999-12-31",
    null,
  ),
);

/** A task as a model may write it, with what it should not say, and may be made of anything. */
const task = (order: number) =>
  fc.record({
    order: mostly(fc.constant(order)),
    title: mostly(title.map((text) => `${order} ${text}`)),
    description: mostly(fc.option(title)),
    estimated_duration: mostly(fc.option(fc.integer({ min: 1, max: 500 }))),
    depends_on: mostly(
      fc.oneof(
        { weight: 8, arbitrary: fc.subarray(Array.from({ length: order - 1 }, (_, at) => at + 1)) },
        { weight: 1, arbitrary: fc.array(fc.integer({ min: -1, max: 9 }), { maxLength: 3 }) },
      ),
    ),
    due_date: mostly(date),
    id: fc.constant(1),
    goal_id: fc.constantFrom(1, 2, 999),
    parent_task_id: fc.constantFrom(1, 999),
    status: fc.constant("completed"),
    user_id: fc.constant("bob"),
  }, { requiredKeys: ["title", "depends_on"] });

const plan = fc.integer({ min: 1, max: 8 }).chain((length) =>
  fc.tuple(...Array.from({ length }, (_, index) => task(index + 1)))
);

const answer = fc.oneof(
  { weight: 10, arbitrary: plan.map((tasks) => JSON.stringify({ tasks })) },
  { weight: 1, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string() },
);

onEveryStore(
  "whatever a model says, a plan that is applied breaks nothing and can be undone",
  async (store) => {
    await using app = await startApp({ store });
    const answers: string[] = [];
    const model = Array.from({ length: 1000 }, () => () => ({
      ...{ role: "assistant", model: "x" },
      content: { type: "text", text: answers.shift() ?? "" },
    }));
    await using ada = await startAsking(app, { era: "2026-07-28", model });
    await app.as("bob").call("create_goal", { title: "Bob's" });
    await app.as("bob").call("create_task", { title: "Bob's", goal_id: 1 });
    const bobs = await stateOf(app, "bob");
    let [runs, fromModel] = [0, 0];

    await fc.assert(
      fc.asyncProperty(
        fc.tuple(answer, answer),
        fc.constantFrom(...ZONES),
        fc.option(fc.constantFrom("2026-11-22", "2026-11-24", "2027-01-31", "2026-01-01")),
        fc.array(fc.nat(7), { maxLength: 4 }),
        async (said, time_zone, target_date, picks) => {
          await app.app.life.users.update(OWNER, { time_zone });
          const { goal } = await ada.call("create_goal", {
            ...{ title: `Goal ${++runs}`, target_date: target_date ?? undefined },
          });
          const before = await stateOf(app, "ada");
          answers.splice(0, answers.length, ...said);

          const suggested = await ada.call("decompose_goal", { goal_id: goal.id });
          assert.deepEqual(await stateOf(app, "ada"), before);
          const orders: number[] = suggested.suggested_tasks.map(({ order }: Json) => order);
          const pick = [...new Set(picks.map((at) => orders[at % orders.length]))];
          const { tasks, change_id } = await ada.call("apply_plan", {
            plan_token: suggested.plan_token,
            ...(pick.length === 0 ? {} : { pick }),
          });
          const after = await stateOf(app, "ada");
          const ids = tasks.map(({ id }: Json) => id);

          fromModel += suggested.source === "client_model" ? 1 : 0;
          assert.deepEqual(brokenInvariants(after), []);
          assert.equal(tasks.length, pick.length || orders.length);
          for (const { id, goal_id, parent_task_id, status, due_date, depends_on } of tasks) {
            assert.deepEqual([goal_id, parent_task_id, status], [goal.id, null, "pending"]);
            assert.ok(depends_on.every((other: number) => ids.includes(other) && other < id));
            assert.ok(due_date >= dayIn(time_zone), `${due_date} is before today`);
            if (target_date && target_date >= dayIn(time_zone)) assert.ok(due_date <= target_date);
            for (const other of tasks) {
              if (depends_on.includes(other.id)) assert.ok(other.due_date <= due_date);
            }
          }
          await ada.call("undo", { change_id });
          assert.deepEqual(await stateOf(app, "ada"), before);
        },
      ),
      { numRuns: RUNS[store], endOnFailure: true },
    );

    assert.deepEqual(await stateOf(app, "bob"), bobs);
    assert.ok(fromModel > runs / 10, `${fromModel} of ${runs} plans are the model's`);
  },
);

const OWNER = { user_id: "ada", principal: "local", client: "t", tool: "t", operator: true };

/** The harness's clock stands at noon of 2026-11-22 in UTC. */
function dayIn(zone: string): string {
  return zone === "Pacific/Auckland" ? "2026-11-23" : "2026-11-22";
}

Deno.test("whatever is read is a plan, or wrong in few words", () => {
  fc.assert(
    fc.property(fc.oneof(answer, fc.string({ unit: "binary" })), (text) => {
      const read = readAnswer(text);

      if ("wrong" in read) assert.ok(read.wrong.length > 0 && read.wrong.length < 500);
      else assert.ok(read.drafts.length > 0 && read.drafts.length <= 50);
    }),
    { numRuns: 2000 },
  );
});

Deno.test("plans are made within their window, first things first", async () => {
  const clock = { now: new Date("2026-11-22T12:00:00Z"), zone: "UTC", day: "2026-11-22" };
  await fc.assert(
    fc.asyncProperty(plan, fc.nat(60), async (tasks, days) => {
      const read = readTasks(tasks);
      fc.pre("drafts" in read);
      const drafts = "drafts" in read ? read.drafts : [];
      const to = new Date(Date.parse(clock.day) + days * 86_400_000).toISOString().slice(0, 10);

      const made = await suggest(drafts, [], { from: clock.day, to }, clock);

      assert.deepEqual(made.tasks.map(({ order }) => order), drafts.map((_, index) => index + 1));
      for (const { order, depends_on, due_date } of made.tasks) {
        assert.ok(due_date >= clock.day && due_date <= to);
        for (const before of depends_on) {
          assert.ok(before < order);
          assert.ok((made.tasks[before - 1]?.due_date ?? "~") <= due_date);
        }
      }
    }),
    { numRuns: 500 },
  );
});
