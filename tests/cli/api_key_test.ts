import assert from "node:assert/strict";
import { assertRefused, openShell, type Outcome } from "./selfos.ts";

/** A shell where Ada has a key. */
async function openHolder(level = "read_write") {
  const shell = await openShell();
  await shell.json("users", "create", "ada");
  const { key, id }: { key: string; id: string } = await shell.json(
    ...["keys", "create", "--name", "laptop", "--user", "ada", "--level", level],
  );
  return {
    shell,
    key,
    id,
    /** Runs a command line with the key in the environment. */
    run(argv: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
      return shell.run(argv, { SELFOS_API_KEY: key, ...env });
    },
    [Symbol.asyncDispose]: () => shell[Symbol.asyncDispose](),
  };
}

Deno.test("call acts as the holder of SELFOS_API_KEY, and the journal names the key", async () => {
  await using holder = await openHolder();

  const created = await holder.run(["call", "create_goal", "title=Ada's"]);

  assert.deepEqual([created.code, created.stderr], [0, ""]);
  const { changes } = await holder.shell.json("call", "list_changes", "--user", "ada");
  assert.deepEqual([changes[0].tool, changes[0].principal], ["create_goal", holder.id]);
  assert.equal((await holder.shell.json("call", "list_goals")).total, 0);
});

Deno.test("call with a key has the level of the key and no other", async () => {
  await using holder = await openHolder("read_only");

  const read = await holder.run(["call", "list_goals"]);
  const written = await holder.run(["call", "create_goal", "title=New"]);
  const others = await holder.run(["call", "list_goals", "user_id=local"]);

  assert.equal(read.code, 0);
  assertRefused(written, 1, /Cannot call create_goal as level read_only/);
  assertRefused(others, 1, /Cannot call list_goals for "local" as level read_only/);
});

Deno.test("the person of the key may be named beside it", async () => {
  await using holder = await openHolder();

  const flag = await holder.run(["call", "create_goal", "title=A", "--user", "ada"]);
  const variable = await holder.run(["call", "create_goal", "title=B"], { SELFOS_USER: "ada" });
  const empty = await holder.run(["call", "list_goals"], { SELFOS_USER: "" });

  assert.deepEqual([flag.code, variable.code, empty.code], [0, 0, 0]);
});

const beside = [
  {
    argv: ["--user", "local"],
    env: {},
    status: 2,
    says: /Cannot use --user beside an API key as the API key is that of "ada"\n.*leave out --user/,
  },
  {
    argv: [],
    env: { SELFOS_USER: "local" },
    status: 1,
    says: /Cannot use SELFOS_USER beside an API key as .* "ada"\nTry: {3}unset SELFOS_USER/,
  },
  {
    argv: ["--level", "read_only"],
    env: {},
    status: 2,
    says: /Cannot use --level beside an API key as the API key has the level read_write/,
  },
  {
    argv: [],
    env: { SELFOS_LEVEL: "read_only" },
    status: 1,
    says: /Cannot use SELFOS_LEVEL beside an API key as .* read_write\nTry: {3}unset SELFOS_LEVEL/,
  },
] as const;
for (const { argv, env, status, says } of beside) {
  for (const command of [["call", "create_goal", "title=New"], ["serve"]]) {
    const line = [...command, ...argv];
    Deno.test(`selfos ${line.join(" ")} with a key and ${JSON.stringify(env)} is refused`, async () => {
      await using holder = await openHolder();

      const outcome = await holder.run(line, env);

      assertRefused(outcome, status, says);
      assert.equal((await holder.shell.json("call", "list_goals", "--user", "ada")).total, 0);
    });
  }
}

const bad = [
  { what: "no key", spoil: () => "hunter2", says: /the API key is mistyped or unknown/ },
  {
    what: "a mistyped key",
    spoil: (key: string) => key.replace(/.$/, (last) => last === "a" ? "b" : "a"),
    says: /the API key is mistyped or unknown/,
  },
  { what: "half a key", spoil: (key: string) => key.slice(0, 40), says: /mistyped or unknown/ },
];
for (const { what, spoil, says } of bad) {
  Deno.test(`call and serve with ${what} fail with status 1 and do nothing`, async () => {
    await using holder = await openHolder();
    const env = { SELFOS_API_KEY: spoil(holder.key) };

    const called = await holder.shell.run(["call", "create_goal", "title=New"], env);
    const served = await holder.shell.run(["serve"], env);

    for (const outcome of [called, served]) {
      assertRefused(outcome, 1, says);
      assert.ok(!outcome.stderr.includes(env.SELFOS_API_KEY));
    }
    assert.equal((await holder.shell.json("call", "list_goals", "--user", "ada")).total, 0);
  });
}

Deno.test("call --json tells machines that a key is not good", async () => {
  await using holder = await openHolder();
  await holder.shell.json("keys", "revoke", holder.id, "--yes");

  const { code, stdout } = await holder.run(["call", "list_goals", "--json"]);

  assert.equal(code, 1);
  const { error } = JSON.parse(stdout);
  assert.equal(error.code, "unauthenticated");
  assert.match(error.message, /was revoked on/);
});

Deno.test("a key of a person in the trash opens nothing until they are back", async () => {
  await using holder = await openHolder();
  await holder.shell.json("users", "delete", "ada", "--yes");

  const refused = await holder.run(["call", "list_goals"]);
  const { stdout } = await holder.shell.run(["keys", "list"]);
  await holder.shell.json("undo", "--last", "--user", "ada");

  assertRefused(refused, 1, /is that of "ada", who is in the trash/);
  assert.match(stdout, /suspended: ada is in the trash/);
  assert.equal((await holder.run(["call", "list_goals"])).code, 0);
});

Deno.test("commands of the operator act as before where a key is set", async () => {
  await using holder = await openHolder("read_only");
  await holder.shell.json("call", "create_goal", "title=Mine");

  const history = await holder.run(["history"]);
  const keys = await holder.run(["keys", "create", "--name", "other", "--level", "admin"]);

  assert.match(history.stdout, /created goal/);
  assert.match(keys.stdout, /acts for local at level admin/);
});

Deno.test("a key that stands where it does not belong is not repeated", async () => {
  await using shell = await openShell();
  const secret = "a1B2".repeat(12);
  const key = `sos_live_Zz9yXx8w_${secret}`;
  const places = [
    [key],
    ["call", key],
    ["call", "list_tasks", key],
    ["call", "list_tasks", `status=${key}`],
    ["users", "show", key],
    ["keys", "show", key],
    ["keys", "create", "--name", "k", "--tools", key],
    ["history", "--user", key],
    ["history", "--log-level", key],
    ["history", `--${key}`],
  ];

  for (const place of places) {
    for (const json of [[], ["--json"]]) {
      const { code, stdout, stderr } = await shell.run([...place, ...json]);

      assert.notEqual(code, 0, place.join(" "));
      assert.doesNotMatch(stdout + stderr, /a1B2/i, place.join(" "));
    }
  }
});
