import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Result } from "./sandbox/attempts.ts";
import { makeHostile, makeWorld, type World } from "./sandbox/world.ts";
import { onEveryProgram, runToEnd, surroundings } from "./server.ts";

/** What fails without a sandbox too, as nobody offers what it asks for. */
const FUTILE = [
  "write to the terminal",
  "load an extension",
  "load an extension by a function",
  "read a file by a function",
  "open a WebSocket",
  "resolve a name",
  "resolve a name with node",
  "import a package",
  "import a package of the other registry",
];

/** The words of a refusal; anything else would be an attempt that failed for another reason. */
const REFUSAL =
  /NotCapable|PermissionDenied|Requires \w+ access|not authorized|too many attached|ERR_ACCESS_DENIED|Can't escalate|permission/i;

Deno.test("without the sandbox an attacker's attempts succeed", async () => {
  await using world = await makeWorld();
  const script = fileURLToPath(new URL("sandbox/unsandboxed.ts", import.meta.url));
  const flags = ["--allow-all", "--no-lock", "--no-config", "--unstable-worker-options"];

  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, script, JSON.stringify(world.targets)],
    clearEnv: true,
    env: { ...surroundings(), ...registriesAt(world) },
    stderr: "null",
  }).output();

  const results: Result[] = JSON.parse(new TextDecoder().decode(stdout));
  const failed = results.filter(({ done, name }) => !done && !FUTILE.includes(name));
  assert.deepEqual(failed, []);
  assert.ok(world.connections() > 5);
});

onEveryProgram(
  "an attacker's code in the worker reaches nothing but the store",
  async (program) => {
    await using world = await makeWorld();
    await using hostile = await makeHostile(program);
    const before = await world.snapshot();

    const { stdout, stderr, code } = await runToEnd(hostile.program, {
      dataDir: world.targets.dataDir,
      args: ["serve", "--json"],
      env: registriesAt(world),
    });

    assert.equal(code, 0, stderr);
    const results: Result[] = JSON.parse(stdout);
    assert.ok(results.length > 100, `only ${results.length} attempts`);
    assert.deepEqual(results.filter(({ done }) => done), [], "attempts that succeeded");
    const unclear = results.filter(({ name, detail }) =>
      !REFUSAL.test(detail) && !FUTILE.includes(name)
    );
    assert.deepEqual(unclear, [], "attempts that failed for another reason");
    assert.equal(world.connections(), 0);
    assert.deepEqual(await world.snapshot(), before);
    assert.equal(await Deno.readTextFile(`${world.targets.dataDir}/written`), "by the worker");
  },
);

/** Package registries that would be asked, so that a test needs no network and sees who asks. */
function registriesAt({ targets }: World): Record<string, string> {
  const address = `http://127.0.0.1:${targets.port}`;
  return { NPM_CONFIG_REGISTRY: address, JSR_URL: address };
}
