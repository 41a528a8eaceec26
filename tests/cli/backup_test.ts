import assert from "node:assert/strict";
import { openShell } from "./selfos.ts";

Deno.test("backups are made, listed, proven and restored from the shell", async () => {
  await using shell = await openShell();
  await shell.json("call", "create_task", "title=First");

  const { backup } = await shell.json("backup", "create");
  await shell.json("call", "create_task", "title=Second");
  const listed = await shell.json("backup", "list");
  const verified = await shell.json("backup", "verify", backup.id);
  const asked = await shell.run(["backup", "restore", backup.id]);
  const restored = await shell.run(["backup", "restore", backup.id, "--yes"]);
  const { tasks } = await shell.json("call", "list_tasks");
  const saved = /What was replaced is in (.*)\.$/m.exec(restored.stdout)?.[1] ?? "";
  const back = await shell.json("backup", "restore", saved, "--user", "local", "--yes");

  assert.ok(backup.verified_at && backup.rows > 0 && backup.person === null);
  assert.deepEqual(listed.backups.map(({ id }: { id: string }) => id), [backup.id]);
  assert.equal(verified.backup.sha256, undefined);
  assert.equal(verified.backup.tables.tasks.rows, 1);
  assert.deepEqual([asked.code, restored.code, restored.stderr], [2, 0, ""]);
  assert.match(asked.stderr, /Cannot ask for confirmation/);
  assert.deepEqual(tasks.map(({ title }: { title: string }) => title), ["First"]);
  assert.deepEqual(back.people, ["local"]);
  assert.equal((await shell.json("call", "list_tasks")).total, 2);
  const table = await shell.run(["backup", "list"]);
  assert.match(table.stdout, /^ID +OF +MADE \(UTC\) +ROWS +SIZE +ENCRYPTED +PROVEN\n/);
  const { records } = await shell.json("audit", "list", "--action", "backup restore");
  assert.equal(records.length, 2);
});

Deno.test("an archive is written to a file of its own, sealed, and refused where that is taken", async () => {
  await using shell = await openShell();
  await shell.json("call", "create_task", "title=First");
  const pass = `${shell.directory}/pass`;
  await Deno.writeTextFile(pass, "secret words\n", { mode: 0o600 });
  const out = ["--out", "life.selfos.gz.age", "--passphrase-file", "pass", "--user", "local"];

  const { backup } = await shell.json("backup", "create", ...out);
  const again = await shell.run(["backup", "create", ...out]);
  const opened = await shell.run(
    ["backup", "verify", "life.selfos.gz.age", "--passphrase-file", pass],
  );
  const locked = await shell.run(["backup", "verify", "./life.selfos.gz.age"]);
  await Deno.chmod(pass, 0o640);
  const readable = await shell.run(["backup", "create", "--passphrase-file", "pass"]);

  assert.deepEqual([backup.file, backup.person], [
    `${shell.directory}/life.selfos.gz.age`,
    "local",
  ]);
  assert.equal((await Deno.stat(backup.file)).mode! & 0o777, 0o600);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /there is a file already; it was left as it is/);
  assert.deepEqual([opened.code, opened.stderr], [0, ""]);
  assert.match(locked.stderr, /it is encrypted\nTry: {3}add --passphrase-file FILE/);
  assert.match(readable.stderr, /others may read it: its mode is 640\nTry: {3}chmod 600/);
});

Deno.test("what a restore replaced is removed by no command, and what is removed is asked about", async () => {
  await using shell = await openShell();
  await shell.json("call", "create_task", "title=First");
  const { backup: first } = await shell.json("backup", "create");
  const { backup: second } = await shell.json("backup", "create");
  const { saved } = await shell.json("backup", "restore", first.id, "--yes");

  const asked = await shell.run(["backup", "prune"]);
  const pruned = await shell.json("backup", "prune", "--yes");
  const again = await shell.json("backup", "prune");

  assert.equal(asked.code, 2);
  assert.match(asked.stderr, /Cannot ask for confirmation/);
  assert.deepEqual(pruned.removed.map(({ id }: { id: string }) => id), [first.id]);
  assert.deepEqual(again.removed, []);
  const { backups } = await shell.json("backup", "list");
  assert.deepEqual(
    backups.map(({ id }: { id: string }) => id).sort(),
    [second.id, saved.id].sort(),
  );
});

const refusals = [
  { argv: ["create", "--user", "nobody"], status: 1, says: /Cannot find the person "nobody"/ },
  {
    argv: ["create", "--out", "/nowhere/x.selfos.gz"],
    status: 1,
    says: /Cannot write the archive to \/nowhere\/x.*No such file/,
  },
  { argv: ["create", "--encrypt", "ssh-rsa x"], status: 2, says: /no recipient of age/ },
  {
    argv: ["verify", "../../etc/passwd"],
    status: 1,
    says: /Cannot find an archive|does not begin|Cannot read/,
  },
  { argv: ["verify", "/etc/passwd"], status: 1, says: /does not begin like one/ },
  {
    argv: ["verify", "20990101-nothing"],
    status: 1,
    says: /Cannot find the backup "20990101-nothing"/,
  },
  { argv: ["restore", "--yes"], status: 2, says: /misses an argument/ },
  { argv: ["restore", "..", "--yes"], status: 1, says: /Cannot find the backup "\.\."/ },
  {
    argv: ["verify", "x", "--passphrase-file", "none"],
    status: 2,
    says: /Cannot read --passphrase-file/,
  },
] as const;
for (const { argv, status, says } of refusals) {
  Deno.test(`selfos backup ${argv.join(" ")} fails with status ${status}`, async () => {
    await using shell = await openShell();

    const { code, stdout, stderr } = await shell.run(["backup", ...argv]);

    assert.match(stderr, says);
    assert.deepEqual([code, stdout], [status, ""]);
  });
}
