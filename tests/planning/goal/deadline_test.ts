import assert from "node:assert/strict";
import { deadlineIn } from "../../../src/life/deadline.ts";
import { startApp } from "../../harness.ts";
import { planOf, startAsking } from "./asking.ts";

const reading = {
  ...{ field: "goal_description", zone: "UTC", now: new Date("2026-11-22T12:00:00Z") },
  toward: "future",
} as const;

const texts: [string, string | undefined][] = [
  ["Run a half marathon by next May", "2027-05-01"],
  ["Pay it back by 2027-03-31, all of it", "2027-03-31"],
  ["Learn Dutch by the 3rd of April 2027. Well.", "2027-04-03"],
  ["Move out before 2027-02-01", "2027-01-31"],
  ["Learn what I may do by hand", undefined],
  ["Run by 2027-03-01 or by 2027-04-01", undefined],
  ["Run 10 km in May 2025", undefined],
  ["by by by by by by by", undefined],
  ["Run", undefined],
];
for (const [text, day] of texts) {
  Deno.test(`"${text}" is to be done by ${day ?? "no certain day"}`, async () => {
    assert.equal(await deadlineIn(text, reading), day);
  });
}

Deno.test("a date in the description is the target date of the goal", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const goal_description = "Run a half marathon by next May";

  const plan = await ada.call("decompose_goal", { goal_description });
  const { goal } = await ada.call("apply_plan", { plan_token: plan.plan_token });

  assert.deepEqual([plan.goal.target_date, goal.target_date], ["2027-05-01", "2027-05-01"]);
  assert.equal(plan.suggested_tasks.at(-1).due_date, "2027-05-01");
  assert.match(plan.notes.join("\n"), /Saturday 2027-05-01 is read from goal_description/);
});

Deno.test("where the description is not certain, the date that a model reads in it counts", async () => {
  await using app = await startApp();
  const { tasks } = JSON.parse(planOf({ title: "Buy shoes", due_date: "2027-06-15" }));
  const answer = JSON.stringify({ target_date: "2027-06-30", tasks });
  const model = [answer, answer];
  await using ada = await startAsking(app, { era: "2026-07-28", model });

  const plan = await ada.call("decompose_goal", { goal_description: "Run until mid 2027" });
  const { goal } = await ada.call("create_goal", { title: "Swim" });
  const there = await ada.call("decompose_goal", { goal_id: goal.id });

  assert.equal(plan.goal.target_date, "2027-06-30");
  assert.equal(plan.suggested_tasks[0].due_date, "2027-06-15");
  assert.match(
    plan.notes.join("\n"),
    /the client's model read Wednesday 2027-06-30 as target date/,
  );
  assert.equal(there.goal.target_date, null);
});
