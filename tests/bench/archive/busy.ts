import { LOCAL_USER } from "../../../src/config.ts";
import type { TestApp } from "../../harness.ts";
import { type Figure, median, milliseconds, steady } from "../report.ts";

/** A backup may make writes so much slower. */
const SLOWER = 1.2;
const WRITES = 300;
const ROUNDS = 3;
const LANES = 4;

/** How long writes take while a backup is made of the store, beside those of before and after. */
export async function busyFigures(store: string, app: TestApp): Promise<Figure[]> {
  const alone: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await writesOf(app));
    const ada = app.as(LOCAL_USER);
    app.clock.now = new Date(app.clock.now.getTime() + 60_000);
    let underway = true;
    const backup = ada.call("backup_user_data").finally(() => underway = false);
    await new Promise((resolve) => setTimeout(resolve, 500));
    while (underway) beside.push(await writesOf(app));
    await backup;
  }
  return [steady({
    name: `${WRITES} writes during a backup, ${store}`,
    ours: median(beside),
    other: median(alone),
    unit: milliseconds,
  }, SLOWER)];
}

/** Milliseconds for so many writes, some of them at a time. */
async function writesOf(app: TestApp): Promise<number> {
  const ada = app.as(LOCAL_USER);
  const start = performance.now();
  await Promise.all(Array.from({ length: LANES }, async (_, lane) => {
    for (let count = lane; count < WRITES; count += LANES) {
      await ada.call("create_task", { title: `Written ${crypto.randomUUID()}` });
      // Calls within a process leave nobody else a turn; those of clients do.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }));
  return performance.now() - start;
}
