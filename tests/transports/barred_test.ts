import assert from "node:assert/strict";
import { startIssued } from "./issued.ts";

Deno.test("good tokens without a level are limited as wrong ones are, and a good key is let in all the same", async () => {
  await using issued = await startIssued();
  const { network, shown } = issued;
  const headers = await shown({ scope: "email" });

  const statuses: number[] = [];
  for (let count = 0; count < 35; count++) {
    const response = await network.send("/mcp/nothing", { headers });
    statuses.push(response.status);
    if (response.status === 429) assert.ok(Number(response.headers.get("retry-after")) > 0);
    await response.text();
  }
  const good = await network.send("/mcp/nothing");

  assert.deepEqual(statuses.slice(0, 30), Array(30).fill(403));
  assert.deepEqual(statuses.slice(31), Array(4).fill(429));
  assert.equal(good.status, 404);
});
