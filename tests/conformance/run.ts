// deno-lint-ignore-file no-console
/**
 * `deno task conformance [REVISION…]`: runs the official conformance suite against the production
 * routes, with test-only primitives under the names that its scenarios ask for. Fails unless every
 * scenario that a revision scores has passed.
 */
import { fileURLToPath } from "node:url";
import { openLog } from "../../src/log.ts";
import { type Network, openNetwork } from "../../src/transports/http/routes.ts";
import { startApp } from "../harness.ts";
import { admission, servePrimitives } from "./primitives.ts";
import suite from "./suite.json" with { type: "json" };

const REVISIONS = ["2025-11-25", "2026-07-28"];

/** How long all scenarios of a revision may take; they take a second. */
const PATIENCE_MS = 60_000;

/** Deno 2.9 may lock up while it looks at CommonJS modules for the first time; the next run goes on. */
const MOST_STARTS = 6;
const START_MS = 10_000;

const SUITE = suite.imports["@modelcontextprotocol/conformance"];
const CONFIG = fileURLToPath(new URL("suite.json", import.meta.url));

await fetchSuite();
await using app = await startApp();
await using server = await startServer();
const revisions = Deno.args.length > 0 ? Deno.args : REVISIONS;
const passed = await Promise.all(revisions.map((revision) => conforms(revision, server.url)));
Deno.exitCode = passed.every(Boolean) ? 0 : 1;

/** Brings the suite from npm, as its own lock file says, and makes sure that it starts. */
async function fetchSuite(): Promise<void> {
  const cached = ["cache", "--quiet", "--config", CONFIG, SUITE];
  const { success } = await new Deno.Command(Deno.execPath(), { args: cached }).output();
  if (!success) throw new Error(`Cannot fetch ${SUITE}`);
  for (let attempt = 0; attempt < MOST_STARTS; attempt++) {
    const { success } = await runSuite(["list"], START_MS);
    if (success) return;
  }
  throw new Error(`Cannot start ${SUITE} in ${MOST_STARTS} attempts`);
}

async function runSuite(args: readonly string[], milliseconds: number, cwd?: string) {
  const flags = ["--quiet", "--allow-all", "--cached-only", "--config", CONFIG];
  return await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, SUITE, ...args],
    ...(cwd === undefined ? {} : { cwd }),
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(milliseconds),
  }).output();
}

/** Runs what one revision requires, and prints how it ended. */
async function conforms(revision: string, url: string): Promise<boolean> {
  const results = await Deno.makeTempDir({ prefix: "selfos-conformance-" });
  const args = ["server", "--url", url, "--requirements", revision, "--output-dir", results];
  const { code, stdout, stderr } = await runSuite(args, PATIENCE_MS, results);
  await Deno.remove(results, { recursive: true });
  const output = new TextDecoder().decode(stdout);
  const { failed, scored } = verdictOf(output);
  const good = code === 0 && failed.length === 0 && scored > 0;
  if (!good) console.log(output, new TextDecoder().decode(stderr));
  console.log(`${revision}: ${scored - failed.length} of ${scored} scored scenarios passed`);
  for (const name of failed) console.log(`${revision}: ${name} failed`);
  if (code !== 0) console.log(`${revision}: the suite ended with status ${code}`);
  return good;
}

/** What the summary says of the scenarios that count. */
function verdictOf(output: string): { failed: string[]; scored: number } {
  const [summary = "", unscored = ""] = output.split("=== SUMMARY ===")[1]?.split("Not scored") ??
    [];
  const optional = [...unscored.matchAll(/^ {2}[✓✗] (\S+) \(/gmu)].map(([, name]) => name);
  const scored = [...summary.matchAll(/^([✓✗]) (\S+): /gmu)]
    .filter(([, , name]) => !optional.includes(name));
  const failed = scored.filter(([, mark]) => mark === "✗").map(([, , name = ""]) => name);
  return { failed, scored: scored.length };
}

/** The production routes on a free port. The suite shows no key: the listener adds it. */
async function startServer(): Promise<{ url: string } & AsyncDisposable> {
  const { key, options } = await admission(app.app);
  const { promise: network, resolve: open } = Promise.withResolvers<Network>();
  const local = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const listener = Deno.serve(local, async (request) => {
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${key}`);
    return (await network).fetch(new Request(request, { headers }), { address: "127.0.0.1" });
  });
  const origin = `http://localhost:${listener.addr.port}`;
  const routes = { transports: ["http"] as const, hosts: ["localhost"], origins: [origin] };
  open(
    openNetwork(servePrimitives(app.app, openLog({ logLevel: "error", logFormat: "text" })), {
      ...options,
      ...routes,
    }),
  );
  return {
    url: `${origin}/mcp`,
    async [Symbol.asyncDispose]() {
      await (await network).stop(0);
      await listener.shutdown();
    },
  };
}
