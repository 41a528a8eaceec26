import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { assertRefused, openShell, type Shell } from "./selfos.ts";

/** A shell with three records in the trail. */
async function withRecords(): Promise<Shell> {
  const shell = await openShell();
  for (const name of ["ada", "bob", "eve"]) await shell.json("users", "create", name);
  return shell;
}

function tamper({ directory }: Shell, statement: string): void {
  const store = new DatabaseSync(`${directory}/data/selfos.db`);
  store.exec(statement);
  store.close();
}

/** SQL that sets the head of the trail to a record. */
function headAt({ directory }: Shell, id: number): string {
  const store = new DatabaseSync(`${directory}/data/selfos.db`);
  const { hash } = store.prepare("select hash from audit where id = ?").get(id) ?? {};
  store.close();
  return `update audit_head set id = ${id}, hash = '${hash}'`;
}

Deno.test("a trail that nobody has touched is verified", async () => {
  await using shell = await withRecords();

  const verdict = await shell.json("audit", "verify");
  const text = await shell.run(["audit", "verify"]);

  const { newest, ...rest } = verdict;
  assert.deepEqual(rest, {
    ...{ intact: true, fault: null, records: 3, removed: null, checkpoint: "none" },
  });
  assert.deepEqual([newest.id, newest.count], [3, 3]);
  assert.deepEqual(text, {
    code: 0,
    stdout: "3 records up to 3: each as it was recorded, and none between them is missing.\n",
    stderr: "",
  });
});

Deno.test("what was done to a trail is told with the first bad record, and status 1", async () => {
  await using shell = await withRecords();
  tamper(shell, "update audit set user_id = 'eve' where id = 2");

  const json = await shell.run(["audit", "verify", "--json"]);
  const text = await shell.run(["audit", "verify"]);
  const checkpoint = await shell.run(["audit", "checkpoint"]);

  const { intact, fault } = JSON.parse(json.stdout);
  assert.deepEqual([json.code, intact, fault.kind, fault.id], [1, false, "edited", 2]);
  assert.equal(text.code, 1);
  assert.equal(text.stdout, "1 record up to 1: as they were recorded.\n");
  assert.match(
    text.stderr,
    /^Error: The audit trail is broken at record 2: .*\nTry: {3}keep a copy/,
  );
  assertRefused(checkpoint, 1, /broken at record 2/);
});

const cuts = [
  { ids: "> 2", here: "2 records up to 2: as they were recorded.", missing: "record 3 is missing" },
  { ids: "> 0", here: "No records.", missing: "records 1 to 3 are missing" },
] as const;
for (const { ids, here, missing } of cuts) {
  Deno.test(`records ${ids} that were cut off are missed`, async () => {
    await using shell = await withRecords();
    tamper(shell, `delete from audit where id ${ids}`);

    const { code, stdout, stderr } = await shell.run(["audit", "verify"]);
    const checkpoint = await shell.run(["audit", "checkpoint"]);
    await shell.json("users", "create", "later");
    const later = await shell.run(["audit", "verify"]);

    assert.deepEqual([code, stdout], [1, `${here}\n`]);
    assert.match(stderr, new RegExp(`is broken at record \\d: ${missing}, the newest\n`));
    assertRefused(checkpoint, 1, new RegExp(missing));
    assert.equal(later.code, 1);
    assert.match(later.stderr, new RegExp(missing));
  });
}

Deno.test("what is put behind the end of a text, as the driver reads it, is found", async () => {
  await using shell = await withRecords();
  tamper(shell, "update audit set at = at || char(0) || 'x' where id = 2");

  const { code, stderr } = await shell.run(["audit", "verify"]);

  assert.equal(code, 1);
  assert.match(stderr, /broken at record 2: record 2 says something else than was recorded/);
});

Deno.test("what was taken off with the head set back is missed with a checkpoint", async () => {
  await using shell = await withRecords();
  const file = `${shell.directory}/checkpoint.json`;
  const { stdout } = await shell.run(["audit", "checkpoint"]);
  const made = await shell.run(["audit", "checkpoint", "--out", file]);
  await shell.json("users", "update", "ada", "--name", "Ada");
  const later = await shell.json("audit", "verify", "--checkpoint", file);
  tamper(shell, `delete from audit where id > 2; ${headAt(shell, 2)}`);

  const without = await shell.json("audit", "verify");
  const outcome = await shell.run(["audit", "verify", "--checkpoint", "checkpoint.json"]);

  assert.equal(await Deno.readTextFile(file), stdout);
  assert.match(
    made.stdout,
    /^Checkpoint of record 3, the newest of 3 records, in .*\nKeep it where/,
  );
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(file)).mode! & 0o777, 0o600);
  assert.deepEqual([later.intact, later.checkpoint], [true, "passed"]);
  assert.equal(without.intact, true);
  assert.equal(outcome.code, 1);
  assert.match(
    outcome.stderr,
    /broken at record 3: the newest records are missing, up to 3 of the/,
  );
});

const refusals = [
  {
    file: "missing.json",
    says: /Cannot read \S+\/missing\.json: .*\nTry: +selfos audit checkpoint/s,
  },
  { file: "data/selfos.db", says: /Cannot read \S+\/data\/selfos\.db as a checkpoint/ },
] as const;
for (const { file, says } of refusals) {
  Deno.test(`${file} is no checkpoint`, async () => {
    await using shell = await withRecords();

    assertRefused(await shell.run(["audit", "verify", "--checkpoint", file]), 2, says);
  });
}

Deno.test("a checkpoint needs a record, and a place for its file", async () => {
  await using shell = await openShell();

  assertRefused(await shell.run(["audit", "checkpoint"]), 1, /as there is no record/);
  await shell.json("users", "create", "ada");
  const outcome = await shell.run(["audit", "checkpoint", "--out", "no/such/place.json"]);
  assertRefused(outcome, 1, /Cannot write \S+\/no\/such\/place\.json/);
});
