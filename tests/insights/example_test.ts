import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { startApp } from "../harness.ts";
import { decodePng, type Picture } from "./png.ts";

const EXAMPLE = new URL("../../src/insights/chart/example.png", import.meta.url);
const UPDATE = Deno.env.get("UPDATE_SNAPSHOTS") === "1";
const DAY_MS = 24 * 3600 * 1000;
const START = "2026-10-24T17:00:00Z";

/** What was completed on each day. */
const COUNTS = [
  ...[3, 4, 1, 2, 5, 4, 6, 3, 0, 0, 4, 9, 3, 5, 1],
  ...[2, 4, 5, 8, 6, 2, 0, 1, 7, 3, 6, 5, 0, 2, 4],
];
const OPEN = 23;

Deno.test("the documentation shows what analyze_progress draws (UPDATE_SNAPSHOTS=1 redraws it)", async () => {
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
  const drawn = Buffer.from(image?.type === "image" ? image.data : "", "base64");
  if (UPDATE) await Deno.writeFile(EXAMPLE, drawn);
  assertAlike(decodePng(drawn), decodePng(await Deno.readFile(EXAMPLE)));
});

/** By its pixels: how they are packed is a matter of the zlib at hand. */
function assertAlike(drawn: Picture, shown: Picture): void {
  const { width, height } = shown;
  assert.deepEqual([drawn.width, drawn.height], [width, height]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [here, there] = [String(drawn.at(x, y)), String(shown.at(x, y))];
      if (here !== there) assert.fail(`at ${x}, ${y}: ${here}, shown as ${there}`);
    }
  }
}
