import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";

onEveryStore("list_goals returns the caller's goals, nearest target first", async (store) => {
  await using app = await startApp({ store });
  await app.as("ada").call("create_goal", { title: "Later", target_date: "2027-06-01" });
  await app.as("ada").call("create_goal", { title: "Sooner", target_date: "2027-01-01" });
  await app.as("bob").call("create_goal", { title: "Secret", target_date: "2027-02-01" });

  const { goals, total } = await app.as("ada").call("list_goals");

  assert.deepEqual(goals.map((goal: { title: string }) => goal.title), ["Sooner", "Later"]);
  assert.equal(total, 2);
});
