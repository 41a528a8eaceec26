import assert from "node:assert/strict";
import { planDay, type PlannedDay } from "../../../src/planning/day/day.ts";
import { startApp } from "../../harness.ts";
import { addEvents, addTasks, type Event, type Task } from "./lives.ts";
import fc from "../../properties.ts";

const TIMES = {
  time_zone: "UTC",
  work_hours: "09:00-17:00",
  work_days: ["mon", "tue", "wed", "thu", "fri"],
};
const NOW = new Date("2026-11-23T07:00:00Z");

/** A Monday on which more is due than anybody can do. */
const due = fc.constantFrom(
  ...[null, "2026-11-10", "2026-11-20T09:00:00+00:00", "2026-11-23", "2026-11-23", "2026-11-24"],
  ...["2026-11-23T10:00:00+00:00", "2026-11-23T12:30:00+00:00", "2026-11-23T17:00:00+00:00"],
);
const task = (index: number): fc.Arbitrary<Task> =>
  fc.record({
    status: fc.constantFrom("pending", "pending", "pending", "in_progress"),
    priority: fc.integer({ min: 1, max: 4 }),
    due_date: due,
    estimated_duration: fc.option(fc.integer({ min: 5, max: 300 })),
    goal: fc.option(fc.integer({ min: 0, max: 1 }), { nil: undefined }),
    after: index === 0
      ? fc.constant([])
      : fc.uniqueArray(fc.integer({ min: 0, max: index - 1 }), { maxLength: 1 }),
    parent: index === 0
      ? fc.constant(undefined)
      : fc.option(fc.integer({ min: 0, max: index - 1 }), { nil: undefined, freq: 1 }),
  });
const tasks = fc.integer({ min: 5, max: 25 }).chain((many) =>
  fc.tuple(...Array.from({ length: many }, (_, index) => task(index)))
);
const event: fc.Arbitrary<Event> = fc.record({
  day: fc.integer({ min: 23, max: 25 }),
  from: fc.integer({ min: 0, max: 450 }),
  minutes: fc.integer({ min: 5, max: 90 }),
}).map(({ day, from, minutes }) => {
  const at = (minute: number) =>
    new Date(Date.parse(`2026-11-${day}T09:00:00Z`) + minute * 60_000).toISOString();
  return { starts: at(from), ends: at(from + minutes) };
});
const GOALS = [
  { status: "active", target_date: "2026-11-24" },
  { status: "paused", target_date: null },
];

/** What a person agreed to. */
const agreed = ({ blocks }: PlannedDay) =>
  blocks.map(({ task_id, starts, ends }) => `#${task_id} ${starts}-${ends}`);

Deno.test("a full day that was agreed to is planned again as it was", async () => {
  await using app = await startApp({ serves: false });
  const { db, life } = app.app;
  let [people, changed] = [0, 0];
  await fc.assert(
    fc.asyncProperty(tasks, fc.array(event, { maxLength: 6 }), async (tasks, events) => {
      const user_id = `person-${people++}`;
      const operator = { principal: "local", client: "test", tool: "test", operator: true };
      await life.users.create({ user_id, ...operator }, {});
      await addTasks(app, user_id, tasks, GOALS);
      await addEvents(app, user_id, events);
      const plan = await planDay(db, { user_id }, TIMES, "2026-11-23", NOW);

      await db.write(user_id, async (tx) => {
        for (const { task_id, to } of plan.moves) {
          await tx.updateTable("tasks").set({ due_date: to, due_sort: to })
            .where("id", "=", task_id).execute();
        }
      });
      const again = await planDay(db, { user_id }, TIMES, "2026-11-23", NOW);

      assert.deepEqual(agreed(again), agreed(plan));
      const placed = new Set(plan.blocks.map(({ task_id }) => task_id));
      assert.ok(again.moves.every(({ task_id }) => !placed.has(task_id)), "moved what was agreed");
      changed += plan.moves.length;
    }),
    { numRuns: 300, seed: 7 },
  );
  assert.ok(changed > 500, `${changed} moves were seen`);
});
