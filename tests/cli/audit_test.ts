import assert from "node:assert/strict";
import type { AuditRecord } from "../../src/audit/list.ts";
import { ACTIONS, OUTCOMES } from "../../src/audit/audit.ts";
import { assertRefused, openShell } from "./selfos.ts";

Deno.test("what the operator does to keys and people is in the trail, with whom it concerns", async () => {
  await using shell = await openShell();
  await shell.json("users", "create", "ada", "--name", "Ada Lovelace");
  const { id, key } = await shell.json("keys", "create", "--name", "my laptop", "--user", "ada");
  await shell.json("keys", "rotate", id);
  await shell.json("keys", "revoke", id, "--yes");
  await shell.json("users", "update", "ada", "--email", "ada@example.org");
  await shell.run(["keys", "create", "--name", "x", "--user", "nobody"]);
  await shell.run(["keys", "rotate", "Zz99Zz99"]);
  await shell.run(["keys", "rotate", id]);
  await shell.run(["keys", "list"]);
  await shell.json("users", "delete", "ada", "--yes");
  await shell.run(["users", "create", "ada"]);
  await shell.run(["users", "create", "me"]);
  await shell.json("undo", "--last", "--user", "ada");
  await shell.json("users", "link", "ada", "--issuer", "https://id.example", "--subject", "42");

  const { records, total } = await shell.json("audit", "list");

  const shown = records.map(({ user_id, action, target, outcome }: AuditRecord) => [
    ...[user_id, action, target, outcome],
  ]);
  assert.deepEqual(shown.reverse(), [
    ["ada", "users create", "ada", "ok"],
    ["ada", "keys create", id, "ok"],
    ["ada", "keys rotate", id, "ok"],
    ["ada", "keys revoke", id, "ok"],
    ["ada", "users update", "ada", "ok"],
    [null, "keys create", null, "not_found"],
    [null, "keys rotate", "unknown", "not_found"],
    ["ada", "keys rotate", id, "conflict"],
    ["ada", "users delete", "ada", "ok"],
    ["ada", "users create", "ada", "conflict"],
    ["ada", "tools/call", "undo", "ok"],
    ["ada", "users link", "https://id.example 42", "ok"],
  ]);
  assert.equal(total, 12);
  for (const { principal, person, client, address, at, duration_ms } of records) {
    assert.deepEqual([principal, person, client, address], ["local", null, "selfos", null]);
    assert.ok(Date.now() - Date.parse(at) < 60_000 && duration_ms > 0);
  }
  const text = JSON.stringify(records);
  for (const secret of [key, key.slice(18, -6), "Lovelace", "laptop", "example.org"]) {
    assert.ok(!text.includes(secret), secret);
  }
});

Deno.test("calls from the shell are in the trail, and a key that is no good", async () => {
  await using shell = await openShell();
  const { key, id } = await shell.json("keys", "create", "--name", "x");
  await shell.json("call", "create_task", "title=Secret plan");
  await shell.run(["call", "list_tasks"], { SELFOS_API_KEY: key });
  await shell.json("keys", "revoke", id, "--yes");
  await shell.run(["call", "list_tasks"], { SELFOS_API_KEY: key });
  await shell.run(["serve"], { SELFOS_API_KEY: `${key}x` });
  await shell.run(["call", "my_secret_plan"]);

  const { records } = await shell.json("audit", "list");

  const calls = records.filter(({ action }: AuditRecord) => !action.startsWith("keys"));
  assert.deepEqual(
    calls.reverse().map(({ principal, user_id, action, target, outcome, reason }: AuditRecord) => [
      ...[principal, user_id, action, target, outcome, reason],
    ]),
    [
      ["local", "local", "tools/call", "create_task", "ok", null],
      [id, "local", "tools/call", "list_tasks", "ok", null],
      [id, "local", "authenticate", null, "unauthenticated", "revoked"],
      [null, null, "authenticate", null, "unauthenticated", "unknown"],
      ["local", "local", "tools/call", "unknown", "unknown_tool", null],
    ],
  );
});

Deno.test("people see a table, a page at a time", async () => {
  await using shell = await openShell();
  assert.equal((await shell.run(["audit", "list"])).stdout, "No records.\n");
  await shell.json("users", "create", "ada");
  for (let count = 0; count < 3; count++) await shell.json("call", "list_tasks");

  const first = await shell.run(["audit", "list", "--limit", "3"]);
  const cursor = /\nMore: --cursor (\S+)\n$/.exec(first.stdout)?.[1] ?? "";
  const rest = await shell.run(["audit", "list", "--limit", "3", "--cursor", cursor]);

  assert.match(
    first.stdout,
    /^UTC +BY +CLIENT +FROM +PERSON +ACTION +TARGET +OUTCOME +TOOK +WHY\n/,
  );
  assert.equal(first.stdout.match(/ {2}tools\/call {2}list_tasks {2}ok /g)?.length, 3);
  assert.match(
    rest.stdout,
    /\n\S+ \S+ {2}local {2}selfos +ada +users create {2}ada +ok +[\d.]+ ms\n$/,
  );
});

Deno.test("the trail is narrowed by flags; --user is as good as --person", async () => {
  await using shell = await openShell();
  await shell.json("users", "create", "ada");
  await shell.json("call", "list_tasks");
  await shell.run(["call", "list_tasks", "user_id=local", "--user", "ada"]);

  const found = async (...flags: string[]) =>
    (await shell.json("audit", "list", ...flags)).records.map(({ outcome, action }: AuditRecord) =>
      `${action} ${outcome}`
    );

  const denied = "tools/call permission_denied";
  assert.deepEqual(await found("--person", "ada"), [denied, "users create ok"]);
  assert.deepEqual(await found("--user", "ada"), [denied, "users create ok"]);
  assert.deepEqual(await found("--denied"), [denied]);
  assert.deepEqual(await found("--outcome", "permission_denied", "--person", "local"), [denied]);
  assert.deepEqual(await found("--key", "local", "--action", "users create"), ["users create ok"]);
  assert.deepEqual(await found("--since", "tomorrow"), []);
  assert.deepEqual(await found("--until", "yesterday"), []);
  assert.equal((await found("--client", "selfos", "--since", "1 hour ago")).length, 3);
});

const refusals = [
  {
    flags: ["--limit", "0"],
    status: 2,
    says: /Cannot use --limit: limit must be a whole number from 1 to 100/,
  },
  {
    flags: ["--limit", "101"],
    status: 2,
    says: /Cannot use --limit: limit must be a whole number from 1 to 100/,
  },
  {
    flags: ["--action", "tools/cal"],
    status: 2,
    says: new RegExp(
      `one of ${ACTIONS.join(", ")}: got "tools/cal"\nTry: +write tools/call`,
    ),
  },
  {
    flags: ["--outcome", "okay"],
    status: 2,
    says: new RegExp(`one of ${OUTCOMES.join(", ")}: got "okay"\nTry: +`),
  },
  { flags: ["--key", "laptop!"], status: 2, says: /--key must be local, or an id/ },
  { flags: ["--person", "nobody"], status: 1, says: /"nobody".*no such person/ },
  { flags: ["--since", "never"], status: 2, says: /since as a date: got "never"/ },
  { flags: ["--cursor", "x"], status: 2, says: /cursor "x"/ },
  { flags: ["extra"], status: 2, says: /takes no argument: got "extra"/ },
] as const;
for (const { flags, status, says } of refusals) {
  Deno.test(`selfos audit list ${flags.join(" ")} fails with status ${status}`, async () => {
    await using shell = await openShell();

    assertRefused(await shell.run(["audit", "list", ...flags]), status, says);
  });
}

Deno.test("a whole key is refused as a filter, and not repeated", async () => {
  await using shell = await openShell();
  const { key, id } = await shell.json("keys", "create", "--name", "laptop");

  const outcome = await shell.run(["audit", "list", "--key", key]);

  assertRefused(outcome, 2, new RegExp(`Try: {3}selfos audit list --key ${id}\n$`));
  assert.ok(!outcome.stderr.includes(key.slice(18)));
});
