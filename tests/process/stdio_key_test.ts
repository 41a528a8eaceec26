import assert from "node:assert/strict";
import { onEveryProgram, type Program } from "./programs.ts";
import { newPlace, runToEnd, ServerProcess, startServer } from "./server.ts";

interface Issued {
  readonly key: string;
  readonly id: string;
}

async function issue(program: Program, dataDir: string, level: string): Promise<Issued> {
  const args = ["keys", "create", "--name", "desktop", "--level", level, "--json"];
  const { code, stdout, stderr } = await runToEnd(program, { dataDir, args });
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout);
}

onEveryProgram("a server with a key acts as its holder, and records the use", async (program) => {
  using place = newPlace();
  const writer = await issue(program, place.dataDir, "read_write");
  const reader = await issue(program, place.dataDir, "read_only");
  const start = ({ key }: Issued) =>
    startServer(program, { ...place, env: { SELFOS_API_KEY: key } });

  await using first = await start(writer);
  await first.call("create_task", { title: "Written" });
  const { changes } = await first.call("list_changes");
  await using second = await start(reader);
  const refused = await second.refused("create_task", { title: "Read" });
  const { total } = await second.call("list_tasks");
  const exits = [await first.end(), await second.end()];
  const shown = await runToEnd(program, { ...place, args: ["keys", "show", writer.id, "--json"] });

  assert.equal(changes[0].principal, writer.id);
  assert.match(refused, /^permission_denied: Cannot call create_task as level read_only/);
  assert.equal(total, 1);
  assert.deepEqual(exits.map(({ code, stderr }) => [code, stderr]), [[0, ""], [0, ""]]);
  assert.match(JSON.parse(shown.stdout).last_used_at, /^\d{4}-/);
});

onEveryProgram("a bad key ends the server before it says a word", async (program) => {
  using place = newPlace();
  const { key } = await issue(program, place.dataDir, "read_write");
  const bad = key.slice(0, -1) + (key.endsWith("a") ? "b" : "a");

  await using server = new ServerProcess(program, { ...place, env: { SELFOS_API_KEY: bad } });
  const answered = server.initialize().then(() => true, () => false);
  const { code, stderr } = await server.exited();

  assert.equal(await answered, false);
  assert.equal(code, 1);
  assert.match(stderr, /^Error: Cannot authenticate as .*\nTry: {3}.*\n$/);
  assert.ok(!stderr.includes(bad.slice(18)));
});

onEveryProgram(
  "a server whose key is revoked refuses within 30 s, and says why",
  async (program) => {
    using place = newPlace();
    const { key, id } = await issue(program, place.dataDir, "read_write");
    await using server = await startServer(program, { ...place, env: { SELFOS_API_KEY: key } });
    await server.call("create_task", { title: "Before" });

    const args = ["keys", "revoke", id, "--yes"];
    const { code } = await runToEnd(program, { ...place, args });
    const text = await firstRefusal(server);

    assert.equal(code, 0);
    assert.match(
      text,
      new RegExp(`^unauthenticated: Cannot authenticate as the API key ${id} was`),
    );
    assert.match(await server.refused("create_task", { title: "After" }), /^unauthenticated/);
    const { error } = await server.request("tools/list");
    assert.match(error.message, /was revoked on/);
    assert.equal((await server.end()).code, 0);
  },
);

async function firstRefusal(server: ServerProcess): Promise<string> {
  const deadline = performance.now() + 30_000;
  while (performance.now() < deadline) {
    const { result } = await server.request("tools/call", { name: "list_tasks", arguments: {} });
    if (result.isError) return result.content[0].text;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error("no call was refused in 30 s");
}
