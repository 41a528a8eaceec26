import assert from "node:assert/strict";
import { COMMANDS } from "../../src/cli/usage/commands.ts";
import { VERSION } from "../../src/version.ts";
import { assertRefused, openShell } from "./selfos.ts";

const NAMES = Object.keys(COMMANDS);

for (const argv of [["version"], ["--version"], ["-V"]]) {
  Deno.test(`selfos ${argv} prints the version`, async () => {
    await using shell = await openShell();

    const { code, stdout, stderr } = await shell.run(argv);

    assert.deepEqual([code, stderr], [0, ""]);
    assert.ok(stdout.startsWith(`selfos ${VERSION} (deno ${Deno.version.deno}, `), stdout);
    assert.equal(stdout.trimEnd().split("\n").length, 1);
  });
}

Deno.test("selfos version --json is one JSON value", async () => {
  await using shell = await openShell();

  const answer = await shell.json("version");

  assert.deepEqual([answer.version, answer.runtime], [VERSION, `deno ${Deno.version.deno}`]);
});

for (const argv of [["help"], ["--help"], ["-h"]]) {
  Deno.test(`selfos ${argv} lists every command`, async () => {
    await using shell = await openShell();

    const { code, stdout, stderr } = await shell.run(argv);

    assert.deepEqual([code, stderr], [0, ""]);
    for (const name of NAMES) assert.match(stdout, new RegExp(`^  ${name}  +\\w`, "m"));
  });
}

Deno.test("help explains one command, by its name or by its option", async () => {
  await using shell = await openShell();

  const [byName, byOption, byShort] = await Promise.all([
    shell.run(["help", "users", "create"]),
    shell.run(["users", "create", "--help"]),
    shell.run(["users", "create", "-h"]),
  ]);

  assert.equal(byName.code, 0);
  assert.match(byName.stdout, /^Usage: selfos users create ID \[options\]$/m);
  assert.match(byName.stdout, /^ {2}--name NAME +full name$/m);
  assert.match(byName.stdout, /^ {2}--data-dir DIR /m);
  assert.deepEqual(byOption, byName);
  assert.deepEqual(byShort, byName);
});

Deno.test("help of a group explains each of its commands", async () => {
  await using shell = await openShell();

  const { code, stdout } = await shell.run(["help", "users"]);

  assert.equal(code, 0);
  for (const verb of ["create", "list", "show", "update", "delete"]) {
    assert.match(stdout, new RegExp(`^Usage: selfos users ${verb}`, "m"));
  }
});

Deno.test("help and version answer under broken settings, and make no data directory", async () => {
  await using shell = await openShell();
  const broken = { SELFOS_LEVEL: "root", SELFOS_NONSENSE: "1" };

  const help = await shell.run(["help"], broken);
  const version = await shell.run(["version"], broken);

  assert.deepEqual([help.code, version.code], [0, 0]);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(shell.directory)), []);
});

const misspelt = [
  { argv: [], says: /Cannot start without a command/, tries: "selfos help" },
  {
    argv: ["sevre"],
    says: /Cannot run "sevre" as there is no such command/,
    tries: "selfos serve",
  },
  { argv: ["hist"], says: /Cannot run "hist"/, tries: "selfos history" },
  { argv: ["qqqqqqqq"], says: /Cannot run "qqqqqqqq"/, tries: "selfos help" },
  {
    argv: ["constructor"],
    says: /Cannot run "constructor" as there is no such command/,
    tries: "selfos help",
  },
  {
    argv: ["users"],
    says: /Cannot run users alone: it is one of users create/,
    tries: "selfos help users create",
  },
  { argv: ["users", "lits"], says: /Cannot run users "lits"/, tries: "selfos users list" },
  {
    argv: ["migrate", "down"],
    says: /Cannot run migrate "down"/,
    tries: /selfos (migrate up|help migrate up)/,
  },
  { argv: ["help", "hisory"], says: /"hisory"/, tries: "selfos history" },
  {
    argv: ["history", "--limt", "5"],
    says: /it has no option --limt/,
    tries: "selfos history --limit",
  },
  {
    argv: ["history", "--nonsense"],
    says: /it has no option --nonsense/,
    tries: "selfos help history",
  },
  { argv: ["history", "-x"], says: /'?-x'?/, tries: "selfos help history" },
  { argv: ["history", "--limit"], says: /--limit/, tries: "selfos help history" },
  { argv: ["history", "--json=yes"], says: /--json/, tries: "selfos help history" },
  {
    argv: ["history", "extra"],
    says: /takes no argument: got "extra"/,
    tries: "selfos help history",
  },
  {
    argv: ["history", "--limit", "0"],
    says: /--limit: limit must be a whole number from 1 to 100: got "0"/,
    tries: "selfos help history",
  },
  {
    argv: ["history", "--limit", "many"],
    says: /--limit: limit must be a whole number from 1 to 100: got "many"/,
    tries: "selfos help history",
  },
  { argv: ["users", "show"], says: /misses an argument/, tries: "selfos help users show" },
  {
    argv: ["users", "show", "a", "b"],
    says: /takes at most 1: got "b"/,
    tries: "selfos help users show",
  },
  { argv: ["call"], says: /misses an argument/, tries: "selfos help call" },
  {
    argv: ["version", "please"],
    says: /takes no argument: got "please"/,
    tries: "selfos help version",
  },
  { argv: ["permissions", "sevre"], says: /"sevre"/, tries: "selfos serve" },
];
for (const { argv, says, tries } of misspelt) {
  Deno.test(`selfos ${argv.join(" ")} is wrong usage, with what to type instead`, async () => {
    await using shell = await openShell();

    const outcome = await shell.run(argv);

    assertRefused(outcome, 2, says);
    const advice = outcome.stderr.split("\nTry:   ")[1]?.trimEnd() ?? "";
    if (typeof tries === "string") assert.equal(advice, tries);
    else assert.match(advice, tries);
    assert.deepEqual(await Array.fromAsync(Deno.readDir(shell.directory)), []);
  });
}
