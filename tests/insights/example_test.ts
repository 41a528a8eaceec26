import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startApp } from "../harness.ts";
import { decodePng } from "./png.ts";

const EXAMPLE = new URL("../../src/insights/chart/example.png", import.meta.url);
const DAY_MS = 24 * 3600 * 1000;
const START = "2026-10-24T17:00:00Z";

/** What was completed on each day. */
const COUNTS = [
  ...[3, 4, 1, 2, 5, 4, 6, 3, 0, 0, 4, 9, 3, 5, 1],
  ...[2, 4, 5, 8, 6, 2, 0, 1, 7, 3, 6, 5, 0, 2, 4],
];
const OPEN = 23;

Deno.test("the picture of the documentation is what analyze_progress draws", async () => {
  await using app = await startApp({ zone: "Europe/Berlin", now: START, serves: false });
  const { call, open } = app.as("ada");
  for (const [day, count] of COUNTS.entries()) {
    app.clock.now = new Date(Date.parse(START) + day * DAY_MS);
    for (let index = 0; index < count; index++) {
      const { task } = await call("create_task", { title: `Done ${day} ${index}` });
      await call("complete_task", { task_id: task.id });
    }
  }
  for (let index = 0; index < OPEN; index++) await call("create_task", { title: `Open ${index}` });

  const { content } = await (await open()).callTool({ name: "analyze_progress", arguments: {} });

  const [, image] = content;
  assert.equal(image?.type, "image");
  const drawn = decodePng(Buffer.from(image?.type === "image" ? image.data : "", "base64"));
  assert.deepEqual(drawn, decodePng(await Deno.readFile(EXAMPLE)));
});
