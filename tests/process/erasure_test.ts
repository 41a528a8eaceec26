import assert from "node:assert/strict";
import { until } from "../until.ts";
import { callTool } from "./calls.ts";
import { startNetwork } from "./network.ts";
import { onOneProgram, type Program } from "./programs.ts";
import { newPlace, runToEnd, startServer } from "./server.ts";

async function selfos(program: Program, dataDir: string, ...args: string[]) {
  const { code, stdout, stderr } = await runToEnd(program, { dataDir, args: [...args, "--json"] });
  assert.deepEqual([code, stderr], [0, ""], `${args.join(" ")}: ${stderr}`);
  return JSON.parse(stdout);
}

onOneProgram("servers that run serve nobody any more who is erased", async (program) => {
  using place = newPlace();
  const { dataDir } = place;
  await using network = await startNetwork(program, dataDir);
  await selfos(program, dataDir, "users", "create", "ada");
  const { key } = await network.issue("--user", "ada");
  await using hers = await startServer(program, { dataDir, args: ["serve", "--user", "ada"] });
  await using other = await startServer(program, place);
  await hers.call("create_goal", { title: "zanzibarq" });
  await other.call("create_goal", { title: "Stays" });
  const before = await callTool(network.url, key, "query_data", { sql: "select * from goals" });

  const { remains } = await selfos(
    ...[program, dataDir, "users", "delete", "ada", "--purge", "--confirm", "ada"] as const,
  );

  assert.match(before.text, /zanzibarq/);
  assert.equal(remains.store, null);
  assert.match(await hers.refused("list_goals"), /not_found: Cannot find the person "ada"/);
  assert.match(await hers.refused("create_goal", { title: "Again" }), /Cannot find the person/);
  await until(
    async () => (await callTool(network.url, key, "list_goals")).status === 401,
    30_000,
  );
  const { goals } = await other.call("list_goals");
  assert.deepEqual(goals.map(({ title }: { title: string }) => title), ["Stays"]);
  for (const server of [hers, other]) assert.equal((await server.end()).stderr, "");
  assert.equal((await network.end("SIGTERM")).code, 0);
  assert.equal((await selfos(program, dataDir, "audit", "verify")).intact, true);
  const names = ["selfos.db", "selfos.db-wal"];
  for (const name of names) {
    const bytes = await Deno.readFile(`${dataDir}/${name}`).catch(() => new Uint8Array());
    assert.ok(!new TextDecoder("latin1").decode(bytes).includes("zanzibarq"), name);
  }
});

onOneProgram("servers and commands that write at once leave one good chain", async (program) => {
  using place = newPlace();
  await using network = await startNetwork(program, place.dataDir);
  await using one = await startServer(program, place);
  await using two = await startServer(program, place);
  const calls = async (call: () => Promise<unknown>) => {
    for (let count = 0; count < 150; count++) await call();
  };
  await Promise.all([
    calls(() => one.call("list_tasks")),
    calls(() => two.call("list_goals")),
    calls(() => callTool(network.url, network.key, "list_goals")),
    ...[1, 2, 3].map((name) => selfos(program, place.dataDir, "users", "create", `u${name}`)),
  ]);
  for (const server of [one, two]) await server.end();
  await network.end("SIGTERM");

  const { intact, records } = await selfos(program, place.dataDir, "audit", "verify");

  assert.deepEqual([intact, records], [true, 454]);
});
