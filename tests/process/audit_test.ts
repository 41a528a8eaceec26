import assert from "node:assert/strict";
import type { AuditRecord } from "../../src/audit/list.ts";
import { until } from "../until.ts";
import { callTool } from "./calls.ts";
import { mountDisk, NO_DISKS } from "./disk.ts";
import { faultsOf, withStore } from "./invariants.ts";
import { startNetwork } from "./network.ts";
import { onOneProgram, type Program } from "./programs.ts";
import { newPlace, runToEnd, startServer } from "./server.ts";

async function trailOf(program: Program, dataDir: string): Promise<AuditRecord[]> {
  const args = ["audit", "list", "--json", "--limit", "100"];
  const { code, stdout, stderr } = await runToEnd(program, { dataDir, args });
  assert.deepEqual([code, stderr], [0, ""]);
  return JSON.parse(stdout).records.reverse();
}

/** How many records the store holds, as seen from beside. */
function countIn(dataDir: string): number {
  return withStore(
    dataDir,
    (store) => Number(store.prepare("select count(*) n from audit").get()?.["n"]),
  );
}

onOneProgram(
  "processes on one store keep one trail, each with where its calls came from",
  async (program) => {
    using place = newPlace();
    await using network = await startNetwork(program, place.dataDir);
    await using one = await startServer(program, place);
    await using two = await startServer(program, place);
    for (let count = 0; count < 5; count++) {
      await one.call("create_task", { title: `My secret ${count}` });
      await two.call("list_tasks");
      await callTool(network.url, network.key, "list_goals");
    }
    await callTool(network.url, `${network.key}x`, "list_goals");
    await two.refused("list_tasks", { user_id: "my secret" });

    for (const server of [one, two]) {
      const { code, stderr } = await server.end();
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    }
    assert.equal((await network.end("SIGTERM")).code, 0);
    const trail = await trailOf(program, place.dataDir);

    const counts: Record<string, number> = {};
    for (const { client, address, action, target, outcome } of trail) {
      const line = `${client} ${address} ${action} ${target} ${outcome}`;
      counts[line] = (counts[line] ?? 0) + 1;
    }
    const id = trail[0]?.target;
    assert.deepEqual(counts, {
      [`selfos null keys create ${id} ok`]: 1,
      "process-test null tools/call create_task ok": 5,
      "process-test null tools/call list_tasks ok": 5,
      "process-test null tools/call list_tasks permission_denied": 1,
      "test 127.0.0.1 tools/call list_goals ok": 5,
      "null 127.0.0.1 authenticate null unauthenticated": 1,
    });
    assert.ok(!JSON.stringify(trail).includes("secret"));
    const own = trail.filter(({ target }) => target === "list_goals");
    assert.deepEqual([...new Set(own.map(({ principal }) => principal))], [id]);
    assert.deepEqual(faultsOf(place.dataDir), []);
  },
);

onOneProgram("a killed process has kept all but its last second or so", async (program) => {
  using place = newPlace();
  await using server = await startServer(program, place);
  for (let count = 0; count < 7; count++) await server.call("list_tasks");
  await until(() => countIn(place.dataDir) === 7, 5000);
  server.kill("SIGKILL");
  await server.exit;

  const trail = await trailOf(program, place.dataDir);

  assert.deepEqual(trail.map(({ target }) => target), Array(7).fill("list_tasks"));
});

onOneProgram(
  "without its table the trail fails no call, and says once what is lost",
  async (program) => {
    using place = newPlace();
    await using network = await startNetwork(program, place.dataDir);
    withStore(place.dataDir, (store) => store.exec("alter table audit rename to gone"));

    for (let count = 0; count < 3; count++) {
      const { isError, text } = await callTool(network.url, network.key, "create_task", {
        title: `Task ${count}`,
      });
      assert.equal(isError, false, text);
      await new Promise((resolve) => setTimeout(resolve, 1100));
    }
    const { code, stderr } = await network.end("SIGTERM");

    assert.equal(code, 0);
    assert.equal(stderr.match(/Cannot keep the audit trail for now/g)?.length, 1, stderr);
    assert.equal(stderr.match(/Records of the audit trail are lost/g)?.length, 1, stderr);
    const tasks = withStore(
      place.dataDir,
      (store) => store.prepare("select title from tasks").all(),
    );
    assert.deepEqual(
      tasks.map(({ title }) => title),
      ["Task 0", "Task 1", "Task 2"],
    );
  },
);

onOneProgram(
  "a disk that is full for a while delays the trail, and loses nothing of it",
  fillDisk,
  NO_DISKS,
);

async function fillDisk(program: Program): Promise<void> {
  await using disk = await mountDisk(1024);
  const dataDir = disk.path;
  await using server = await startServer(program, { dataDir });
  await server.call("create_task", { title: "Before" });
  await until(() => countIn(dataDir) === 1, 5000);
  await disk.fill();
  // The log that is already there has room for some.
  let answered = 0;
  for (let round = 0; round < 3; round++) {
    for (let count = 0; count < 400; count++, answered++) await server.call("list_tasks");
    await new Promise((resolve) => setTimeout(resolve, 1200));
  }
  await disk.free();

  await until(() => countIn(dataDir) === answered + 1, 15_000);
  const { code, stderr } = await server.end();

  assert.equal(code, 0);
  assert.equal(stderr.match(/Cannot keep the audit trail/g)?.length, 1, stderr);
  assert.doesNotMatch(stderr, /are lost/);
  const ids = withStore(
    dataDir,
    (store) => store.prepare("select request_id from audit order by id").all(),
  ).map(({ request_id }) => Number(request_id));
  assert.deepEqual(ids, [...ids].sort((a, b) => a - b));
}
