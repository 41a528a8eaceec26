import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { withStore } from "./invariants.ts";
import { onEveryProgram } from "./programs.ts";
import { command, newPlace, ServerProcess, startServer } from "./server.ts";

const ping = (id: number) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`;
const create = (id: number, title: string) =>
  `${
    JSON.stringify({
      jsonrpc: "2.0",
      id,
      method: "tools/call",
      params: { name: "create_task", arguments: { title } },
    })
  }\n`;

onEveryProgram(
  "every request sent before stdin closed is answered, then it ends",
  async (program) => {
    using place = newPlace();
    await using server = await startServer(program, place);
    const ids = Array.from({ length: 100 }, (_, index) => index);

    await server.write(ids.map((id) => create(id, `Task ${id}`)).join(""));
    const exit = server.end();
    const answers = await Promise.all(ids.map((id) => server.answer(id)));

    assert.equal((await exit).code, 0);
    assert.ok(answers.every(({ result }) => result?.structuredContent.change_id));
  },
);

onEveryProgram(
  "requests and the end of stdin may come before the server is up",
  async (program) => {
    using place = newPlace();
    await using server = new ServerProcess(program, place);

    const handshake = server.initialize();
    await server.write(create(1, "Early"));
    const exit = server.end();

    assert.ok((await handshake).serverInfo);
    assert.equal((await server.answer(1)).result.structuredContent.task.title, "Early");
    assert.equal((await exit).code, 0);
  },
);

onEveryProgram("stdin that closes without a word ends the server", async (program) => {
  using place = newPlace();
  await using server = new ServerProcess(program, place);

  const { code, stderr } = await server.end();

  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  onEveryProgram(`${signal} ends an idle server with status 0`, async (program) => {
    using place = newPlace();
    await using server = await startServer(program, place);

    server.kill(signal);

    const { code, stderr } = await server.exited();
    assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  });
}

onEveryProgram("SIGTERM lets calls that were read finish and be answered", async (program) => {
  using place = newPlace();
  await using server = await startServer(program, place);
  const ids = Array.from({ length: 300 }, (_, index) => index);
  const acknowledged: number[] = [];
  const taking = Promise.allSettled(ids.map(async (id) => {
    const { result } = await server.answer(id);
    acknowledged.push(result.structuredContent.task.id);
  }));

  await server.write(ids.map((id) => create(id, `Task ${id}`)).join(""));
  while (acknowledged.length < 5) await new Promise((resolve) => setTimeout(resolve, 1));
  server.kill("SIGTERM");
  const { code } = await server.exited();
  await taking;

  const stored = withStore(place.dataDir, (store) => store.prepare("select id from tasks").all());
  assert.equal(code, 0);
  assert.equal(stored.length, acknowledged.length, "a write was stored whose client was not told");
});

onEveryProgram("SIGTERM lets a call that waits for the store finish", async (program) => {
  using place = newPlace();
  await using server = await startServer(program, place);
  await server.call("query_user_stats");

  const lock = new DatabaseSync(`${place.dataDir}/selfos.db`);
  lock.exec("begin immediate");
  await server.write(create(1, "Patient"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  server.kill("SIGTERM");
  await new Promise((resolve) => setTimeout(resolve, 200));
  lock.exec("rollback");
  lock.close();

  assert.ok((await server.answer(1)).result.structuredContent.change_id);
  assert.equal((await server.exited()).code, 0);
});

const STARTS = 12;

onEveryProgram("SIGTERM ends a server that is still starting", async (program) => {
  using place = newPlace();
  await (await startServer(program, place)).end();

  for (let round = 0; round < STARTS; round++) {
    await using server = new ServerProcess(program, place);
    await untilSignalsAreCaught(server.pid, 20 + 10 * round);
    await new Promise((resolve) => setTimeout(resolve, round));
    server.kill("SIGTERM");
    const { code, signal } = await server.exited();
    assert.ok(code === 0 || signal === "SIGTERM", `start ${round + 1} ended with status ${code}`);
  }
});

/** Linux tells when the process has set its handler; elsewhere a guess has to do. */
async function untilSignalsAreCaught(pid: number, guess_ms: number): Promise<void> {
  if (Deno.build.os !== "linux") return await new Promise((done) => setTimeout(done, guess_ms));
  const sigterm = 1n << 14n;
  for (;;) {
    const status = await Deno.readTextFile(`/proc/${pid}/status`);
    const caught = /SigCgt:\s*([0-9a-f]+)/.exec(status)?.[1];
    if (caught && (BigInt(`0x${caught}`) & sigterm) !== 0n) return;
  }
}

const farewells = [
  { what: "requests", line: ping(1) },
  { what: "lines that are no message", line: "hello\n" },
];
for (const { what, line } of farewells) {
  onEveryProgram(
    `a client that no longer reads ends the server, sending ${what}`,
    async (program) => {
      using place = newPlace();
      await using server = await startServer(program, place);

      await server.closeReadingEnd();
      for (let count = 0; count < 50 && await server.write(line); count++) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }

      assert.equal((await server.exited()).code, 0);
    },
  );

  onEveryProgram(
    `a client that vanishes without reading ends the server, after ${what}`,
    async (program) => {
      using place = newPlace();
      const child = command(program, place).spawn();
      const input = child.stdin.getWriter();
      input.write(new TextEncoder().encode(line.repeat(20_000))).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 1000));

      await child.stdout.cancel();
      await input.abort().catch(() => {});

      await child.stderr.cancel();
      assert.equal(await endOf(child), 0);
    },
  );
}

onEveryProgram("stdin that cannot be read is an error, not a wait without end", async (program) => {
  using place = newPlace();
  const { command: path, args } = program;
  const shell = new Deno.Command("sh", {
    args: ["-c", 'exec "$@" </', "sh", path, ...args, "serve", "--data-dir", place.dataDir],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });

  const code = await endOf(shell.spawn());

  assert.ok(code === 0 || code === 1, `status ${code}`);
});

/** The exit status; 137 for a process that had to be killed. */
async function endOf(child: Deno.ChildProcess): Promise<number> {
  const timer = setTimeout(() => child.kill("SIGKILL"), 15_000);
  const { code } = await child.status;
  clearTimeout(timer);
  return code;
}

onEveryProgram("a client that dies in the middle of calls harms nothing", async (program) => {
  using place = newPlace();
  const tasks = Array.from({ length: 50 }, (_, index) => ({ title: `Task ${index}` }));
  const batch = (id: number) =>
    `${
      JSON.stringify({
        jsonrpc: "2.0",
        id,
        method: "tools/call",
        params: { name: "create_tasks", arguments: { tasks } },
      })
    }\n`;

  for (let round = 0; round < 10; round++) {
    await using server = await startServer(program, place);
    await server.call("list_tasks");
    await server.write([1, 2, 3, 4, 5].map(batch).join(""));
    await new Promise((resolve) => setTimeout(resolve, round % 5));
    await server.closeReadingEnd();

    const { code, signal, stderr } = await server.end();

    assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: "" });
  }

  withStore(place.dataDir, (store) => {
    const halves = store.prepare(
      "select count(*) as count from changes where (select count(*) from change_items where change_id = changes.id) <> 50 and tool = 'create_tasks'",
    ).get();
    assert.deepEqual({ ...halves }, { count: 0 });
    assert.deepEqual({ ...store.prepare("pragma integrity_check").get() }, {
      integrity_check: "ok",
    });
  });
});

onEveryProgram(
  "a call that was cancelled before stdin closed ends before the store does",
  async (program) => {
    using place = newPlace();
    const cancelled = {
      jsonrpc: "2.0",
      method: "notifications/cancelled",
      params: { requestId: 1 },
    };

    for (let round = 0; round < 10; round++) {
      await using server = await startServer(program, place);
      await server.write(create(1, `Round ${round}`) + `${JSON.stringify(cancelled)}\n`);

      const { code, signal } = await server.end();

      assert.deepEqual({ code, signal }, { code: 0, signal: null });
    }
  },
);
