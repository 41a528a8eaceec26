/** The command line as real processes, each with an environment of its own. */
import assert from "node:assert/strict";
import { type App, openApp, ownerOf } from "../../src/app.ts";
import { readConfig } from "../../src/config.ts";
import type { Actor } from "../../src/life/actor.ts";
import { PROGRAM } from "../process/programs.ts";

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Shell extends AsyncDisposable {
  /** The data directory of every command. */
  readonly directory: string;
  /** Runs one command line; variables are added to `HOME` and `SELFOS_DATA_DIR`. */
  run(argv: readonly string[], env?: Record<string, string | undefined>): Promise<Outcome>;
  /** Runs a command with `--json` that must succeed. */
  // deno-lint-ignore no-explicit-any
  json(...argv: string[]): Promise<any>;
}

/** A shell on a fresh data directory. */
export async function openShell(): Promise<Shell> {
  const directory = await Deno.makeTempDir({ prefix: "selfos-test-cli-" });
  const run: Shell["run"] = async (argv, env = {}) => {
    const variables = { ...base(directory), ...env };
    const given = Object.entries(variables).filter(([, value]) => value !== undefined);
    const { code, stdout, stderr } = await new Deno.Command(PROGRAM.command, {
      args: [...PROGRAM.args, ...argv],
      cwd: directory,
      clearEnv: true,
      env: Object.fromEntries(given) as Record<string, string>,
      stdin: "null",
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  };
  return {
    directory,
    run,
    async json(...argv) {
      const { code, stdout, stderr } = await run([...argv, "--json"]);
      assert.deepEqual([code, stderr], [0, ""], `${argv.join(" ")}: ${stderr}`);
      return JSON.parse(stdout);
    },
    [Symbol.asyncDispose]: () => Deno.remove(directory, { recursive: true }),
  };
}

/** Fills the store of a shell without a process, where how it was filled is not what is tested. */
export async function fill(
  { directory }: Shell,
  work: (life: App["life"], as: (user: string) => Actor) => Promise<void>,
): Promise<void> {
  const surroundings = { env: { HOME: directory }, os: Deno.build.os, cwd: directory };
  const config = readConfig({ "data-dir": `${directory}/data` }, {
    ...surroundings,
    terminal: false,
  });
  await using app = await openApp(config);
  await work(app.life, (user) => ownerOf(user, "test"));
}

/** Asserts a refusal: this status, nothing on stdout, `Error:` then `Try:` on stderr. */
export function assertRefused(
  { code, stdout, stderr }: Outcome,
  status: 1 | 2,
  says: RegExp,
): void {
  assert.match(stderr, says);
  assert.match(stderr, /^Error: [^\n]+(\n[^\n]+)*\nTry: {3}[^\n]+\n$/);
  assert.deepEqual([code, stdout], [status, ""], stderr);
}

/** Packages lie in the cache of the runtime that runs the tests. */
function base(directory: string): Record<string, string | undefined> {
  const home = Deno.env.get("HOME");
  return {
    HOME: home,
    DENO_DIR: Deno.env.get("DENO_DIR"),
    SELFOS_DATA_DIR: `${directory}/data`,
    SELFOS_TIME_ZONE: "Europe/Berlin",
    NO_COLOR: "1",
  };
}
