/** Tables of refused calls. */
import assert from "node:assert/strict";
import { startApp } from "../harness.ts";
import { dumpOf } from "../tools/answers.ts";

export interface Refusal {
  tool: string;
  when: string;
  args: Record<string, unknown>;
  says: RegExp;
}

/** A test for every row: refused as `invalid_input` in these words, and nothing is stored. */
export function testRefusals(refusals: readonly Refusal[]): void {
  for (const { tool, when, args, says } of refusals) {
    Deno.test(`${tool} refuses when ${when}`, async () => {
      await using app = await startApp();
      const ada = app.as("ada");
      await ada.call("create_goal", { title: "Goal" });
      await ada.call("create_task", { title: "Task" });
      const before = await dumpOf(app);

      const text = await ada.refused(tool, args);

      assert.match(text, new RegExp(`^invalid_input: Cannot ${tool} as `));
      assert.match(text, says);
      assert.ok(text.length < 1000, `the refusal has ${text.length} characters`);
      assert.deepEqual(await dumpOf(app), before);
    });
  }
}
