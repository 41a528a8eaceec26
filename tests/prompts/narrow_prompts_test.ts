import assert from "node:assert/strict";
import { startApp } from "../harness.ts";
import { furnish, holder } from "../household.ts";
import { argumentsOf, get, live, NAMES } from "./using.ts";

const LATER = { date: "2026-11-29" };

Deno.test("a narrow key's prompts hold its part, and only those that it may use are there", async () => {
  await using app = await startApp();
  const mine = await furnish(app, "ada");
  const areas = [mine.open.area];
  const key = await holder(app, { user_id: "ada", areas });
  const client = await key.open();
  for (const name of NAMES) {
    const args = argumentsOf(name, mine.open.goal);
    assert.doesNotMatch(JSON.stringify(await get(client, name, args)), /secret/, name);
  }
  const few = await (await holder(app, { user_id: "ada", tools: ["daily_*"] })).open();

  const { prompts } = await few.listPrompts();

  assert.deepEqual(prompts.map(({ name }) => name), ["daily_planning"]);
  await assert.rejects(get(few, "catch_up", {}), /permission_denied/);
});

Deno.test("a key that is narrowed to resources is shown no other by a prompt", async () => {
  await using app = await startApp();
  const { goal } = await live(app, "ada");
  const resources = ["selfos://users/*/daily/*"];
  const client = await (await holder(app, { user_id: "ada", resources })).open();

  for (const name of NAMES) {
    const args = { ...argumentsOf(name, goal.id), ...(name === "daily_planning" ? LATER : {}) };
    const messages = await get(client, name, args);
    const texts = messages.map(({ content }) => JSON.stringify(content));
    const shown = texts.filter((text) => /selfos:.*ada buys shoes/.test(text));
    const left = texts.filter((text) => /is left out here: this key is narrowed/.test(text));

    assert.equal(shown.length, name === "evening_reflection" ? 1 : 0, name);
    assert.ok(left.length > 0, name);
    assert.ok(left.every((text) => /selfos:\/\/(users|goals)\//.test(text)), name);
    assert.ok(!texts.some((text) => text.includes("goals_due_soon")), name);
  }
});
