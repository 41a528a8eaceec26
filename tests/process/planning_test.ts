import assert from "node:assert/strict";
import { planOf } from "../planning/goal/asking.ts";
import { startModel } from "../planning/goal/model_server.ts";
import { onEveryProgram } from "./programs.ts";
import { newPlace, runToEnd, startServer } from "./server.ts";

const GOOD = planOf({ title: "Find a boat" }, { title: "Sail it home", depends_on: [1] });

onEveryProgram(
  "a server reaches the configured model, and no proxy hears of it",
  async (program) => {
    using place = newPlace();
    await using model = startModel(GOOD);
    await using proxy = startModel(GOOD);
    const proxies = ["http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    const through = Object.fromEntries(proxies.map((name) => [name, `http://${proxy.host}`]));
    const env = { SELFOS_AI_URL: model.url, SELFOS_AI_MODEL: "fake", ...through };
    await using server = await startServer(program, { ...place, env });

    const plan = await server.call("decompose_goal", { goal_description: "Sail" });
    const { tasks } = await server.call("apply_plan", { plan_token: plan.plan_token });

    assert.deepEqual([plan.source, tasks.length, proxy.requests.length], ["endpoint", 2, 0]);
    const { code, stderr } = await server.end();
    assert.equal(code, 0, stderr);
  },
);

onEveryProgram("selfos call takes a goal apart and applies the plan", async (program) => {
  using place = newPlace();
  await using model = startModel(GOOD);
  const env = { SELFOS_AI_URL: model.url, SELFOS_AI_MODEL: "fake" };
  const call = async (...args: string[]) => {
    const { code, stdout, stderr } = await runToEnd(program, {
      ...place,
      env,
      args: ["call", "--json", ...args],
    });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };

  const plan = await call("decompose_goal", "goal_description=Sail");
  const applied = await call("apply_plan", `plan_token=${plan.plan_token}`, "pick=[1]");

  assert.deepEqual([plan.source, applied.tasks.length], ["endpoint", 1]);
});
