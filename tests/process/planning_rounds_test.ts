import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type Json, planOf, said } from "../planning/goal/asking.ts";
import { startNetwork } from "./network.ts";
import { onOneProgram } from "./programs.ts";
import { newPlace } from "./server.ts";

const ANSWERS: Record<string, Json> = {
  target: { action: "accept", content: { target_date: "in three weeks" } },
  plan: said("no"),
  plan_again: said(planOf({ title: "Find a boat" }, { title: "Sail it home", depends_on: [1] })),
};

/** One round of a call, by a client of its own. */
async function round(url: string, key: string, params: Json): Promise<Json> {
  const client = new Client({ name: "rounds", version: "1" }, {
    capabilities: { sampling: {}, elicitation: {} },
    versionNegotiation: { mode: { pin: "2026-07-28" } },
    inputRequired: { autoFulfill: false },
  });
  const headers = { authorization: `Bearer ${key}` };
  const address = new URL("/mcp", url);
  await client.connect(new StreamableHTTPClientTransport(address, { requestInit: { headers } }));
  try {
    const args = { goal_description: "Sail around the world" };
    return await client.callTool(
      { name: "decompose_goal", arguments: args, ...params },
      { allowInputRequired: true } as Json,
    );
  } finally {
    await client.close();
  }
}

/** How many plans, goals, tasks and changes a store has. */
function countsIn(dataDir: string): number[] {
  const store = new DatabaseSync(`${dataDir}/selfos.db`);
  const counts = ["plans", "goals", "tasks", "changes"].map((table) =>
    Number(store.prepare(`select count(*) as count from ${table}`).get()?.["count"])
  );
  store.close();
  return counts;
}

onOneProgram(
  "a server that is killed at every round of a call has written nothing, and another goes on with it",
  async (program) => {
    using place = newPlace();
    let key: string | undefined;
    let before: number[] | undefined;
    let params: Json = {};
    for (const name of [...Object.keys(ANSWERS), "done"]) {
      await using server = await startNetwork(program, place.dataDir, [], {
        withKey: key === undefined,
      });
      key ??= server.key;
      const [first, again] = [
        await round(server.url, key, params),
        await round(server.url, key, params),
      ];
      await server.end("SIGKILL");
      if (name === "done") {
        assert.deepEqual([first, again].map(({ structuredContent }) => structuredContent.source), [
          "client_model",
          "client_model",
        ]);
        break;
      }
      before ??= countsIn(place.dataDir);
      assert.deepEqual(countsIn(place.dataDir), before);
      assert.deepEqual(Object.keys(again.inputRequests), [name]);
      params = {
        inputResponses: { [name]: ANSWERS[name] },
        requestState: again.requestState,
      };
    }
    const [plans, ...life] = countsIn(place.dataDir);
    assert.deepEqual([plans, life], [2, before?.slice(1)]);
    assert.equal(before?.[0], 0);
  },
);
