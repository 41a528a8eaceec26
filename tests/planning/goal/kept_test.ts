import assert from "node:assert/strict";
import { tasksTitled } from "../../../src/life/tasks/titles.ts";
import { keepPlan } from "../../../src/planning/plans.ts";
import { onEveryStore, startApp } from "../../harness.ts";
import { plansKept } from "./asking.ts";

onEveryStore("of the plans that nobody applies, the newest are kept", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const first = await ada.call("decompose_goal", { goal_description: "Run" });
  await ada.call("apply_plan", { plan_token: first.plan_token });
  const oldest = await ada.call("decompose_goal", { goal_description: "Swim" });
  const of = (principal: string, at: number) => {
    const actor = { user_id: "ada", principal, client: "test", tool: "plan_day" };
    const plan = { kind: "day", date: "2026-11-22", moves: [] } as const;
    return keepPlan(app.app.db, actor, plan, new Date(app.clock.now.getTime() + at));
  };
  await of("key", 1);

  for (let at = 1; at <= 200; at++) await of("local", at);

  assert.equal(await plansKept(app), 202);
  assert.match(
    await ada.refused("apply_plan", { plan_token: oldest.plan_token }),
    /^not_found: /,
  );
  const again = await ada.call("apply_plan", { plan_token: first.plan_token });
  assert.equal(again.replayed, true);
});

onEveryStore("only tasks that have one of the titles are read", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Run" });
  const { goal: other } = await ada.call("create_goal", { title: "Swim" });
  const titles = ["Rún  far", "Run far away", "Run", "100% 🎽_done", "Over", "Say \\ it"];
  for (const title of titles) await ada.call("create_task", { title, goal_id: goal.id });
  await ada.call("create_task", { title: "Run", description: "far", goal_id: goal.id });
  await ada.call("create_task", { title: "Run far", goal_id: other.id });

  const find = async (...wanted: string[]) =>
    (await tasksTitled(app.app.db.read, goal.id, wanted)).map(({ title }) => title);

  assert.deepEqual(await find("run FAR"), ["Rún  far"]);
  assert.deepEqual(await find("RUN"), ["Run", "Run"]);
  assert.deepEqual(await find("100% 🎽_DONE", "say \\ it", "o%"), ["Say \\ it", "100% 🎽_done"]);
  assert.deepEqual(await find(), []);
});
