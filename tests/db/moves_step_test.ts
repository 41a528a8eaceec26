import assert from "node:assert/strict";
import { openApp, ownerOf } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import { summarize } from "../../src/insights/summaries/summary.ts";
import { newStore, onEveryStore, surroundings } from "../harness.ts";
import { takeBack } from "./steps_back.ts";

onEveryStore("tasks that were moved before are still listed as moved", async (kind) => {
  const place = await newStore(kind);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => place.remove());
  const config = readConfig(place.flags, surroundings({ HOME: place.directory }));
  const actor = ownerOf("local", "test");
  const now = new Date();
  const move = { title: "Call mum", from: "2030-01-02", to: "2030-01-03" };
  const named = { date: now.toISOString().slice(0, 10) };
  {
    await using app = await openApp(config, { migrate: true });
    await app.life.users.update(actor, { time_zone: "UTC" });
    const { task } = await app.life.tasks.create(actor, { title: move.title, due_date: move.from });
    await app.life.tasks.update(actor, task.id, { due_date: move.to });
    await app.life.tasks.create(actor, { title: "Never moved", due_date: move.from });
    await app.db.write("local", (tx) => takeBack(tx, "0012_moves"));
  }

  await using app = await openApp(config, { migrate: true });
  const { moved } = await summarize(app.db, actor, named, now);

  assert.deepEqual(moved.rows.map(({ id: _, ...row }) => row), [move]);
});
