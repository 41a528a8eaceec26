import assert from "node:assert/strict";
import { assertRefused, openShell } from "./selfos.ts";

Deno.test("call takes key=value pairs whose values may be JSON", async () => {
  await using shell = await openShell();
  const { goal } = await shell.json("call", "create_goal", "title=House");

  const { task } = await shell.json(
    ...["call", "create_task", "title=a=b, and more", `goal_id=${goal.id}`],
    ...['tags=["x","y"]', "estimated_duration=30", "due_date=2026-11-27", "description="],
  );

  assert.deepEqual(
    [task.title, task.goal_id, task.tags, task.estimated_duration, task.due_weekday],
    ["a=b, and more", goal.id, ["x", "y"], 30, "Friday"],
  );
});

Deno.test("call takes one JSON object", async () => {
  await using shell = await openShell();

  const { tasks } = await shell.json(
    ...["call", "create_tasks"],
    '{"tasks": [{"title": "A"}, {"title": "B", "depends_on": ["#1"]}]}',
  );

  assert.deepEqual(tasks[1].depends_on, [tasks[0].id]);
});

Deno.test("call answers people in text, and the store outlives the process", async () => {
  await using shell = await openShell();

  const created = await shell.run(["call", "create_task", "title=Water the plants"]);
  const listed = await shell.run(["call", "list_tasks"]);

  assert.deepEqual([created.code, created.stderr], [0, ""]);
  assert.match(created.stdout, /^#1 Water the plants · status pending/);
  assert.match(created.stdout, /^change_id: \d+$/m);
  assert.match(listed.stdout, /^- #1 Water the plants/);
});

Deno.test("call is journalled as done by selfos", async () => {
  await using shell = await openShell();
  await shell.json("call", "create_task", "title=Paint");

  const { changes: [change] } = await shell.json("call", "list_changes");

  assert.deepEqual([change.client, change.principal, change.tool], [
    "selfos",
    "local",
    "create_task",
  ]);
});

Deno.test("call acts for --user at --level, as a server would", async () => {
  await using shell = await openShell();
  await shell.json("users", "create", "ada");
  await shell.json("call", "create_goal", "title=Ada's", "--user", "ada");

  const own = await shell.json("call", "list_goals");
  const adas = await shell.json("call", "list_goals", "--user", "ada", "--level", "read_only");
  const admins = await shell.json("call", "list_goals", "user_id=ada", "--level", "admin");

  assert.deepEqual([own.total, adas.total, admins.total], [0, 1, 1]);
});

const refusals = [
  { argv: ["create_task"], status: 2, says: /^Error: Cannot create_task as title is missing$/m },
  {
    argv: ["create_task", "titel=x"],
    status: 2,
    says: /there is no argument titel, did you mean title\?/,
  },
  {
    argv: ["get_task", "task_id=99"],
    status: 1,
    says: /^Error: Cannot find task 99\nTry: {3}list_tasks shows the ids$/m,
  },
  {
    argv: ["create_task", "title=x", "due_date=2027-02-30"],
    status: 2,
    says: /Cannot read due_date as a date: got "2027-02-30"/,
  },
  {
    argv: ["create_goal", "title=x", "--level", "read_only"],
    status: 1,
    says: /Cannot call create_goal as level read_only allows/,
  },
  { argv: ["list_goals", "user_id=ada"], status: 1, says: /Cannot call list_goals for "ada"/ },
  {
    argv: ["list_goals", "--user", "nobody"],
    status: 1,
    says: /Cannot find the person "nobody"\nTry: {3}selfos users create nobody/,
  },
  { argv: ["list_gaols"], status: 2, says: /Unknown tool "list_gaols": did you mean list_goals\?/ },
  { argv: ["create_task", "Milk"], status: 2, says: /Cannot read "Milk"\nTry: {3}write key=value/ },
  { argv: ["create_task", "=x"], status: 2, says: /Cannot read "=x"/ },
  { argv: ["create_task", "{title: x}"], status: 2, says: /Cannot read .* as JSON/ },
  { argv: ["create_task", "title=x", "--goal", "1"], status: 2, says: /it has no option --goal/ },
] as const;
for (const { argv, status, says } of refusals) {
  Deno.test(`selfos call ${argv.join(" ")} fails with status ${status}`, async () => {
    await using shell = await openShell();

    const { stderr, ...rest } = await shell.run(["call", ...argv]);

    assert.match(stderr, says);
    assert.match(stderr, /^Error: /);
    assert.deepEqual(rest, { code: status, stdout: "" });
    const { total } = await shell.json("call", "list_tasks");
    assert.equal(total, 0);
  });
}

const jsonErrors = [
  { argv: ["call", "get_task", "task_id=99"], status: 1, code: "not_found" },
  { argv: ["call", "create_task"], status: 2, code: "invalid_input" },
  {
    argv: ["call", "create_task", "title=x", "--level", "read_only"],
    status: 1,
    code: "permission_denied",
  },
  { argv: ["call", "list_gaols"], status: 2, code: "usage" },
  { argv: ["undo", "--last"], status: 1, code: "not_found" },
  { argv: ["users", "show", "nobody"], status: 1, code: "not_found" },
  { argv: ["hitsory"], status: 2, code: "usage" },
  { argv: ["history", "--nonsense"], status: 2, code: "usage" },
  { argv: ["history", "--level", "root"], status: 2, code: "usage" },
];
for (const { argv, status, code } of jsonErrors) {
  Deno.test(`selfos ${argv.join(" ")} --json tells machines of the failure on stdout`, async () => {
    await using shell = await openShell();

    const outcome = await shell.run([...argv, "--json"]);

    assert.equal(outcome.code, status);
    const { error } = JSON.parse(outcome.stdout);
    assert.equal(error.code, code);
    assert.ok(error.message.length > 0);
    assert.ok(outcome.stderr.startsWith(`Error: ${error.message}`), outcome.stderr);
  });
}

Deno.test("call leaves nothing behind when it is refused before the store is opened", async () => {
  await using shell = await openShell();

  const outcome = await shell.run(["call", "create_task", "Milk"]);

  assertRefused(outcome, 2, /Cannot read "Milk"/);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(shell.directory)), []);
});
