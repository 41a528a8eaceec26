import assert from "node:assert/strict";
import { Backups } from "../../src/archive/backups.ts";
import { fill, newWorld } from "./world.ts";

Deno.test("what is told of a backup is each of its rows once written, and once proven", async () => {
  await using world = await newWorld();
  const { app, folder } = world;
  await fill(app, "ada");
  const told: Record<string, number> = {};
  const backups = new Backups({
    ...{ db: app.app.db, folder, selfos: "test", now: () => new Date() },
    progress: (step) => (rows) => told[step] = (told[step] ?? 0) + rows,
  });

  const { rows } = await backups.make({});

  assert.ok(rows !== null && rows > 50);
  assert.deepEqual(told, { write: rows, prove: rows });
});
