import assert from "node:assert/strict";
import { startApp, type TestApp } from "../harness.ts";
import type { Level } from "../../src/permissions.ts";
import { dumpOf } from "../tools/answers.ts";

const READS = [
  "list_goals",
  "get_goal",
  "list_life_areas",
  "list_tasks",
  "get_task",
  "list_memories",
  "search_memory",
  "query_user_stats",
  "analyze_progress",
  "query_data",
  "get_preferences",
  "list_changes",
  "catch_up",
];
const NEEDED: Readonly<Record<string, object>> = {
  get_goal: { goal_id: 1 },
  get_task: { task_id: 1 },
  search_memory: { query: "milk" },
  query_data: { sql: "select 1" },
};
const WRITES = [
  { tool: "create_goal", args: { title: "New" } },
  { tool: "update_goal", args: { goal_id: 1, title: "New" } },
  { tool: "delete_goal", args: { goal_id: 1 } },
  { tool: "save_life_area", args: { name: "New" } },
  { tool: "create_task", args: { title: "New" } },
  { tool: "create_tasks", args: { tasks: [{ title: "New" }] } },
  { tool: "update_task", args: { task_id: 1, title: "New" } },
  { tool: "complete_task", args: { task_id: 1 } },
  { tool: "delete_task", args: { task_id: 1 } },
  { tool: "add_memory", args: { content: "New" } },
  { tool: "update_memory", args: { memory_id: 1, content: "New" } },
  { tool: "forget_memory", args: { memory_id: 1 } },
  { tool: "update_preferences", args: { name: "New" } },
  { tool: "undo", args: { last: true } },
  { tool: "backup_user_data", args: {} },
];

async function listed(app: TestApp, level: Level) {
  const caller = app.as("ada", { level });
  await caller.call("query_user_stats");
  return (await caller.client.listTools()).tools;
}

Deno.test("read_only is shown the reading tools and no others", async () => {
  await using app = await startApp();

  const tools = await listed(app, "read_only");

  assert.deepEqual(tools.map(({ name }) => name).sort(), [...READS].sort());
});

for (const level of ["read_write", "admin"] as const) {
  Deno.test(`${level} is shown every tool`, async () => {
    await using app = await startApp();

    const tools = await listed(app, level);

    const all = [...READS, ...WRITES.map(({ tool }) => tool)];
    assert.deepEqual(tools.map(({ name }) => name).sort(), all.sort());
  });
}

for (const { tool, args } of WRITES) {
  Deno.test(`read_only may not call ${tool}, shown or not`, async () => {
    await using app = await startApp();
    await app.as("ada").call("create_goal", { title: "Goal" });
    await app.as("ada").call("create_task", { title: "Task" });
    await app.as("ada").call("add_memory", { content: "Memory" });
    const before = await dumpOf(app);
    const reader = app.as("ada", { level: "read_only" });

    const text = await reader.refused(tool, args);
    const malformed = await reader.refused(tool, { nonsense: true });

    for (const refusal of [text, malformed]) {
      assert.match(
        refusal,
        new RegExp(`^permission_denied: Cannot call ${tool} as level read_only`),
      );
      assert.match(refusal, /list_\*, get_\*/);
      assert.match(refusal, /\nTry: ask the operator for level read_write/);
    }
    assert.deepEqual(await dumpOf(app), before);
  });
}

Deno.test("read_only may call every tool it is shown", async () => {
  await using app = await startApp();
  await app.as("ada").call("create_goal", { title: "Goal" });
  await app.as("ada").call("create_task", { title: "Task" });
  const before = await dumpOf(app);
  const reader = app.as("ada", { level: "read_only" });

  for (const tool of READS) await reader.call(tool, NEEDED[tool]);

  assert.deepEqual(await dumpOf(app), before);
});

Deno.test("only admins see user_id in the schemas", async () => {
  await using app = await startApp();

  const shown: Record<string, boolean[]> = {};
  for (const level of ["read_only", "read_write", "admin"] as const) {
    const tools = await listed(app, level);
    shown[level] = tools.map(({ inputSchema }) => "user_id" in (inputSchema.properties ?? {}));
  }

  assert.deepEqual(new Set(shown["read_only"]), new Set([false]));
  assert.deepEqual(new Set(shown["read_write"]), new Set([false]));
  assert.deepEqual(new Set(shown["admin"]), new Set([true]));
});

for (const level of ["read_only", "read_write", "admin"] as const) {
  Deno.test(`user_id me, one's own, null and empty mean oneself, for ${level}`, async () => {
    await using app = await startApp();
    await app.as("ada").call("create_goal", { title: "Ada's" });
    await app.as("bob").call("create_goal", { title: "Bob's" });
    const caller = app.as("ada", { level });

    const titles = [];
    for (const user_id of ["me", "ada", null, ""]) {
      const { goals } = await caller.call("list_goals", { user_id });
      titles.push(...goals.map(({ title }: { title: string }) => title));
    }

    assert.deepEqual(titles, ["Ada's", "Ada's", "Ada's", "Ada's"]);
  });
}

for (const level of ["read_only", "read_write"] as const) {
  Deno.test(`${level} may not name another person, known or not`, async () => {
    await using app = await startApp();
    await app.as("bob").call("create_goal", { title: "Bob's" });
    const before = await dumpOf(app);
    const caller = app.as("ada", { level });

    const texts = [];
    for (const user_id of ["bob", "nobody", "ADA", " ada", "local"]) {
      texts.push([user_id, await caller.refused("list_goals", { user_id })]);
      texts.push([user_id, await caller.refused("get_goal", { goal_id: 1, user_id })]);
    }

    for (const [user_id, text] of texts) {
      assert.match(
        text!,
        /^permission_denied: Cannot call (list_goals|get_goal) for ".*" as level .* its own person, ada/,
      );
      assert.ok(text!.includes(`"${user_id}"`), text);
      assert.match(text!, /\nTry: ask the operator for level admin/);
    }
    assert.deepEqual(await dumpOf(app), before);
  });
}

Deno.test("an admin acts on the life that user_id names, and the journal there says so", async () => {
  await using app = await startApp();
  const admin = app.as("ada", { level: "admin", client: "console" });

  const { goal } = await admin.call("create_goal", { user_id: "bob", title: "For Bob" });

  const bobs = await app.as("bob").call("list_goals");
  assert.deepEqual(bobs.goals.map(({ id }: { id: number }) => id), [goal.id]);
  assert.equal((await app.as("ada").call("list_goals")).total, 0);
  const { changes: [change] } = await app.as("bob").call("list_changes");
  assert.deepEqual([change.tool, change.client], ["create_goal", "console"]);
});

const everyTool = [
  ...READS.map((tool) => ({ tool, args: NEEDED[tool] ?? {} })),
  { tool: "list_goals", args: { query: "milk" } },
  { tool: "search_memory", args: { query: "milk", since: "yesterday" } },
  { tool: "list_tasks", args: { due_before: "tomorrow" } },
  { tool: "list_changes", args: { since: "yesterday" } },
  { tool: "create_task", args: { title: "New", due_date: "tomorrow" } },
  { tool: "undo", args: { since: "yesterday", client: "test" } },
  ...WRITES,
];
for (const { tool, args } of everyTool) {
  Deno.test(`${tool} ${JSON.stringify(args)} tells an admin that the person is unknown`, async () => {
    await using app = await startApp();
    const before = await dumpOf(app);

    const text = await app.as("ada", { level: "admin" }).refused(tool, {
      ...args,
      user_id: "nobody",
    });

    assert.match(text, /^not_found: Cannot find the person "nobody"/);
    assert.deepEqual(await dumpOf(app), before);
  });
}

Deno.test("nothing is written to the life of a person in the trash", async () => {
  await using app = await startApp();
  const actor = { user_id: "bob", principal: "local", client: "selfos", tool: "users delete" };
  await app.app.life.users.delete(actor);
  const before = await dumpOf(app);

  const own = await app.as("bob").refused("create_goal", { title: "Ghost" });
  const admins = await app.as("ada", { level: "admin" }).refused("create_task", {
    user_id: "bob",
    title: "Ghost",
  });

  assert.match(own, /^not_found: Cannot find the person "bob"/);
  assert.match(admins, /^not_found: Cannot find the person "bob"/);
  assert.deepEqual(await dumpOf(app), before);
});

const badIds = [
  { when: "a number", user_id: 5 },
  { when: "an object", user_id: { id: "ada" } },
  { when: "a list", user_id: ["ada"] },
  { when: "too long", user_id: "a".repeat(201) },
  { when: "holding a NUL", user_id: "ada\0" },
];
for (const { when, user_id } of badIds) {
  Deno.test(`a user_id ${when} is refused`, async () => {
    await using app = await startApp();

    const text = await app.as("ada").refused("list_goals", { user_id });

    assert.match(text, /^(invalid_input: .*user|permission_denied)/);
  });
}

Deno.test("a tool that does not exist is a fault of the protocol, with the nearest name", async () => {
  await using app = await startApp();
  const { client, call } = app.as("ada");
  await call("list_goals");

  await assert.rejects(
    client.callTool({ name: "list_gaols", arguments: {} }),
    { code: -32602, message: /Unknown tool "list_gaols": did you mean list_goals\?/ },
  );
});
