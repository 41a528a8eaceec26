import assert from "node:assert/strict";
import { z } from "zod";
import { type Answer, startApp } from "../harness.ts";
import { callTool } from "../../src/mcp/call.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import { Registry } from "../../src/mcp/registry.ts";
import { defineTool } from "../../src/tools/tool.ts";
import { toolsets } from "../../src/tools/toolsets.ts";

const DEFINED = Object.values(toolsets).flat();

/** Stands for what the last plan answered. */
const TOKEN = "TOKEN";

/** A life in which every field of every output has a value somewhere. */
const calls: readonly (readonly [tool: string, args: object])[] = [
  ["save_life_area", { name: "Health", color: "red", description: "Body" }],
  ["create_goal", { title: "Run", description: "Far", target_date: "friday", life_area_id: 1 }],
  ["create_goal", { title: "Walk", parent_goal_id: 1 }],
  ["create_task", { title: "Shoes", goal_id: 1, tags: ["shop"], due_date: "tomorrow 5pm" }],
  ["create_task", { title: "Shoes", goal_id: 1, tags: ["shop"], due_date: "tomorrow 5pm" }],
  [
    "create_tasks",
    {
      tasks: [
        { title: "Train", recurrence: "daily", parent_task_id: 1, estimated_duration: 30 },
        { title: "Rest", depends_on: ["#1", 1] },
      ],
    },
  ],
  ["update_task", { task_id: 1, description: "Blue", priority: "high" }],
  ["update_goal", { goal_id: 1, status: "completed" }],
  ["complete_task", { task_id: 2, actual_duration: 40 }],
  ["list_goals", { limit: 1 }],
  ["get_goal", { goal_id: 1 }],
  ["list_life_areas", {}],
  ["list_tasks", { limit: 2 }],
  ["get_task", { task_id: 1 }],
  [
    "add_memory",
    { content: "I ran far", metadata: { km: 9 }, occurred_at: "last friday", task_id: 1 },
  ],
  ["add_memory", { content: "I ran very far" }],
  ["add_memory", { content: "I walk now", supersedes: 2 }],
  ["update_memory", { memory_id: 1, memory_type: "event" }],
  ["list_memories", { limit: 1 }],
  ["search_memory", { query: "jogging", since: "last month" }],
  ["list_goals", { query: "jogging" }],
  ["forget_memory", { memory_id: 3 }],
  ["plan_day", { date: "tomorrow" }],
  ["query_user_stats", {}],
  ["analyze_progress", { goal_id: 1 }],
  ["update_preferences", { name: "Ada" }],
  ["get_preferences", {}],
  ["query_data", { sql: "select id, title from tasks" }],
  ["decompose_goal", { goal_id: 1, context: "Slowly" }],
  ["apply_plan", { plan_token: TOKEN, pick: [1, 2] }],
  ["apply_plan", { plan_token: TOKEN, pick: [1, 2] }],
  ["delete_task", { task_id: 3 }],
  ["delete_goal", { goal_id: 2 }],
  ["undo", { last: true }],
  ["list_changes", {}],
  ["list_proposals", {}],
  ["catch_up", {}],
  ["list_proposals", {}],
  ["export_user_data", { format: "markdown" }],
  ["backup_user_data", {}],
];

/** Names that the store keeps to itself. */
const PRIVATE = [
  "user_id",
  "words",
  "closed",
  "due_sort",
  "target_sort",
  "deleted_at",
  "recurrence_start",
  "occurrence_date",
  "arguments",
  "result",
  "digest",
  "terms",
  "embedded",
];

async function answers() {
  await using app = await startApp();
  const { client, call } = app.as("ada");
  await call("query_user_stats");
  const found = [];
  let token = "";
  for (const [name, args] of calls) {
    const given = "plan_token" in args ? { ...args, plan_token: token } : { ...args };
    const result = await client.callTool({ name, arguments: given });
    assert.ok(!result.isError, JSON.stringify(result.content));
    const [content] = result.content;
    const text = content?.type === "text" ? content.text : "";
    const output = result.structuredContent as Answer;
    token = output["plan_token"] ?? token;
    found.push({ name, output, text });
  }
  return found;
}

Deno.test("the calls below reach every tool", () => {
  const called = new Set(calls.map(([tool]) => tool));

  assert.deepEqual([...called].sort(), DEFINED.map(({ name }) => name).sort());
});

Deno.test("structured content has the declared shape and nothing beside it", async () => {
  for (const { name, output } of await answers()) {
    const tool = DEFINED.find((tool) => tool.name === name);
    const shape = closed(z.toJSONSchema(tool!.output));
    const { success, error } = z.fromJSONSchema(shape).safeParse(output);
    assert.ok(success, `${name}: ${error?.message}`);
  }
});

Deno.test("no column that is not declared leaves, not in the text either", async () => {
  for (const { name, output, text } of await answers()) {
    for (const column of PRIVATE) {
      assert.ok(!keysOf(output).has(column), `${name} answers ${column}`);
      assert.doesNotMatch(text, new RegExp(`\\b${column}\\b`), `${name} says ${column}`);
    }
  }
});

Deno.test("what a tool answers beside its declared output never leaves the pipeline", async () => {
  await using app = await startApp();
  const row = { id: 1, title: "Run", user_id: "ada", words: "run", target_sort: "~" };
  const careless = defineTool({
    name: "list_everything",
    title: "List everything",
    description: "Answers whole rows of the store.",
    access: "read",
    input: z.object({}),
    output: z.object({ goals: z.array(z.object({ id: z.int(), title: z.string() })) }),
    run: () => Promise.resolve({ goals: [row], secret: 1 }),
  });
  const engine = { ...app.app.engine, registry: new Registry({ tools: [careless] }) };
  const principal = { user_id: "ada", level: "read_only", id: "local" } as const;
  const { signal } = new AbortController();
  const exchange = silentExchange("test", signal);

  const { output } = await callTool(engine, principal, "list_everything", {}, exchange);

  assert.deepEqual(output, { goals: [{ id: 1, title: "Run" }] });
});

Deno.test("the text twin names every item with its id", async () => {
  for (const { name, output, text } of await answers()) {
    assert.ok(text.length > 0, name);
    const items = Object.values(output).flat()
      .filter((value) => typeof value === "object" && value !== null && "title" in value);
    for (const { id, title } of items) {
      const named = typeof id === "number" ? `#${id} ${title}` : title;
      assert.ok(text.includes(named), `${name}: ${text}`);
    }
  }
});

Deno.test("an empty list says so in its text", async () => {
  await using app = await startApp();
  const { client, call } = app.as("ada");
  await call("query_user_stats");

  const { content, structuredContent } = await client.callTool({ name: "list_tasks" });

  assert.deepEqual(content, [{ type: "text", text: "no tasks\ntotal: 0" }]);
  assert.deepEqual(structuredContent, { tasks: [], total: 0, next_cursor: null });
});

function keysOf(value: unknown): Set<string> {
  if (Array.isArray(value)) return new Set(value.flatMap((item) => [...keysOf(item)]));
  if (typeof value !== "object" || value === null) return new Set();
  return new Set(Object.entries(value).flatMap(([key, member]) => [key, ...keysOf(member)]));
}

// deno-lint-ignore no-explicit-any
type Schema = any;

/** The schema with every object closed to members it does not name. */
function closed(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [keyword, closed(value)]),
  );
  return "properties" in inner ? { ...inner, additionalProperties: false } : inner;
}
