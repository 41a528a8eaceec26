import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { LATEST } from "../../src/db/steps.ts";
import { PROGRAM } from "../process/programs.ts";
import { assertRefused, openShell } from "./selfos.ts";

Deno.test("migrate brings a new store up to date once, and status shows it", async () => {
  await using shell = await openShell();

  const before = await shell.json("migrate", "status");
  const first = await shell.json("migrate");
  const second = await shell.json("migrate", "up");
  const after = await shell.json("migrate", "status");
  const text = await shell.run(["migrate", "status"]);

  assert.deepEqual([before.up_to_date, before.steps[0].applied], [false, false]);
  assert.deepEqual([first.applied.at(-1), second.applied], [LATEST, []]);
  assert.deepEqual([after.up_to_date, after.steps.at(-1)], [true, { name: LATEST, applied: true }]);
  assert.match(text.stdout, /^STEP +STATE\n0001_life +applied\n/);
});

Deno.test("a store that a newer selfos made is refused and left as it is", async () => {
  await using shell = await openShell();
  await shell.json("migrate");
  const file = new DatabaseSync(`${shell.directory}/data/selfos.db`);
  file.exec(`insert into kysely_migration values ('9999_future', '2030-01-01')`);
  const rows = () => JSON.stringify(file.prepare("select * from kysely_migration").all());
  const before = rows();

  const outcomes = [];
  for (
    const argv of [["migrate"], ["migrate", "status"], ["call", "list_goals"], ["history"], [
      "serve",
    ]]
  ) {
    outcomes.push(await shell.run(argv));
  }

  for (const outcome of outcomes) {
    assertRefused(outcome, 1, /schema has 9999_future, newer than this/);
  }
  assert.equal(rows(), before);
  file.close();
});

Deno.test("permissions shows what the sandbox may reach, and the equal flags", async () => {
  await using shell = await openShell();
  const data = `${shell.directory}/data`;

  const serve = await shell.json("permissions");
  const version = await shell.json("permissions", "version");
  const remote = await shell.json(
    "permissions",
    "--database-url",
    "postgres://u:secret@db.example:5433/x",
  );
  const text = await shell.run(["permissions", "migrate", "status"]);

  const [own, ...program] = serve.read;
  assert.deepEqual([serve.command, serve.net, own, serve.write], ["serve", [], data, [data]]);
  // Beside what is one's own, the programs of its workers and the model, and nothing around them.
  const parts = PROGRAM.name === "source"
    ? /^[^ ]+\/src [^ ]+\/migrations [^ ]+\/@energetic-ai$/
    : /^(\/[^ ]+) \1\/model$/;
  assert.match(program.join(" "), parts);
  assert.deepEqual([serve.env, serve.run, serve.ffi, serve.sys, serve.import], [
    [],
    [],
    [],
    [],
    [],
  ]);
  assert.ok(
    serve.flags.some((flag: string) => flag.startsWith(`--allow-read=${data}`)) &&
      serve.flags.includes("--deny-run"),
  );
  assert.deepEqual([version.net, version.read, version.write], [[], [], []]);
  const archives = `${data}/backups`;
  assert.deepEqual([remote.net, remote.read, remote.write], [
    ...[["db.example:5433"], [archives, ...program], [archives]],
  ]);
  assert.doesNotMatch(JSON.stringify(remote), /secret/);
  assert.match(text.stdout, /^selfos migrate status runs in a worker that may$/m);
  assert.ok(text.stdout.includes(`--allow-write=${data}`));
});

const badSettings = [
  {
    env: { SELFOS_LEVLE: "read_only" },
    says: /variable SELFOS_LEVLE is unknown\nTry: {3}rename it to SELFOS_LEVEL/,
  },
  { env: { SELFOS_QQQQQQQQQQQQ: "1" }, says: /variable SELFOS_QQQQQQQQQQQQ is unknown/ },
  {
    env: { SELFOS_LEVEL: "write" },
    says: /SELFOS_LEVEL: level must be one of read_only, propose, read_write, admin: got "write"/,
  },
  { env: { SELFOS_USER: "Ada Lovelace" }, says: /SELFOS_USER: user must be/ },
  {
    env: { SELFOS_TRANSPORT: "carrier-pigeon" },
    says: /SELFOS_TRANSPORT: transport must be one of stdio/,
  },
  {
    env: { SELFOS_TOOLSETS: "goals,taks" },
    says: /SELFOS_TOOLSETS: toolset must be one of .*"taks"\nTry: {3}write tasks/,
  },
  {
    env: { SELFOS_TIME_ZONE: "Mars/Base" },
    says: /SELFOS_TIME_ZONE: time zone must be an IANA name/,
  },
  { env: { SELFOS_LOG_LEVEL: "loud" }, says: /SELFOS_LOG_LEVEL: log level must be one of/ },
  ...["mysql://u:secret@h/d", "postgres://u:secret@*.h/d", "postgres://u:secret@h,i/d"].map((
    url,
  ) => ({
    env: { SELFOS_DATABASE_URL: url },
    says: /SELFOS_DATABASE_URL: database URL must be postgres:/,
  })),
  ...[
    "http://u:secret@h",
    "redis://:secret@*",
    "redis://u:secret@h/life",
    "redis://:secret@",
    "redis:///1",
  ].map((
    url,
  ) => ({
    env: { SELFOS_REDIS_URL: url },
    says: /SELFOS_REDIS_URL: Redis URL must be redis:.*\nTry: {3}write it as "redis:/,
  })),
  {
    env: {
      SELFOS_DATA_DIR: undefined,
      HOME: undefined,
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
    },
    says: /HOME is not set\nTry: {3}set SELFOS_DATA_DIR/,
  },
];
for (const { env, says } of badSettings) {
  Deno.test(`selfos refuses ${JSON.stringify(Object.entries(env)[0])} for every command that has settings`, async () => {
    await using shell = await openShell();

    const outcomes = [];
    for (const argv of [["serve"], ["history"], ["permissions"]]) {
      outcomes.push(await shell.run(argv, env));
    }

    for (const { code, stdout, stderr } of outcomes) {
      assert.match(stderr, says);
      assert.match(stderr, /^Error: /);
      assert.doesNotMatch(stderr, /secret/);
      assert.deepEqual([code, stdout], [1, ""]);
    }
    assert.deepEqual(await Array.fromAsync(Deno.readDir(shell.directory)), []);
  });
}

Deno.test("a flag wins over the environment, and its fault is named after it", async () => {
  await using shell = await openShell();
  const env = { SELFOS_LEVEL: "read_only" };

  const allowed = await shell.run(["call", "create_task", "title=A", "--level", "read_write"], env);
  const denied = await shell.run(["call", "create_task", "title=B"], env);
  const wrong = await shell.run(["call", "create_task", "title=C", "--level", "root"], env);

  assert.deepEqual([allowed.code, denied.code, wrong.code], [0, 1, 2]);
  assert.match(wrong.stderr, /^Error: Cannot use --level: level must be one of .*"root"/);
});

Deno.test("an empty flag, as of a variable that a script forgot, is refused", async () => {
  await using shell = await openShell();

  for (const env of [{}, { SELFOS_LEVEL: "read_only" }]) {
    const outcome = await shell.run(["call", "create_task", "title=A", "--level", ""], env);
    assertRefused(outcome, 2, /--level: it is empty/);
  }
});

Deno.test("--env-file is read below the environment and above the defaults", async () => {
  await using shell = await openShell();
  const file = `${shell.directory}/selfos.env`;
  await Deno.writeTextFile(
    file,
    "# settings\n\nexport SELFOS_LEVEL=\"read_only\"  # careful\nSELFOS_TIME_ZONE='Asia/Tokyo'\nOTHER=1\n",
  );
  const unset = { SELFOS_TIME_ZONE: undefined };

  const denied = await shell.run(["call", "create_task", "title=A", "--env-file", file]);
  const { stdout } = await shell.run(
    ["users", "create", "ada", "--json", "--env-file", file],
    unset,
  );
  const allowed = await shell.run(["call", "create_task", "title=A", `--env-file=${file}`], {
    SELFOS_LEVEL: "read_write",
  });

  assert.match(denied.stderr, /level read_only/);
  assert.equal(JSON.parse(stdout).user.time_zone, "Asia/Tokyo");
  assert.equal(allowed.code, 0);
});

const badFiles = [
  { holds: "SELFOS_LEVEL\n", says: /Cannot read .*selfos\.env as line 1 is not NAME=value/ },
  { holds: "SELFOS_LEVEL=read_only\n1BAD=x\n", says: /as line 2 is not NAME=value/ },
  { holds: 'SELFOS_LEVEL="read_only\n', says: /line 1|SELFOS_LEVEL/ },
  { holds: "SELFOS_LEVLE=read_only\n", says: /variable SELFOS_LEVLE is unknown/ },
  { holds: undefined, says: /Cannot read --env-file .*selfos\.env: / },
];
for (const { holds, says } of badFiles) {
  Deno.test(`--env-file is refused when it holds ${JSON.stringify(holds)}`, async () => {
    await using shell = await openShell();
    const file = `${shell.directory}/selfos.env`;
    if (holds !== undefined) await Deno.writeTextFile(file, holds);

    const { code, stdout, stderr } = await shell.run(["history", "--env-file", file]);

    assert.match(stderr, says);
    assert.deepEqual([code, stdout], [1, ""]);
  });
}
