import assert from "node:assert/strict";
import { BusyClient } from "./busy_client.ts";
import { faultsOf, withStore } from "./invariants.ts";
import { onOneProgram } from "./programs.ts";
import { newPlace, startServer } from "./server.ts";

const PROCESSES = 4;
const WRITING_MS = 10_000;
const STARTING_AT_ONCE = 6;

onOneProgram(
  `${PROCESSES} processes write to one store for ${WRITING_MS / 1000} s, nothing lost or doubled`,
  async (program) => {
    using place = newPlace();
    await using crew = new AsyncDisposableStack();
    const servers = await Promise.all(
      Array.from({ length: PROCESSES }, () => startServer(program, place)),
    );
    for (const server of servers) crew.use(server);
    const clients = servers.map((_, index) => new BusyClient(`client-${index}`));

    const working = Promise.all(clients.map((client, index) => client.work(servers[index]!, 4)));
    const timer = setTimeout(() => clients.forEach((client) => client.stop()), WRITING_MS);
    try {
      await working;
    } finally {
      clearTimeout(timer);
    }

    for (const server of servers) {
      const { code, stderr } = await server.end();
      assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
    }
    const broken = withStore(
      place.dataDir,
      (store) => clients.flatMap((client) => client.faultsOf(store)),
    );
    assert.deepEqual(broken, []);
    assert.deepEqual(faultsOf(place.dataDir), []);
    for (const { acknowledged } of clients) assert.ok(acknowledged > 0, "one client starved");
  },
);

onOneProgram("processes that start at once on no store at all share one", async (program) => {
  using place = newPlace();
  await using crew = new AsyncDisposableStack();

  const servers = await Promise.all(
    Array.from({ length: STARTING_AT_ONCE }, () => startServer(program, place)),
  );
  for (const server of servers) crew.use(server);
  await Promise.all(
    servers.map((server, index) => server.call("create_task", { title: `By ${index}` })),
  );
  const { total } = await servers[0]!.call("list_tasks");

  assert.equal(total, STARTING_AT_ONCE);
  for (const server of servers) {
    const { code, stderr } = await server.end();
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  }
  assert.deepEqual(faultsOf(place.dataDir), []);
});

onOneProgram("a process sees at once what another one wrote", async (program) => {
  using place = newPlace();
  await using reader = await startServer(program, place);
  await using writer = await startServer(program, place);
  const seen: unknown[] = [];
  const shown = async () => {
    const { tasks } = await reader.call("list_tasks");
    const { pending_tasks, completed_tasks } = await reader.call("query_user_stats");
    const { changes: [last] } = await reader.call("list_changes", { limit: 1 });
    return [tasks.length, pending_tasks, completed_tasks, last?.tool];
  };

  seen.push(await shown());
  const { task } = await writer.call("create_task", { title: "Shared" });
  seen.push(await shown());
  await writer.call("complete_task", { task_id: task.id });
  seen.push(await shown());
  await writer.call("undo", { last: true });
  seen.push(await shown());
  await writer.call("delete_task", { task_id: task.id });
  seen.push(await shown());

  assert.deepEqual(seen, [
    [0, 0, 0, "users create"],
    [1, 1, 0, "create_task"],
    [1, 0, 1, "complete_task"],
    [1, 1, 0, "undo"],
    [0, 0, 0, "delete_task"],
  ]);
});
