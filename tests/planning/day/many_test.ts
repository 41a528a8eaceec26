import assert from "node:assert/strict";
import { sql } from "kysely";
import { onEveryStore, startApp } from "../../harness.ts";
import { addTasks, type Task } from "./lives.ts";

const DUE = [null, "2026-11-10", "2026-11-23", "2026-11-28", "2027-03-01"];

/** Of many dates and goals; every third waits for the one before it. */
const TASKS = Array.from({ length: 10_000 }, (_, index): Task => ({
  status: "pending",
  priority: 1 + index % 4,
  due_date: DUE[index % 5] ?? null,
  estimated_duration: index % 7 === 0 ? null : 5 + index % 90,
  goal: index % 50,
  after: index % 3 === 1 ? [index - 1] : [],
}));
const GOALS = Array.from({ length: 50 }, (_, index) => ({
  status: "active",
  target_date: `2027-01-${10 + index % 20}`,
}));

onEveryStore(
  "of 10,000 tasks a day is planned in an answer that can be read",
  async (store) => {
    await using app = await startApp({ store, now: "2026-11-23T08:00:00Z", serves: false });
    await addTasks(app, "ada", TASKS, GOALS);
    // As the server does by itself within a minute: until then it knows of no rows, and plans for none.
    if (store === "postgres") await sql`analyze`.execute(app.app.db.read);
    const ada = app.as("ada");
    for (const date of ["2026-11-23", "2026-11-24", "2026-11-28", "2026-11-23", "2026-11-24"]) {
      const answer = await ada.call("plan_day", { date });
      const bytes = JSON.stringify(answer).length;
      assert.ok(bytes < 20_000, `${bytes} bytes`);
      assert.equal(answer.does_not_fit.length, 20);
      assert.ok(answer.does_not_fit_total > 1900);
    }
  },
);

Deno.test("a life of tasks that all wait for one another is planned", async () => {
  await using app = await startApp({ now: "2026-11-23T08:00:00Z", serves: false });
  const layered = Array.from({ length: 400 }, (_, index): Task => ({
    ...{ status: "pending", priority: 3, estimated_duration: 30 },
    due_date: index % 3 === 0 ? "2026-11-23T10:00:00+00:00" : "2026-11-23",
    after: index < 20
      ? []
      : Array.from({ length: 20 }, (_, at) => 20 * Math.floor(index / 20 - 1) + at),
  }));
  await addTasks(app, "ada", layered);

  const { blocks } = await app.as("ada").call("plan_day");

  assert.ok(blocks.length > 10);
});
