/** What an outside client does with a server, whichever SDK it is made with. */
import assert from "node:assert/strict";
import { until } from "../until.ts";

/** Within two seconds, where the machine has time for it. */
const EMBEDDED_MS = 20_000;

// deno-lint-ignore no-explicit-any
export type Json = any;

export interface Connection {
  listTools(): Promise<{ name: string; annotations?: object | undefined }[]>;
  callTool(name: string, args: object): Promise<Json>;
}

export interface Report {
  protocol: string;
  tools: string[];
  called: string[];
  statistics: Json;
}

/** Lists the tools and calls every one of them; fails on the first answer that is not as it should. */
export async function walk(protocol: string, connection: Connection): Promise<Report> {
  const tools = (await connection.listTools()).map(({ name }) => name).sort();
  const called = new Set<string>();
  const call = async (name: string, args: object = {}): Promise<Json> => {
    const { isError, content, structuredContent } = await connection.callTool(name, args);
    called.add(name);
    assert.ok(!isError, `${name}: ${JSON.stringify(content)}`);
    assert.equal(typeof structuredContent, "object", `${name} has no structured content`);
    assert.equal(content[0].type, "text");
    assert.ok(content[0].text.length > 0, `${name} has no text`);
    return structuredContent;
  };

  await goals(call);
  await tasks(call);
  await history(call);
  await memories(call);
  await preferences(call);
  const statistics = await call("query_user_stats");
  await insights(call);
  await plans(call);
  await data(call);

  assert.deepEqual(tools.filter((name) => !called.has(name)), [], "tools that were not called");
  return { protocol, tools, called: [...called].sort(), statistics };
}

type Call = (name: string, args?: object) => Promise<Json>;

async function data(call: Call): Promise<void> {
  const { backup_id, status } = await call("backup_user_data");
  assert.match(backup_id, /^\d{8}T\d{6}Z-/);
  assert.equal(status, "verified");
  const exported = await call("export_user_data", { format: "json" });
  assert.ok(JSON.stringify(exported).includes("Run a marathon"));
}

async function goals(call: Call): Promise<void> {
  const { life_area } = await call("save_life_area", { name: "Health", weight: 2 });
  assert.deepEqual([life_area.name, life_area.weight, life_area.private], ["Health", 2, false]);
  const { life_areas } = await call("list_life_areas");
  assert.deepEqual(life_areas, [life_area]);

  const { goal, change_id } = await call("create_goal", {
    title: "Run a marathon",
    target_date: "2027-04-18",
    life_area_id: life_area.id,
  });
  assert.equal(goal.target_weekday, "Sunday");
  assert.ok(change_id > 0);
  const { goal: updated } = await call("update_goal", { goal_id: goal.id, status: "paused" });
  assert.equal(updated.status, "paused");
  const { goal: found } = await call("get_goal", { goal_id: goal.id });
  assert.deepEqual([found.title, found.status, found.subgoals], ["Run a marathon", "paused", []]);
  const { goal: doomed } = await call("create_goal", { title: "Run two marathons" });
  const { trashed } = await call("delete_goal", { goal_id: doomed.id });
  assert.deepEqual(trashed, { goals: 1, tasks: 0 });
  const { goals, total, next_cursor } = await call("list_goals", { life_area_id: life_area.id });
  assert.deepEqual([goals.map(({ id }: Json) => id), total, next_cursor], [[goal.id], 1, null]);
}

async function tasks(call: Call): Promise<void> {
  const { task: shoes } = await call("create_task", {
    title: "Buy shoes",
    due_date: "2027-01-08",
    priority: "high",
    tags: ["sport", "money"],
  });
  assert.deepEqual([shoes.status, shoes.due_weekday, shoes.tags], ["pending", "Friday", [
    "money",
    "sport",
  ]]);
  const { tasks: made } = await call("create_tasks", {
    tasks: [
      { title: "Run 5 km", depends_on: [shoes.id], recurrence: "every monday" },
      { title: "Run 10 km", depends_on: ["#1"] },
    ],
  });
  assert.deepEqual(made.map(({ ready }: Json) => ready), [false, false]);
  const { task: completed } = await call("complete_task", { task_id: shoes.id });
  assert.equal(completed.status, "completed");
  const { task: ready } = await call("get_task", { task_id: made[0].id });
  assert.deepEqual([ready.ready, ready.blocks[0].id], [true, made[1].id]);
  const { task: renamed } = await call("update_task", { task_id: made[1].id, title: "Run far" });
  assert.equal(renamed.title, "Run far");
  const { trashed } = await call("delete_task", { task_id: made[1].id });
  assert.equal(trashed.tasks, 1);
  const { tasks } = await call("list_tasks", { ready: true });
  assert.deepEqual(tasks.map(({ id }: Json) => id), [made[0].id]);
}

async function history(call: Call): Promise<void> {
  const { changes: [last] } = await call("list_changes", { limit: 1 });
  assert.deepEqual((await call("list_proposals")).proposals, []);
  assert.deepEqual([last.tool, last.items[0].action], ["delete_task", "trashed"]);
  const { undone } = await call("undo", { change_id: last.id });
  assert.deepEqual(undone, [last.id]);
  const { task } = await call("get_task", { task_id: Number(last.items[0].id) });
  assert.equal(task.title, "Run far");
}

async function memories(call: Call): Promise<void> {
  const { memory } = await call("add_memory", {
    content: "We adopted a puppy",
    memory_type: "event",
  });
  assert.deepEqual([memory.memory_type, memory.source], ["event", "client"]);
  const { memory: doomed } = await call("add_memory", { content: "The boiler is loud" });
  const { memory: updated } = await call("update_memory", {
    memory_id: memory.id,
    occurred_at: "2026-01-02",
  });
  assert.equal(updated.occurred_weekday, "Friday");
  await call("forget_memory", { memory_id: doomed.id });
  let found: Json[] = [];
  await until(async () => {
    // It is found by its meaning once it is embedded, which follows.
    ({ memories: found } = await call("search_memory", { query: "a dog came home with us" }));
    return found.length > 0;
  }, EMBEDDED_MS);
  assert.deepEqual(found.map(({ id, matched }: Json) => [id, matched]), [[memory.id, "meaning"]]);
  const { memories: listed, total } = await call("list_memories");
  assert.deepEqual([listed.map(({ id }: Json) => id), total], [[memory.id], 1]);
}

async function preferences(call: Call): Promise<void> {
  const { preferences: before } = await call("get_preferences");
  const { preferences, change_id } = await call("update_preferences", { week_start: "sunday" });
  assert.deepEqual([before.week_start, preferences.week_start], ["monday", "sunday"]);
  assert.deepEqual((await call("undo", { change_id })).undone, [change_id]);
  const { date, blocks } = await call("plan_day", { date: "tomorrow" });
  assert.match(date, /^\d{4}-\d\d-\d\d$/);
  assert.ok(Array.isArray(blocks));
}

async function insights(call: Call): Promise<void> {
  const { totals } = await call("analyze_progress", { period: "7d" });
  assert.equal(totals.tasks_completed, 1);
  const { own, changes } = await call("catch_up");
  assert.ok(own.some(({ title, what }: Json) => title === "Run far" && what.includes("renamed")));
  assert.deepEqual(changes, []);
  const { rows } = await call("query_data", { sql: "select title, status from goals" });
  assert.deepEqual(rows, [["Run a marathon", "paused"]]);
}

/** Of a client that has no model; the operator's, where there is one, answers once, and then no more. */
async function plans(call: Call): Promise<void> {
  if (Deno.env.get("TEST_PLANS") === "endpoint") {
    const plan = await call("decompose_goal", { goal_description: "Sail around the world" });
    assert.deepEqual([plan.source, plan.suggested_tasks.length], ["endpoint", 1]);
  }
  const { source, plan_token, suggested_tasks, worksheet } = await call("decompose_goal", {
    goal_description: "Learn to sail. A licence, and a week at sea.",
  });
  assert.deepEqual([source, suggested_tasks.length > 4], ["worksheet", true]);
  assert.equal(worksheet.schema.required[0], "tasks");
  const { goal, tasks, change_id } = await call("apply_plan", { plan_token, pick: [1, 2] });
  assert.deepEqual([goal.title, tasks.length], ["Learn to sail.", 2]);
  assert.deepEqual(tasks[1].depends_on, [tasks[0].id]);
  assert.deepEqual((await call("undo", { change_id })).undone, [change_id]);
  const { date, blocks } = await call("plan_day", { date: "tomorrow" });
  assert.match(date, /^\d{4}-\d\d-\d\d$/);
  assert.ok(Array.isArray(blocks));
}
