import assert from "node:assert/strict";
import { BusyClient } from "./busy_client.ts";
import { faultsOf, withStore } from "./invariants.ts";
import { onOneProgram } from "./programs.ts";
import { newPlace, ServerProcess, startServer } from "./server.ts";

const KILLS = 26;
/** How many writes are acknowledged before each kill. */
const WRITES = 5;
const KILLS_AT_BIRTH = 8;

onOneProgram(
  `kill -9 in the middle of writes, ${KILLS} times, loses and halves nothing`,
  async (program) => {
    using place = newPlace();
    const client = new BusyClient("crash");

    for (let round = 0; round < KILLS; round++) {
      await using server = await startServer(program, place);
      const working = client.work(server, 6);
      await acknowledges(client, WRITES);
      await pause(Math.random() * 100);
      client.expectLoss();
      server.kill("SIGKILL");
      await working;
      assert.equal((await server.exited()).signal, "SIGKILL");

      await using restarted = await startServer(program, place);
      await restarted.call("query_user_stats");
      const broken = withStore(place.dataDir, (store) => client.faultsOf(store));
      assert.deepEqual(broken, [], `after kill ${round + 1}`);
      assert.deepEqual(faultsOf(place.dataDir), [], `after kill ${round + 1}`);
      assert.equal((await restarted.end()).code, 0);
    }
  },
);

onOneProgram("kill -9 while the store is made leaves one that opens", async (program) => {
  for (let round = 0; round < KILLS_AT_BIRTH; round++) {
    using place = newPlace();
    await using server = new ServerProcess(program, place);
    while (!exists(place.dataDir)) await pause(1);
    await pause(round * 3);
    server.kill("SIGKILL");
    await server.exited();

    await using restarted = await startServer(program, place);
    await restarted.call("create_task", { title: "Begin" });

    assert.deepEqual(faultsOf(place.dataDir), [], `after kill ${round + 1}`);
  }
});

async function acknowledges(client: BusyClient, writes: number): Promise<void> {
  const enough = client.acknowledged + writes;
  for (let waited = 0; client.acknowledged < enough; waited++) {
    assert.ok(waited < 10_000, `only ${client.acknowledged} writes were acknowledged`);
    await pause(1);
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
