/** The rounds of a call in the revision of 2026-07-28, one by one. */
import assert from "node:assert/strict";
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { openLog } from "../../../src/log.ts";
import { serveConnection } from "../../../src/transports/connection.ts";
import { startApp, type TestApp } from "../../harness.ts";
import { dumpOf } from "../../tools/answers.ts";
import { type Json, planOf, plansKept, said } from "./asking.ts";

const GOOD = planOf({ title: "Buy shoes" }, { title: "Run 5 km", depends_on: [1] });
const ANSWERS: Record<string, Json> = {
  target: { action: "accept", content: { target_date: "2026-12-22" } },
  plan: said("no"),
  plan_again: said(GOOD),
};
const ROUNDS = Object.keys(ANSWERS);

/** A client of its own for each round: what a round needs, it brings. */
async function round({ app }: TestApp, params: Json): Promise<Json> {
  const client = new Client({ name: "rounds", version: "1" }, {
    capabilities: { sampling: {}, elicitation: {} },
    versionNegotiation: { mode: { pin: "2026-07-28" } },
    inputRequired: { autoFulfill: false },
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const log = openLog({ logLevel: "error", logFormat: "text" });
  const principal = { user_id: "ada", level: "read_write", id: "local" } as const;
  serveConnection({ log, engine: () => Promise.resolve(app.engine) }, principal, far as Json, "t");
  await client.connect(near);
  const name = "decompose_goal";
  const result = await client.callTool(
    { name, arguments: { goal_id: 1 }, ...params },
    { allowInputRequired: true } as Json,
  );
  await client.close();
  return result;
}

function answered({ inputRequests, requestState }: Json, answers = ANSWERS): Json {
  const names = Object.keys(inputRequests);
  return {
    inputResponses: Object.fromEntries(names.map((name) => [name, answers[name]])),
    requestState,
  };
}

Deno.test("every round can be taken again, elsewhere, and nothing is written before the last", async () => {
  await using app = await startApp();
  await app.as("ada").call("create_goal", { title: "Run" });

  const before = await dumpOf(app);

  let params: Json = {};
  for (const name of ROUNDS) {
    const first = await round(app, params);
    const again = await round(app, params);
    for (const asked of [first, again]) assert.deepEqual(Object.keys(asked.inputRequests), [name]);
    assert.deepEqual(await dumpOf(app), before);
    params = answered(again);
  }
  const last = await round(app, params);

  assert.equal(last.structuredContent.source, "client_model");
  assert.equal(await plansKept(app), 1);
  const { goal } = await app.as("ada").call("get_goal", { goal_id: 1 });
  assert.deepEqual([goal.target_date, goal.tasks], [null, []]);
});

Deno.test("what a client carries cannot be altered", async () => {
  await using app = await startApp();
  await app.as("ada").call("create_goal", { title: "Run" });
  const params = answered(await round(app, {}));

  await assert.rejects(
    round(app, { ...params, requestState: `${params.requestState}x` }),
    /requestState/,
  );

  assert.equal(await plansKept(app), 0);
});

const odd: Record<string, Json> = {
  "an error": { code: -1, message: "User rejected sampling request" },
  "nothing": {},
  "another form": { role: "user", text: GOOD },
};
for (const [what, plan] of Object.entries(odd)) {
  Deno.test(`a client that carries ${what} for an answer gets the worksheet`, async () => {
    await using app = await startApp();
    await app.as("ada").call("create_goal", { title: "Run", target_date: "2026-12-22" });

    const asked = await round(app, {});
    const { structuredContent: answer } = await round(app, answered(asked, { plan }));

    assert.equal(answer.source, "worksheet");
    assert.match(answer.notes.join("\n"), /the client's model gave no plan: it answers something/);
  });
}

Deno.test("a client that carries no answer is asked again", async () => {
  await using app = await startApp();
  await app.as("ada").call("create_goal", { title: "Run", target_date: "2026-12-22" });

  const { requestState } = await round(app, {});
  const again = await round(app, { requestState, inputResponses: {} });

  assert.deepEqual(Object.keys(again.inputRequests), ["plan"]);
});
