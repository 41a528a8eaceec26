import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { writesIn } from "../../src/mcp/define.ts";
import { toolsets } from "../../src/tools/toolsets.ts";
import { approve, arrange, proposes, timelessLife, WRITES } from "./proposing.ts";

const WRITING = Object.values(toolsets).flat().filter(({ access }) => writesIn(access));
const LATER = "2026-11-24T09:00:00.000Z";

Deno.test("there is a call of every writing tool", () => {
  assert.deepEqual(Object.keys(WRITES).sort(), WRITING.map(({ name }) => name).sort());
});

for (const [tool, argumentsIn] of Object.entries(WRITES)) {
  onEveryStore(
    `${tool} proposed writes nothing, and approved what read_write would have written`,
    async (store) => {
      await using one = await startApp({ store, serves: false });
      await using other = await startApp({ store, serves: false });
      const agent = one.as("ada", { level: "propose", client: "agent" });
      const args = await argumentsIn(await arrange(one), agent);
      const twin = other.as("ada", { client: "agent" });
      const same = await argumentsIn(await arrange(other), twin);
      // What is taken back uses up ids on PostgreSQL.
      await other.as("ada", { level: "propose", client: "agent" }).call(tool, same);
      const direct = await twin.call(tool, same);

      const { proposal_id, status, diff } = await proposes(one, agent, tool, args);
      one.clock.now = new Date(LATER);
      const { change_id, ...approved } = await approve(one, proposal_id);

      assert.equal(status, "pending");
      assert.ok(diff.length > 0, "nothing is shown");
      assert.deepEqual(await timelessLife(one), await timelessLife(other));
      assert.deepEqual(Object.keys(approved).sort(), keysBut(direct, "change_id"));
      const { changes } = await one.as("ada").call("list_changes", { limit: 1 });
      const [{ id, client, approved_by, at }] = changes;
      assert.deepEqual([id, client, approved_by, at], [change_id, "agent", "ada", LATER]);
    },
  );
}

function keysBut(answer: object, name: string): string[] {
  return Object.keys(answer).filter((key) => key !== name).sort();
}
