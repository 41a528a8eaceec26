import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { assertRefused, openShell, type Outcome, type Shell } from "./selfos.ts";

const DAY = 86_400_000;
const FORM = /^sos_live_([0-9A-Za-z]{8})_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/;

function lifetimeOf({ created_at, expires_at }: Record<string, string>): number {
  return Date.parse(expires_at!) - Date.parse(created_at!);
}

/** Runs a command line with a key in the environment. */
function holding(shell: Shell, key: string, ...argv: string[]): Promise<Outcome> {
  return shell.run(argv, { SELFOS_API_KEY: key });
}

Deno.test("keys create answers machines with the key and what it is", async () => {
  await using shell = await openShell();
  await shell.json("users", "create", "ada");

  const issued = await shell.json(
    ...["keys", "create", "--name", "laptop", "--user", "ada", "--level", "read_only"],
  );

  const { key, id, expires_at, ...rest } = issued;
  assert.equal(FORM.exec(key)?.[1], id);
  assert.deepEqual(rest, { user_id: "ada", level: "read_only" });
  const { created_at, can, ...shown } = await shell.json("keys", "show", id);
  assert.deepEqual(shown, {
    id,
    user_id: "ada",
    name: "laptop",
    level: "read_only",
    state: "active",
    expires_at,
    revoked_at: null,
    last_used_at: null,
    rotated_to: null,
    tools: null,
    resources: null,
    areas: null,
    taint: null,
  });
  assert.ok(can.tools.includes("list_goals") && can.other_tools.includes("create_goal"));
  assert.ok(Math.abs(lifetimeOf({ created_at, expires_at }) - 90 * DAY) < 5000);
});

Deno.test("keys create shows people the key once, and says so", async () => {
  await using shell = await openShell();

  const { code, stdout, stderr } = await shell.run(["keys", "create", "--name", "my laptop"]);

  assert.deepEqual([code, stderr], [0, ""]);
  const [key = "", ...lines] = stdout.split("\n");
  const id = FORM.exec(key)?.[1];
  assert.ok(id);
  assert.match(
    lines.join("\n"),
    new RegExp(`key ${id}: it acts for local at level read_write and expires on \\d{4}-`),
  );
  assert.match(stdout, /^It will not be shown again\./m);
  assert.equal(stdout.split(key).length, 2);
});

for (
  const { expires, ms } of [
    { expires: "12h", ms: DAY / 2 },
    { expires: "1d", ms: DAY },
    { expires: "36525d", ms: 36_525 * DAY },
  ]
) {
  Deno.test(`keys create --expires ${expires} makes a key that ends then`, async () => {
    await using shell = await openShell();

    const { id } = await shell.json("keys", "create", "--name", "x", "--expires", expires);

    assert.ok(Math.abs(lifetimeOf(await shell.json("keys", "show", id)) - ms) < 5000);
  });
}

Deno.test("keys create --expires never makes a key without an end", async () => {
  await using shell = await openShell();

  const issued = await shell.json("keys", "create", "--name", "x", "--expires", "never");

  assert.equal(issued.expires_at, null);
  const { stdout } = await shell.run(["keys", "create", "--name", "y", "--expires", "never"]);
  assert.match(stdout, /never expires/);
});

Deno.test("keys list shows state and last use, of everyone or of one person", async () => {
  await using shell = await openShell();
  const empty = await shell.run(["keys", "list"]);
  await shell.json("users", "create", "ada");
  const [used, rotated, revoked] = [
    await shell.json("keys", "create", "--name", "used"),
    await shell.json("keys", "create", "--name", "rotated"),
    await shell.json("keys", "create", "--name", "revoked", "--user", "ada"),
  ];
  await holding(shell, used.key, "call", "list_goals");
  const { id: successor } = await shell.json("keys", "rotate", rotated.id);
  await shell.json("keys", "revoke", revoked.id, "--yes");

  const { stdout } = await shell.run(["keys", "list"]);
  const adas = await shell.json("keys", "list", "--user", "ada");

  assert.match(empty.stdout, /^No keys: selfos keys create/);
  const lines = stdout.trimEnd().split("\n");
  assert.match(lines[0]!, /^ID +NAME +PERSON +LEVEL +STATE +LAST USED$/);
  const minute = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d UTC`;
  const line = (id: string) => lines.find((line) => line.startsWith(id)) ?? "";
  assert.match(line(used.id), new RegExp(` used +local +read_write +active +${minute}$`));
  assert.match(line(rotated.id), new RegExp(` rotated until ${minute} +never$`));
  assert.match(line(successor), / rotated +local +read_write +active +never$/);
  assert.match(line(revoked.id), / ada +read_write +revoked +never$/);
  assert.deepEqual(adas.keys.map(({ id }: { id: string }) => id), [revoked.id]);
});

Deno.test("keys rotate hands out a new key; both work", async () => {
  await using shell = await openShell();
  const old = await shell.json("keys", "create", "--name", "laptop", "--level", "read_only");

  const issued = await shell.json("keys", "rotate", old.id);
  const text = await shell.run(["keys", "rotate", issued.id]);

  assert.match(issued.key, FORM);
  assert.deepEqual([issued.user_id, issued.level], ["local", "read_only"]);
  assert.deepEqual([issued.replaces.id, issued.replaces.state], [old.id, "rotated"]);
  assert.match(text.stdout, /^sos_live_/);
  assert.match(text.stdout, new RegExp(`^The old key ${issued.id} works until .* UTC\\.$`, "m"));
  for (const { key } of [old, issued]) {
    assert.equal((await holding(shell, key, "call", "list_goals")).code, 0);
  }
});

Deno.test("keys revoke asks; without a terminal it needs --yes, and then the key is refused", async () => {
  await using shell = await openShell();
  const { key, id } = await shell.json("keys", "create", "--name", "laptop");

  const asked = await shell.run(["keys", "revoke", id]);
  const still = await holding(shell, key, "call", "list_goals");
  const revoked = await shell.run(["keys", "revoke", id, "--yes"]);
  const refused = await holding(shell, key, "call", "list_goals");

  assertRefused(asked, 2, /stdin is no terminal\nTry: {3}add --yes/);
  assert.equal(still.code, 0);
  assert.match(revoked.stdout, /^state +revoked$/m);
  assertRefused(refused, 1, new RegExp(`the API key ${id} was revoked on \\d{4}-`));
});

const refusals = [
  { argv: ["create"], status: 2, says: /Cannot create a key without a name/ },
  { argv: ["create", "--name", ""], status: 2, says: /Cannot use --name: name must be 1 to 100/ },
  { argv: ["create", "--name", "a\nb"], status: 2, says: /--name: .* on one line: got "a\\nb"/ },
  ...["0d", "90", "d", "-1d", "1.5d", "90 d", "36526d", "tomorrow", "", "Never"].map((value) => ({
    argv: ["create", "--name", "x", `--expires=${value}`],
    status: 2 as const,
    says: /Cannot use --expires: expiry must be a number of days or hours, or never/,
  })),
  { argv: ["create", "--name", "x", "--level", "root"], status: 2, says: /--level: level must be/ },
  { argv: ["create", "--name", "x", "--user", "A B"], status: 2, says: /--user: user must be/ },
  { argv: ["create", "laptop"], status: 2, says: /Cannot run keys create as it takes no argument/ },
  {
    argv: ["create", "--name", "x", "--user", "nobody"],
    status: 1,
    says: /the person "nobody" is unknown\nTry: {3}selfos users create nobody/,
  },
  ...["show", "rotate", "revoke"].map((verb) => ({
    argv: [verb, "abcd1234"],
    status: 1 as const,
    says: /Cannot find the key "abcd1234"\nTry: {3}selfos keys list/,
  })),
  { argv: ["show"], status: 2, says: /Cannot run keys show as it misses an argument/ },
  { argv: ["revok", "x"], status: 2, says: /Try: {3}selfos keys revoke/ },
  { argv: [], status: 2, says: /it is one of keys create, keys list/ },
] as const;
for (const { argv, status, says } of refusals) {
  Deno.test(`selfos keys ${JSON.stringify(argv)} fails with status ${status}`, async () => {
    await using shell = await openShell();

    const outcome = await shell.run(["keys", ...argv]);

    assertRefused(outcome, status, says);
    assert.deepEqual(await shell.json("keys", "list"), { keys: [] });
  });
}

Deno.test("a whole key is refused where its id is asked for, and not repeated", async () => {
  await using shell = await openShell();
  const { key, id } = await shell.json("keys", "create", "--name", "laptop");

  const outcome = await shell.run(["keys", "revoke", key, "--yes"]);

  assertRefused(outcome, 2, new RegExp(`its id is enough.*\nTry: {3}selfos keys revoke ${id}\n$`));
  assert.ok(!outcome.stderr.includes(key.slice(18)));
  assert.equal((await shell.json("keys", "show", id)).state, "active");
});

Deno.test("neither the store nor anything printed later holds the secret", async () => {
  await using shell = await openShell();
  const old = await shell.json("keys", "create", "--name", "laptop");
  const issued = await shell.json("keys", "rotate", old.id);
  const keys: string[] = [old.key, issued.key];
  const mistyped = keys.map((key) => key.replace(/.$/, (last) => last === "a" ? "b" : "a"));

  const printed: string[] = [];
  const keep = async (outcome: Promise<Outcome>) => {
    const { stdout, stderr } = await outcome;
    printed.push(stdout, stderr);
  };
  for (const key of keys) {
    await keep(holding(shell, key, "call", "create_goal", "title=Mine", "--log-level", "debug"));
    await keep(holding(shell, key, "serve", "--log-level", "debug"));
    await keep(holding(shell, key, "permissions"));
    await keep(shell.run(["call", "list_goals", "--api-key", key, "--level", "admin"]));
  }
  for (const key of mistyped) await keep(holding(shell, key, "call", "list_goals", "--json"));
  await keep(shell.run(["keys", "list", "--json"]));
  await keep(shell.run(["keys", "show", old.id]));
  await keep(shell.run(["history", "--json"]));
  await keep(shell.run(["keys", "revoke", issued.id, "--yes"]));
  await keep(holding(shell, issued.key, "serve", "--log-level", "debug"));

  const stored = contentsOf(`${shell.directory}/data`);
  for (const secret of keys.map((key) => key.slice(18, 61))) {
    assert.ok(!printed.join("").includes(secret), "printed");
    assert.ok(!stored.includes(secret), "stored");
    assert.ok(stored.includes(createHash("sha256").update(secret).digest("hex")));
  }
});

/** Every byte of every file, as text. */
function contentsOf(directory: string): string {
  return [...Deno.readDirSync(directory)]
    .map(({ name }) => new TextDecoder("latin1").decode(Deno.readFileSync(`${directory}/${name}`)))
    .join("\n");
}
