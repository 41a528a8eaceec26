import assert from "node:assert/strict";
import { startApp } from "../harness.ts";
import { get, live } from "./using.ts";

Deno.test("a goal is taken apart by a plan, which the person picks from before it is applied", async () => {
  await using app = await startApp();
  const { goal } = await live(app, "ada");

  const [first] = await get(await app.as("ada").open(), "decompose_goal", {
    goal_id: String(goal.id),
  });

  const text = first?.content.type === "text" ? first.content.text : "";
  assert.match(text, new RegExp(`decompose_goal with goal_id ${goal.id}.*picked.*apply_plan`, "s"));
  assert.match(text, /no decompose_goal, write the tasks yourself/);
  assert.match(text, /no apply_plan, it is create_tasks\. Create nothing before that/);
});
