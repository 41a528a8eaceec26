import assert from "node:assert/strict";
import { BusyClient } from "./busy_client.ts";
import { faultsOf, openStore } from "./invariants.ts";
import { newPlace, onEveryProgram, startServer } from "./server.ts";

const PROCESSES = 4;
const WRITING_MS = 10_000;
const STARTING_AT_ONCE = 6;

onEveryProgram(
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
    using store = openStore(place.dataDir);
    const faults = clients.flatMap((client) => client.faultsOf(store));
    assert.deepEqual(faults, []);
    assert.deepEqual(faultsOf(place.dataDir), []);
    for (const { acknowledged } of clients) assert.ok(acknowledged > 0, "one client starved");
  },
);

onEveryProgram("processes that start at once on no store at all share one", async (program) => {
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
