import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import type { Result } from "./sandbox/attempts.ts";
import { makeHostile, makeWorld, type World } from "./sandbox/world.ts";
import { onEveryProgram, type Program } from "./programs.ts";
import { runToEnd, surroundings } from "./server.ts";

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

/** What a runtime answers to an attempt that it does not know how to do. */
const UNAVAILABLE = /not implemented|is not a function|must be a string|too many attached/i;

/**
 * The words of a refusal; anything else would be an attempt that failed for another reason. Older
 * runtimes tell some refusals as if nobody listened: that nobody came is seen at the listener.
 */
const REFUSAL =
  /NotCapable|PermissionDenied|Requires \w+ access|not authorized|Can't escalate|ECONNREFUSED|not found: http/;

/** A compiled program loads scripts and JSON wherever they lie: a limit of the runtime. */
const LIMITS: Readonly<Record<string, readonly string[]>> = {
  source: [],
  binary: ["import a module", "import a module by address", "import a script", "import data"],
};

Deno.test("without the sandbox an attacker's attempts succeed", async () => {
  await using world = await makeWorld("linked");
  const script = fileURLToPath(new URL("sandbox/unsandboxed.ts", import.meta.url));
  const flags = ["--allow-all", "--no-lock", "--no-config", "--unstable-worker-options"];

  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, script, JSON.stringify(world.targets)],
    clearEnv: true,
    env: { ...surroundings(), ...proxyAt(world) },
    stderr: "null",
  }).output();

  const results: Result[] = JSON.parse(new TextDecoder().decode(stdout));
  const failed = results.filter(({ done, name, detail }) =>
    !done && !FUTILE.includes(name) && !UNAVAILABLE.test(detail)
  );
  assert.deepEqual(failed, []);
  assert.ok(world.connections() > 5);
});

onEveryProgram(
  "an attacker's code in the worker reaches nothing but the store",
  async (program) => {
    await using world = await makeWorld("direct");
    await using hostile = await makeHostile(program);
    const before = await world.snapshot();

    const { results, written } = await attack(hostile.program, world, TRUSTING);

    assert.ok(results.length > 90, `only ${results.length} attempts`);
    const strict = results.filter(({ name }) => !LIMITS[program.name]?.includes(name));
    assert.deepEqual(strict.filter(({ done }) => done), [], "attempts that succeeded");
    const unclear = strict.filter(({ name, detail }) =>
      !FUTILE.includes(name) && !REFUSAL.test(detail) && !UNAVAILABLE.test(detail)
    );
    assert.deepEqual(unclear, [], "attempts that failed for another reason");
    assert.equal(world.connections(), 0);
    assert.deepEqual(await world.snapshot(), before);
    assert.equal(written, "by the worker");
  },
);

onEveryProgram("a link in the data directory leads an attacker nowhere", async (program) => {
  await using world = await makeWorld("linked");
  await using hostile = await makeHostile(program);
  const before = await world.snapshot();

  const { results } = await attack(hostile.program, world, {});

  assert.deepEqual(results.filter(({ done }) => done), [], "attempts that succeeded");
  assert.deepEqual(await world.snapshot(), before);
});

/** Some of the network is open then: to the issuer and the endpoint, at which nobody listens. */
const TRUSTING = {
  SELFOS_OIDC: '[{"issuer": "http://127.0.0.1:9", "audience": "selfos"}]',
  SELFOS_API_KEY: "a.b.c",
  SELFOS_EMBEDDINGS_URL: "http://127.0.0.1:7/v1/embeddings",
  SELFOS_EMBEDDINGS_MODEL: "large",
};

/** Lets the attacker's `serve` run; one that refuses to start has let nothing happen. */
async function attack(program: Program, world: World, trusted: Record<string, string>) {
  const { dataDir } = world.targets;
  const args = ["serve", "--json"];
  const env = { ...proxyAt(world), ...trusted };
  const { stdout, stderr, code } = await runToEnd(program, { dataDir, args, env });
  if (code === 1 && /^Error: .*link/m.test(stderr)) return { results: [], written: "" };
  assert.equal(code, 0, stderr);
  const results: Result[] = JSON.parse(stdout);
  return { results, written: await Deno.readTextFile(`${dataDir}/written`) };
}

/** Package registries are asked through a proxy, which sees who asks. */
function proxyAt({ targets }: World): Record<string, string> {
  return { HTTPS_PROXY: `http://127.0.0.1:${targets.port}`, DENO_NO_UPDATE_CHECK: "1" };
}
