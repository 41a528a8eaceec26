import assert from "node:assert/strict";
import { type Answer, onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { take, tryCall } from "../life/history_steps.ts";
import {
  lifeOf,
  localDay,
  progressOf,
  runUntil,
  statsOf,
  tasksBelow,
} from "./journal_reference.ts";
import fc from "../properties.ts";

const RUNS: Record<StoreKind, number> = { sqlite: 60, postgres: 12 };

const START = Date.parse("2026-10-20T12:00:00Z");

const at = fc.nat(20);
const minutes = fc.option(fc.integer({ min: 1, max: 240 }), { nil: undefined });
const instant = fc.integer({ min: -40 * 1440, max: 30 * 1440 })
  .map((minute) => new Date(START + minute * 60_000).toISOString());
const task = {
  title: fc.constant("Task"),
  goal_id: fc.option(at, { nil: undefined }),
  parent_task_id: fc.option(at, { nil: undefined }),
  estimated_duration: minutes,
  recurrence: fc.constantFrom(undefined, undefined, undefined, "daily"),
  due_date: fc.constantFrom(undefined, "tomorrow", "today", "today 1pm", "2026-10-25"),
};
const step = (tool: string, args: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record({ tool: fc.constant(tool), args: fc.record(args) });
const completion = step("complete_task", {
  task_id: at,
  completed_at: fc.option(instant, { nil: undefined }),
  actual_duration: minutes,
});

/** A step, and how many hours later it is taken. */
const histories = fc.array(
  fc.tuple(
    fc.oneof(
      step("create_goal", {
        title: fc.constant("Goal"),
        parent_goal_id: fc.option(at, { nil: undefined }),
      }),
      step("update_goal", { goal_id: at, parent_goal_id: at }),
      step("delete_goal", { goal_id: at }),
      step("create_task", task),
      step("create_task", task),
      step("create_task", task),
      completion,
      completion,
      completion,
      completion,
      step("update_task", {
        task_id: at,
        status: fc.constantFrom("pending", "in_progress", "completed", "cancelled"),
        goal_id: fc.option(at, { nil: undefined }),
      }),
      step("delete_task", { task_id: at }),
      step("add_memory", { content: fc.constant("A memory") }),
      step("undo", { last: fc.constant(true) }),
    ),
    fc.nat(30),
  ),
  { minLength: 5, maxLength: 25 },
);

onEveryStore("the numbers of any history are those of its journal", async (store) => {
  const zone = "Europe/Berlin";
  await using app = await startApp({ store, zone });
  let person = 0;
  await fc.assert(
    fc.asyncProperty(histories, fc.constantFrom("7d", "30d", "3m"), async (history, period) => {
      const user = `person-${++person}`;
      await live(app, user, history);
      const { clock: { now } } = app;

      const answer = await ask(app, user, "analyze_progress", { period });
      const stats = await ask(app, user, "query_user_stats", {});

      const life = await lifeOf(app, user);
      const days = daysIn(answer);
      const today = localDay(now.toISOString(), zone);
      assert.equal(days.at(-1), today);
      assertSame(answer, progressOf(life.tasks, days, zone));
      assert.equal(answer["streak"].current, runUntil(life.tasks, today, zone));
      assert.deepEqual(stats, statsOf(life, now, zone));
      for (const { id } of life.goals) {
        const ofGoal = await ask(app, user, "analyze_progress", { period, goal_id: id });
        assertSame(ofGoal, progressOf(tasksBelow(life, id), days, zone));
      }
    }),
    { numRuns: RUNS[store] },
  );
});

async function live(
  app: TestApp,
  user: string,
  history: readonly (readonly [{ tool: string; args: Record<string, unknown> }, number])[],
): Promise<void> {
  app.clock.now = new Date(START);
  const actor = { user_id: user, principal: "local", client: "selfos", tool: "users create" };
  await app.app.life.users.create(actor, {});
  for (const [step, hours] of history) {
    app.clock.now = new Date(app.clock.now.getTime() + hours * 3_600_000);
    await take(app, user, step);
  }
}

async function ask(app: TestApp, user: string, tool: string, args: object): Promise<Answer> {
  const answer: Answer | undefined = await tryCall(app, user, tool, args);
  assert.ok(answer, `${tool} was refused`);
  return answer;
}

function daysIn(answer: Answer): string[] {
  return answer["progress_data"].map(({ date }: { date: string }) => date).reverse();
}

function assertSame(answer: Answer, expected: ReturnType<typeof progressOf>): void {
  const { totals, estimates, forecast, progress_data } = answer;
  const { remaining, repeating } = forecast;
  assert.deepEqual({ totals, estimates, remaining, repeating, progress_data }, expected);
}
