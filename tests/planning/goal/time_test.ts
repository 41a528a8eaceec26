/** What a call may take in all, whoever does not answer. */
import assert from "node:assert/strict";
import { PlanningModel } from "../../../src/planning/model.ts";
import { Planner } from "../../../src/planning/planner.ts";
import { recordingLog } from "../../events/recording_log.ts";
import { startApp, type TestApp } from "../../harness.ts";
import { type Json, planOf, startAsking } from "./asking.ts";
import { startModel } from "./model_server.ts";

const GOOD = planOf({ title: "Buy shoes" }, { title: "Run 5 km", depends_on: [1] });
/** Long enough for what answers, on a machine with other work; without it the client gives up first. */
const BUDGET_MS = 8000;

const never = () => new Promise<Json>(() => {});

function plannerOf({ app, clock }: TestApp, patience: number, url?: string): Planner {
  const store = { db: app.db, events: app.events, now: () => clock.now };
  const endpoint = { url: `${url}/chat/completions`, model: "fake", apiKey: undefined };
  const model = url === undefined ? undefined : new PlanningModel(endpoint, recordingLog().log);
  return new Planner(store, model, patience);
}

Deno.test("a client whose model never answers gets the plan of the endpoint in time", async () => {
  await using server = startModel(GOOD);
  await using app = await startApp();
  const planner = plannerOf(app, BUDGET_MS, server.url);
  await using ada = await startAsking(app, { era: "2025-11-25", model: [never], planner });

  const { source, notes } = await ada.call("decompose_goal", { goal_description: "Run" });

  assert.equal(source, "endpoint");
  assert.match(notes.join("\n"), /the client's model gave no plan: it gave no answer in time/);
});

Deno.test("where nobody answers, the worksheet is there in time", async () => {
  await using server = startModel(() => new Response(new ReadableStream()));
  await using app = await startApp();
  const planner = plannerOf(app, BUDGET_MS, server.url);
  await using ada = await startAsking(app, { era: "2025-11-25", model: ["no", never], planner });

  const { source, notes } = await ada.call("decompose_goal", { goal_description: "Run" });

  assert.equal(source, "worksheet");
  assert.match(notes.join("\n"), /the client's model gave no plan: it gave no answer in time/);
  assert.match(notes.join("\n"), /the configured model gave no plan: it gives no answer within/);
});

Deno.test("a person who never answers is waited for no longer than the call has time", async () => {
  await using app = await startApp();
  const planner = plannerOf(app, 1000);
  const asking = { era: "2025-11-25", model: [GOOD], person: never, planner } as const;
  await using ada = await startAsking(app, asking);

  const { source, goal } = await ada.call("decompose_goal", { goal_description: "Run" });

  assert.deepEqual([source, goal.target_date], ["worksheet", null]);
});
