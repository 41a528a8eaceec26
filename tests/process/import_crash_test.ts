import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { faultsOf } from "./invariants.ts";
import { onOneProgram } from "./programs.ts";
import { command, newPlace, runToEnd } from "./server.ts";

const KILLS = 20;
const TASKS = 3000;

onOneProgram(
  `kill -9 in the middle of an import, ${KILLS} times, imports all or nothing`,
  async (program) => {
    using place = newPlace();
    const file = `${place.path}/life.json`;
    const tasks = Array.from({ length: TASKS }, (_, at) => ({
      ...{ uid: `task-${at}`, title: `Task ${at}`, tags: ["a", "b"] },
      depends_on: at === 0 ? [] : [`task-${at - 1}`],
    }));
    await Deno.writeTextFile(file, JSON.stringify({ format: "selfos-export", version: 1, tasks }));
    const options = { dataDir: place.dataDir, args: ["import", file, "--json"] };
    const whole = await timed(async () => {
      await runToEnd(program, { ...options, args: ["import", file, "--dry-run"] });
    });
    let killed = 0;

    for (let round = 0; round < KILLS; round++) {
      const child = command(program, { ...options, stdin: "null" }).spawn();
      const output = child.output();
      const timer = setTimeout(() => child.kill("SIGKILL"), whole * (0.3 + round / KILLS));
      const { signal } = await output;
      clearTimeout(timer);
      if (signal === "SIGKILL") killed++;
      const { here, origins } = countsIn(place.dataDir);
      assert.ok(here === 0 || here === TASKS, `after kill ${round + 1} there are ${here} tasks`);
      assert.equal(origins, here);
      assert.deepEqual(faultsOf(place.dataDir), [], `after kill ${round + 1}`);
    }
    const { code, stdout } = await runToEnd(program, options);

    assert.ok(killed > 0, "every import had ended before it was killed");
    assert.deepEqual([code, countsIn(place.dataDir).here], [0, TASKS]);
    const { counts } = JSON.parse(stdout);
    assert.equal(counts.create + counts.same, TASKS);
  },
);

function countsIn(dataDir: string): { here: number; origins: number } {
  const database = new DatabaseSync(`${dataDir}/selfos.db`);
  const count = (table: string) =>
    Number(database.prepare(`select count(*) as many from ${table}`).get()?.["many"]);
  const found = { here: count("tasks"), origins: count("origins") };
  database.close();
  return found;
}

async function timed(step: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await step();
  return performance.now() - start;
}
