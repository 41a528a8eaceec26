import assert from "node:assert/strict";
import type { Backup } from "../../src/archive/entry.ts";
import type { AuditRecord } from "../../src/audit/list.ts";
import { assertRefused, openShell, type Shell } from "./selfos.ts";

async function withAda(): Promise<Shell> {
  const shell = await openShell();
  await shell.json("users", "create", "ada", "--name", "Ada Lovelace");
  await shell.json("call", "create_task", "title=Hers", "--user", "ada");
  return shell;
}

const refusals = [
  {
    flags: ["--purge"],
    status: 2,
    says: /Cannot ask for confirmation as stdin is no terminal\nTry: +add --confirm ada\n/,
  },
  { flags: ["--purge", "--yes"], status: 2, says: /Try: +add --confirm ada\n/ },
  {
    flags: ["--purge", "--confirm", "bob"],
    status: 2,
    says: /--confirm names another: bob\nTry: +add --confirm ada\n/,
  },
  { flags: ["--purge", "--confirm", "Ada"], status: 2, says: /names another: Ada\n/ },
  { flags: ["--confirm", "ada"], status: 2, says: /Cannot use --confirm without --purge/ },
  { flags: ["--confirm", "ada", "--yes"], status: 2, says: /Cannot use --confirm without --purge/ },
] as const;
for (const { flags, status, says } of refusals) {
  Deno.test(`selfos users delete ada ${flags.join(" ")} erases nobody`, async () => {
    await using shell = await withAda();

    const outcome = await shell.run(["users", "delete", "ada", ...flags]);

    assertRefused(outcome, status, says);
    assert.equal((await shell.json("call", "list_tasks", "--user", "ada")).total, 1);
  });
}

Deno.test("who is erased has nothing left but records of ids, and it is said where", async () => {
  await using shell = await withAda();
  const { key } = await shell.json("keys", "create", "--name", "hers", "--user", "ada");
  await shell.json("areas", "list", "--user", "ada");
  const erasure = await shell.json("users", "delete", "ada", "--purge", "--confirm", "ada");

  const { erased, removed, traces, remains } = erasure;
  assert.deepEqual([erased, removed.tasks, removed.users, removed.api_keys], ["ada", 1, 1, 1]);
  assert.deepEqual([remains, traces], [
    { audit_records: 3, audit_keep_ms: null, changes_of_others: 0, store: null, archives: [] },
    null,
  ]);
  assertRefused(await shell.run(["users", "show", "ada"]), 1, /Cannot find the person "ada"/);
  assertRefused(await shell.run(["undo", "--last", "--user", "ada"]), 1, /Cannot find the person/);
  assertRefused(
    await shell.run(["call", "list_tasks"], { SELFOS_API_KEY: key }),
    1,
    /API key is mistyped or unknown/,
  );
  const { records } = await shell.json("audit", "list", "--limit", "1", "--action", "users purge");
  const [{ user_id, target, outcome, principal }] = records as [AuditRecord];
  assert.deepEqual([user_id, target, outcome, principal], ["ada", "ada", "ok", "local"]);
  assert.equal((await shell.json("audit", "verify")).intact, true);
});

Deno.test("people read what is left, and for how long", async () => {
  await using shell = await withAda();
  await shell.json("users", "delete", "ada", "--yes");
  const { code, stdout } = await shell.run(
    ["users", "delete", "ada", "--purge", "--confirm", "ada"],
    { SELFOS_AUDIT_KEEP: "400d" },
  );

  assert.equal(code, 0);
  assert.match(stdout, /^Erased ada: 3 change items, 3 changes, .*1 tasks, 1 users\./);
  assert.match(stdout, /\nAudit trail: 3 records, .* for 400 days \(SELFOS_AUDIT_KEEP\)\.\n/);
  assert.match(stdout, /\nStore: nothing, also not in deleted space\.\n/);
  assert.match(stdout, /\nBackups: none in \S+\/data\/backups; copies elsewhere are not known/);
});

Deno.test("it is said in which backups somebody is left who was erased", async () => {
  await using shell = await withAda();
  await shell.json("users", "create", "bob");
  const made: Record<string, string> = {};
  for (
    const [name, ...flags] of [
      ["all"],
      ["bobs", "--user", "bob"],
      ["adas", "--user", "ada", "--out", "elsewhere.selfos.gz"],
    ] as const
  ) {
    made[name] = (await shell.json("backup", "create", ...flags)).backup.file;
  }
  const { remains } = await shell.json("users", "delete", "ada", "--purge", "--confirm", "ada");

  const left = remains.archives.map(({ file, here }: Backup) => [file, here]);
  assert.deepEqual(left, [[made["adas"], false], [made["all"], true]]);
  assert.equal(made["adas"], `${shell.directory}/elsewhere.selfos.gz`);
  const erased = await shell.run(["users", "delete", "bob", "--purge", "--confirm", "bob"]);
  assert.ok(erased.stdout.includes(made["bobs"] ?? "?"), erased.stdout);
  assert.ok(!erased.stdout.includes("elsewhere.selfos.gz"), erased.stdout);
});

Deno.test("nobody who is not there can be erased", async () => {
  await using shell = await withAda();

  const outcome = await shell.run(["users", "delete", "bob", "--purge", "--confirm", "bob"]);

  assertRefused(outcome, 1, /Cannot find the person "bob"/);
});

Deno.test("the local user is erased and begins anew, as servers act for them", async () => {
  await using shell = await openShell();
  await shell.json("call", "create_task", "title=Mine");
  const outcome = await shell.run(["users", "delete", "local", "--purge", "--confirm", "local"]);

  assert.equal(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stdout, /\nAn empty local is there again/);
  const { changes } = await shell.json("call", "list_changes");
  assert.deepEqual(changes.map(({ tool }: { tool: string }) => tool), ["users create"]);
  assert.equal((await shell.json("call", "list_tasks")).total, 0);
});
