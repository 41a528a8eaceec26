import assert from "node:assert/strict";
import { assertRefused, fill, openShell, type Shell } from "./selfos.ts";

async function withAreas(shell: Shell): Promise<void> {
  await fill(shell, async ({ areas, goals }, as) => {
    for (const name of ["Work", "Diary"]) {
      const { life_area } = await areas.save(as("local"), { name });
      await goals.create(as("local"), { title: `In ${name}`, life_area_id: life_area.id });
    }
  });
}

Deno.test("keys create narrows a key, keys show says in words what it can do, and so it does", async () => {
  await using shell = await openShell();
  await withAreas(shell);

  const { key, id } = await shell.json(
    ...["keys", "create", "--name", "planner", "--areas", "work"],
    ...["--tools", "*_goal*", "--tools", "list_tasks", "--resources", "selfos://tasks/*"],
  );
  const shown = await shell.json("keys", "show", id);
  const { stdout } = await shell.run(["keys", "show", id]);
  const listed = await shell.run(["call", "list_goals", "--json"], { SELFOS_API_KEY: key });
  const refused = await shell.run(["call", "undo", "last=true"], { SELFOS_API_KEY: key });
  const rotated = await shell.json("keys", "rotate", id);

  assert.deepEqual([shown.tools, shown.resources, shown.areas], [
    ["*_goal*", "list_tasks"],
    ["selfos://tasks/*"],
    [1],
  ]);
  assert.deepEqual(shown.can.areas, [{ id: 1, name: "Work", owner: "local" }]);
  assert.ok(shown.can.other_tools.includes("undo") && !shown.can.tools.includes("undo"));
  assert.match(stdout, /^It may use list_goals, get_goal, .*list_tasks, decompose_goal\.$/m);
  assert.match(stdout, /^It may not use .*undo.*\.$/m);
  assert.match(
    stdout,
    /^It may read selfos:\/\/tasks\/\{task_id\}, but only at selfos:\/\/tasks\/\*\.$/m,
  );
  assert.match(stdout, /^It sees only Work \(life area 1 of local\); all else is withheld/m);
  const { goals, withheld } = JSON.parse(listed.stdout);
  assert.deepEqual([goals.map(({ title }: { title: string }) => title), withheld], [
    ["In Work"],
    1,
  ]);
  assertRefused(
    refused,
    1,
    /the key is narrowed to the tools \*_goal\*, list_tasks\n.*--tools "undo"/,
  );
  const renewed = await shell.json("keys", "show", rotated.id);
  assert.deepEqual([renewed.tools, renewed.resources, renewed.areas], [
    ...[shown.tools, shown.resources, shown.areas],
  ]);
});

Deno.test("a key is narrowed to prompts as to tools", async () => {
  await using shell = await openShell();

  const { id } = await shell.json(
    ...["keys", "create", "--name", "planner", "--tools", "daily_*,list_tasks"],
  );
  const unknown = await shell.run(["keys", "create", "--name", "x", "--tools", "dayly_planning"]);

  assert.deepEqual((await shell.json("keys", "show", id)).tools, ["daily_*", "list_tasks"]);
  assertRefused(
    unknown,
    2,
    /"dayly_planning" is no glob of tools.*\nTry: {3}did you mean daily_planning\?/,
  );
});

Deno.test("a whole key is said to see all, a revoked one to open nothing", async () => {
  await using shell = await openShell();
  const { id, key } = await shell.json("keys", "create", "--name", "wide");

  const wide = await shell.run(["keys", "show", id]);
  await shell.json("keys", "revoke", id, "--yes");
  const none = await shell.run(["keys", "show", id]);

  assert.match(wide.stdout, /^It sees the whole life of its person, and what others share/m);
  assert.match(none.stdout, /^This key opens nothing\. .* was revoked on /m);
  assertRefused(await shell.run(["call", "--as", id, "list_goals"]), 1, /was revoked on/);
  assertRefused(
    await shell.run(["call", "--as", id, "list_goals", "--api-key", key]),
    2,
    /Cannot use --api-key beside --as/,
  );
});

Deno.test("what names nothing is refused when the key is made", async () => {
  await using shell = await openShell();
  const create = (...argv: string[]) => shell.run(["keys", "create", "--name", "x", ...argv]);

  assertRefused(await create("--tools", "list_gaols"), 2, /Cannot use --tools: "list_gaols" is no/);
  assertRefused(
    await create("--resources", "selfos://taks/*"),
    2,
    /Cannot use --resources: "selfos:\/\/taks\/\*" is no glob .*\nTry: {3}did you mean selfos:\/\/tasks\?/,
  );
  assertRefused(await create("--areas", "Wrok"), 1, /Cannot find the life area "Wrok" of local/);
  assert.deepEqual(await shell.json("keys", "list"), { keys: [] });
});

Deno.test("call --as acts as a key, and --dry-run says what it may do without doing it", async () => {
  await using shell = await openShell();
  await withAreas(shell);
  const { id } = await shell.json(
    ...["keys", "create", "--name", "reader", "--level", "read_only", "--areas", "Work"],
  );
  const as = (...argv: string[]) => shell.run(["call", "--as", id, ...argv]);

  const goals = await shell.json("call", "--as", id, "list_goals");
  const may = await as("--dry-run", "list_goals");
  const not = await as("--dry-run", "create_goal", "title=Never");
  const other = await shell.json("call", "--as", id, "--dry-run", "list_goals", "user_id=ada");
  const done = await as("create_goal", "title=Never");
  const all = await shell.json("call", "list_goals");

  assert.deepEqual([goals.total, goals.withheld], [1, 1]);
  assert.deepEqual([may.code, may.stdout], [
    0,
    `${id} of local may call list_goals, on what is in the life areas 1.\n`,
  ]);
  assert.equal(
    not.stdout,
    `${id} of local may not call create_goal: level read_only allows list_*, get_*, search_*, ` +
      "query_*, analyze_*, catch_up.\nIt would take this: level read_write, or level propose, whose writes wait for the person.\n",
  );
  assert.deepEqual([not.code, other.allowed, other.grant], [0, false, "level admin"]);
  assertRefused(done, 1, /Cannot call create_goal as level read_only allows/);
  assert.equal(all.total, 2);
});

Deno.test("--dry-run tells what the arguments decide, and takes back what it tried", async () => {
  await using shell = await openShell();
  await withAreas(shell);
  const { id } = await shell.json("keys", "create", "--name", "worker", "--areas", "Work");
  const before = await shell.json("history");
  const judged = (...call: string[]) => shell.json("call", "--as", id, "--dry-run", ...call);

  const own = await judged("create_goal", "title=Plan", "life_area_id=1");
  const outside = await judged("create_goal", "title=Plan");
  const area = await judged("save_life_area", "name=New");
  const hidden = await judged("get_goal", "goal_id=2");
  const { stdout } = await shell.run(["call", "--as", id, "--dry-run", "update_goal", "goal_id=2"]);

  assert.deepEqual(own, { tool: "create_goal", allowed: true, areas: [1] });
  for (const { allowed, rule, grant } of [outside, area]) {
    assert.deepEqual([allowed, rule], [false, "the key is narrowed to the life areas 1"]);
    assert.match(grant, /life area/);
  }
  assert.equal(hidden.allowed, true);
  assert.match(hidden.fails, /^not_found: Cannot find goal 2/);
  assert.match(stdout, /may call update_goal.*\nWith these arguments it fails: not_found: /);
  assert.deepEqual(await shell.json("history"), before);
});

Deno.test("call --as is refused beside another say in who acts, and for a key that is none", async () => {
  await using shell = await openShell();

  assertRefused(
    await shell.run(["call", "--as", "nobody12", "list_goals"]),
    1,
    /Cannot find the key "nobody12"/,
  );
  assertRefused(
    await shell.run(["call", "--as", "nobody12", "list_goals", "--level", "admin"]),
    2,
    /Cannot use --level beside --as/,
  );
  assertRefused(
    await shell.run(["call", "--dry-run", "list_gaols"]),
    2,
    /Unknown tool "list_gaols": did you mean list_goals/,
  );
});
