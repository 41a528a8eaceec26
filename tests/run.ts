// deno-lint-ignore-file no-console
/**
 * `deno task test [FILTER or deno test options]`: brings what the tests need, runs them, and says
 * what had to be skipped and why.
 */
import { compileBinary } from "./services/binary.ts";
import { startPostgres } from "./services/postgres.ts";
import { findProgram } from "./services/system.ts";

const skipped: string[] = [];

const server = await startPostgres().catch((error: Error) => {
  skipped.push(`tests on PostgreSQL, as none could be started: ${error.message}`);
  return undefined;
});
/** Where several runtimes run the same tests, one starts programs from source, another the binary. */
const binaryElsewhere = Deno.env.has("TEST_BINARY_ELSEWHERE");
const sourceElsewhere = Deno.env.has("TEST_SOURCE_ELSEWHERE");
const binary = binaryElsewhere ? undefined : await compileBinary().catch((error: Error) => {
  skipped.push(`tests of the compiled binary, as it could not be built: ${error.message}`);
  return undefined;
});
const redis = await findProgram("redis-server", "redis-server").catch((error: Error) => {
  skipped.push(`tests with Redis: ${error.message}`);
  return undefined;
});
const nginx = await findProgram("nginx", "nginx-light").catch((error: Error) => {
  skipped.push(`tests behind nginx: ${error.message}`);
  return undefined;
});

if (server) console.log(`PostgreSQL ${server.version} at ${server.url}`);
if (binary) console.log(`Compiled binary at ${binary.path}`);
if (binaryElsewhere) console.log("The compiled binary and its commands are tested by another run.");
if (Deno.env.has("TEST_POSTGRES_ELSEWHERE")) {
  console.log("What is the same on every store is tested on PostgreSQL by another run.");
}
if (sourceElsewhere) {
  console.log("Programs from source, and what no runtime changes, are tested by another run.");
}

const COMMANDS = ["tests/cli/"];
const PROCESSES = ["tests/process/"];
const CONNECTIONS = ["tests/clients/", "tests/transports/"];
/** Where much depends on the runtime: its files, sockets, clocks, crypto and driver. */
const RUNTIME = [
  ...["app", "archive", "auth", "build", "cache", "config", "db", "events", "formats", "instances"],
  ...["life", "permissions", "telemetry"],
].map((folder) => `tests/${folder}/`);

/** What mostly waits runs beside what mostly computes; what is asked for runs alone. */
const waiting = [PROCESSES, CONNECTIONS, ...(binaryElsewhere ? [] : [COMMANDS])];
const rest = [`--ignore=${[...waiting, COMMANDS].flat().join(",")}`, "tests/"];
const computing = sourceElsewhere ? RUNTIME : rest;
const groups = Deno.args.length > 0 ? [["tests/", ...Deno.args]] : [computing, ...waiting];

const env = {
  NO_COLOR: "1",
  ...(server ? { TEST_POSTGRES_URL: server.url } : {}),
  ...(redis ? { TEST_REDIS_SERVER: redis } : {}),
  ...(nginx ? { TEST_NGINX: nginx } : {}),
  ...(binary ? { TEST_BINARY: binary.path } : {}),
};
const [first, ...others] = groups.map((args, place) =>
  new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--no-check", "--quiet", ...args],
    cwd: new URL("../", import.meta.url),
    env,
    ...(place === 0 ? {} : { stdout: "piped", stderr: "piped" }),
  }).spawn()
);
const heard = others.map((child) => child.output());
let code = (await first?.status)?.code ?? 1;
for (const { stdout, stderr, ...ended } of await Promise.all(heard)) {
  for (const said of [stdout, stderr]) await write(said);
  code ||= ended.code;
}

await server?.[Symbol.asyncDispose]();
await binary?.[Symbol.asyncDispose]();
for (const reason of skipped) console.log(`SKIPPED: ${reason}`);
if (skipped.length === 0) console.log("Nothing was skipped.");
// A build machine has what the tests need: there, skipping is failing.
Deno.exit(code || (Deno.env.has("CI") && skipped.length > 0 ? 1 : 0));

async function write(bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
}
