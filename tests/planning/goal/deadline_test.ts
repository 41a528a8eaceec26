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
  ["Finish by 1 May 2027", "2027-05-01"],
  ["Finish by May 1st, 2027", "2027-05-01"],
  ["Finish by 3 April", "2027-04-03"],
  ["Finish by May 2027", "2027-05-01"],
  ["Finish by May and rest.", "2027-05-01"],
  ["Finish before January.", "2026-12-31"],
  ["Finish by the end of May", "2027-05-31"],
  ["Finish before the end of february 2028", "2028-02-29"],
  ["Finish by the end of November", "2026-11-30"],
  ["Finish by the end of the year", "2026-12-31"],
  ["Finish by end of year", "2026-12-31"],
  ["Finish by the end of next year", "2027-12-31"],
  ["By 1 May 2027 Ada and I want to sail", "2027-05-01"],
  ["By next May I want to sail", "2027-05-01"],
  ["Read all by next May Sarton", undefined],
  ["Read it by Jan.", undefined],
  ["Finish by tomorrow", "2026-11-23"],
  ["Finish by friday, really", "2026-11-27"],
  ["Finish by 1 May 2027 or by 1 June 2027", undefined],
  ["Finish by 1 May 2027 or 1 June 2027", undefined],
  ["Finish by May or June", undefined],
  ["Finish by November", undefined],
  ["Finish by 2027-02-30", undefined],
  ["Begin, but not before 2027-02-01", undefined],
  ["Improve my 5k time by 2 minutes", undefined],
  ["Reduce screen time by 1 hour", undefined],
  ["Reduce screen time by 1 hour by 2027-03-01", "2027-03-01"],
  ["Stop smoking until now", undefined],
  ["Save more, increase by 1 a month", undefined],
  ["Save more, increase by 5 March", "2027-03-05"],
  ["Lose 5 kg by 10 weeks of running", undefined],
  ["Get lighter by May 10 kg at least", undefined],
  ["Read 12 books by May Sarton", undefined],
  ["Read 12 books by May", "2027-05-01"],
  ["Run faster by next Friday Runners meetings", undefined],
  ["Grow by 10%", undefined],
  ["Grow by 2027 plants", undefined],
  ["Earn more by 12.5 a day", undefined],
  ["Win by a second", undefined],
  ["Become better by the day", undefined],
  ["Sing a song by The Weeknd", undefined],
  ["Sleep before midnight", undefined],
  ["Get up by 6", undefined],
  ["Get up by 6am", undefined],
  ["Learn a poem by March Hare", undefined],
  ["Learn a poem by Jan Wagner", undefined],
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

for (
  const [said, note] of [
    ["2046-11-22", undefined],
    [
      "2046-11-23",
      /client's model read Friday 2046-11-23 as target date, .*more than 20 years away/,
    ],
    ["9999-12-31", /client's model read 9999-12-31 as target date, .*more than 20 years away/],
  ] as const
) {
  Deno.test(`${said}, read by a model, is ${note ? "no" : "a"} target date`, async () => {
    await using app = await startApp();
    const { tasks } = JSON.parse(planOf({ title: "Buy shoes", due_date: "2026-12-15" }));
    const model = [JSON.stringify({ target_date: said, tasks })];
    await using ada = await startAsking(app, { era: "2026-07-28", model });

    const { goal, notes } = await ada.call("decompose_goal", { goal_description: "Run" });

    assert.equal(goal.target_date, note ? null : said);
    if (note) assert.match(notes.join("\n"), note);
  });
}
