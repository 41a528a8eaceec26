import assert from "node:assert/strict";
import { assertRefused, fill, openShell } from "./selfos.ts";

Deno.test("history lists the journal as a table, newest first", async () => {
  await using shell = await openShell();
  const { change_id } = await shell.json("call", "create_task", "title=Paint");
  await shell.json("call", "update_task", "task_id=1", "title=Paint it red");

  const { code, stdout, stderr } = await shell.run(["history"]);

  const [head, newest, older] = stdout.split("\n");
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(head!, /^CHANGE +UTC +CLIENT +TOOL +WHAT$/);
  assert.match(newest!, /selfos +update_task +changed task 1 Paint it red$/);
  assert.match(
    older!,
    new RegExp(`^${change_id} +\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d +selfos +create_task`),
  );
});

Deno.test("what a client wrote neither commands the terminal nor looks like a row", async () => {
  await using shell = await openShell();
  const title = "\u001b[2JPaint\n9  2026-01-01\u202e\u009b1m";
  await fill(shell, async ({ tasks }, as) => {
    await tasks.create({ ...as("local"), client: "x\u001b[8m\ny" }, { title });
  });

  const journal = await shell.run(["history"]);
  const task = await shell.run(["call", "get_task", "task_id=1"]);
  const undone = await shell.run(["undo", "--last"]);

  for (const { code, stdout, stderr } of [journal, task, undone]) {
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stdout + stderr, /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
  }
  assert.equal(undone.stdout.split("\n").length, 3, undone.stdout);
  assert.match(journal.stdout, / x·\[8m·y +test +created task 1 ·\[2JPaint·9 /);
});

Deno.test("history pages with --limit and --cursor", async () => {
  await using shell = await openShell();
  for (const title of ["A", "B", "C"]) await shell.json("call", "create_task", `title=${title}`);

  const first = await shell.json("history", "--limit", "2");
  const second = await shell.json("history", "--limit", "2", "--cursor", first.next_cursor);
  const text = await shell.run(["history", "--limit", "2"]);

  const titles = [...first.changes, ...second.changes].map(({ items }) => items[0].title);
  assert.deepEqual(titles, ["C", "B", "A", "local"]);
  assert.ok(text.stdout.includes(`\nMore: --cursor ${first.next_cursor}\n`), text.stdout);
});

Deno.test("history filters by client and time and says when there is nothing", async () => {
  await using shell = await openShell();
  await shell.json("call", "create_task", "title=A");

  const own = await shell.json("history", "--client", "selfos", "--since", "today");
  const nobody = await shell.run(["history", "--client", "zed"]);

  assert.equal(own.total, own.changes.length);
  assert.ok(own.total > 0);
  assert.deepEqual(nobody, { code: 0, stdout: "No changes.\n", stderr: "" });
});

Deno.test("undo by id, of the last, and of a client since a time", async () => {
  await using shell = await openShell();
  const { change_id } = await shell.json("call", "create_task", "title=A");
  for (const title of ["B", "C", "D"]) await shell.json("call", "create_task", `title=${title}`);
  const left = async () => {
    const { tasks } = await shell.json("call", "list_tasks");
    return tasks.map(({ title }: { title: string }) => title).join("");
  };

  const byId = await shell.run(["undo", String(change_id)]);
  const afterId = await left();
  await shell.json("undo", "--last");
  const afterLast = await left();
  const since = await shell.json("undo", "--since", "today", "--client", "selfos");

  assert.equal(byId.code, 0);
  assert.match(
    byId.stdout,
    new RegExp(`^Undid change ${change_id} as change \\d+\\.\\n {2}removed task 1 A\\n$`),
  );
  assert.deepEqual([afterId, afterLast, await left()], ["BCD", "BC", ""]);
  assert.ok(since.undone.length >= 2);
});

Deno.test("undo of an undo brings back what was there", async () => {
  await using shell = await openShell();
  await shell.json("call", "create_task", "title=A");
  const { change_id } = await shell.json("undo", "--last");

  await shell.json("undo", String(change_id));

  assert.equal((await shell.json("call", "list_tasks")).total, 1);
});

const refusals = [
  { argv: [], status: 2, says: /Cannot undo as nothing is chosen\nTry: {3}selfos undo --last/ },
  { argv: ["abc"], status: 2, says: /Cannot undo abc as it is no change id/ },
  { argv: ["0"], status: 2, says: /no change id/ },
  { argv: ["1e3"], status: 2, says: /no change id/ },
  { argv: ["99999999999999999999"], status: 2, says: /no change id/ },
  { argv: ["99"], status: 1, says: /Cannot find change 99/ },
  { argv: ["99", "--last"], status: 2, says: /the choice is not clear/ },
  { argv: ["--since", "yesterday"], status: 2, says: /client is missing/ },
  { argv: ["--since", "soonish", "--client", "x"], status: 2, says: /Cannot read since as a date/ },
  { argv: ["--last"], status: 1, says: /as none stands/ },
  { argv: ["--last", "--user", "nobody"], status: 1, says: /Cannot find the person "nobody"/ },
  {
    argv: ["--since", "today", "--client", "x", "--user", "nobody"],
    status: 1,
    says: /Cannot find the person "nobody"/,
  },
  { argv: ["1", "2"], status: 2, says: /takes at most 1: got "2"/ },
] as const;
for (const { argv, status, says } of refusals) {
  Deno.test(`selfos undo ${argv.join(" ")} fails with status ${status}`, async () => {
    await using shell = await openShell();

    const { code, stdout, stderr } = await shell.run(["undo", ...argv]);

    assert.match(stderr, says);
    assert.match(stderr, /^Error: .*(\n.*)*\nTry: {3}/);
    assert.deepEqual([code, stdout], [status, ""]);
  });
}

Deno.test("history of an unknown person is refused", async () => {
  await using shell = await openShell();

  const { code, stderr } = await shell.run(["history", "--user", "nobody", "--since", "today"]);

  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Error: Cannot find the person "nobody"\nTry: {3}selfos users create nobody\n$/,
  );
});

for (const limit of ["0", "101", "1.5", "many"]) {
  Deno.test(`history --limit ${limit} is refused`, async () => {
    await using shell = await openShell();

    const outcome = await shell.run(["history", "--limit", limit]);

    assertRefused(outcome, 2, /Cannot use --limit: limit must be a whole number from 1 to 100/);
  });
}
