import assert from "node:assert/strict";
import { startApp } from "../harness.ts";
import { type Access, annotationsOf } from "../../src/mcp/define.ts";
import { type Level, LEVELS } from "../../src/permissions.ts";
import { matches } from "../../src/permissions/globs.ts";
import { toolsets } from "../../src/tools/toolsets.ts";

const SNAPSHOTS = new URL("./snapshots/", import.meta.url);
const UPDATE = Deno.env.get("UPDATE_SNAPSHOTS") === "1";

const DEFINED = Object.values(toolsets).flat();

/** What a client of this level is shown, through the real SDK. */
async function listTools(level: Level) {
  await using app = await startApp();
  const { client, call } = app.as("ada", { level });
  await call("query_user_stats");
  return (await client.listTools()).tools;
}

const published = new Map<Level, Awaited<ReturnType<typeof listTools>>>();
for (const level of LEVELS) published.set(level, await listTools(level));

function shownTo(level: Level) {
  return published.get(level) ?? [];
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

for (const tool of shownTo("read_write")) {
  Deno.test(`${tool.name} is published as in its snapshot (UPDATE_SNAPSHOTS=1 rewrites it)`, async () => {
    const file = new URL(`${tool.name}.json`, SNAPSHOTS);
    const text = `${JSON.stringify(tool, null, 2)}\n`;
    if (UPDATE) await Deno.writeTextFile(file, text);

    assert.equal(text, await Deno.readTextFile(file));
  });
}

Deno.test("every snapshot is of a tool that exists", async () => {
  const files = await Array.fromAsync(Deno.readDir(SNAPSHOTS));

  const names = files.map(({ name }) => name.replace(/\.json$/, ""));

  assert.deepEqual(names.sort(), shownTo("read_write").map(({ name }) => name).sort());
});

Deno.test("an admin is shown the same tools, each with user_id besides", () => {
  const plain = shownTo("admin").map(({ inputSchema, ...tool }) => {
    const { user_id, ...properties } = inputSchema.properties ?? {};
    assert.ok(user_id, tool.name);
    return { ...tool, inputSchema: { ...inputSchema, properties } };
  });

  assert.deepEqual(
    plain,
    shownTo("read_write").map(({ inputSchema, ...tool }) => ({ ...tool, inputSchema })),
  );
});

/** Tools that change nothing, but make what does: a reader has no use for them. */
const PLANNING = ["decompose_goal", "plan_day"];

/** Tools that may ask a model beyond the store. */
const OUTSIDE = ["decompose_goal"];

/** It only reads, but all there is at once: who may look at a life may not carry it away. */
const WHOLE = "export_user_data";

/** Tools that change nothing, and which a reader is not offered all the same. */
const WITHHELD = [...PLANNING, WHOLE];

Deno.test("a reader is shown the reading tools exactly as a writer is", () => {
  const reads = shownTo("read_write")
    .filter(({ name, annotations }) => annotations?.readOnlyHint && !WITHHELD.includes(name));

  assert.deepEqual(shownTo("read_only"), reads);
});

/** What each access does to a life, in the client's words. */
const truths: Record<Access, [readOnly: boolean, destructive: boolean, idempotent: boolean]> = {
  read: [true, false, true],
  create: [false, false, false],
  update: [false, true, true],
  delete: [false, true, true],
  undo: [false, true, false],
  copy: [false, false, false],
};
Deno.test("annotations are true to what a tool does", () => {
  const tools = new Map(DEFINED.map((tool) => [tool.name, tool]));
  for (const { name, annotations } of shownTo("admin")) {
    const tool = tools.get(name);
    assert.ok(tool, name);
    const [readOnlyHint, destructiveHint, idempotentHint] = truths[tool.access];
    const openWorldHint = OUTSIDE.includes(name);
    const expected = { readOnlyHint, destructiveHint, idempotentHint, openWorldHint };
    assert.deepEqual(annotations, expected, name);
    assert.deepEqual(annotationsOf(tool), expected);
  }
});

Deno.test("the name of a tool begins with what it does", () => {
  const verbs: Record<Access, RegExp> = {
    read: /^((list|get|search|query|analyze|decompose|plan|export)_|catch_up$)/,
    create: /^(create|add)_/,
    update: /^(update|complete|save|apply)_/,
    delete: /^(delete|forget)_/,
    undo: /^undo$/,
    copy: /^backup_/,
  };

  for (const { name, access } of DEFINED) assert.match(name, verbs[access]);
});

Deno.test("the globs of read_only match every reading tool and no other", () => {
  const globs = ["list_*", "get_*", "search_*", "query_*", "analyze_*", "catch_up"];

  for (const { name, access } of DEFINED) {
    const isRead = access === "read" && !WITHHELD.includes(name);
    assert.equal(globs.some((glob) => matches(glob, name)), isRead, name);
  }
});

Deno.test("every input is an object at the root, without alternatives there", () => {
  for (const { name, inputSchema } of LEVELS.flatMap(shownTo)) {
    assert.equal(inputSchema.type, "object", name);
    for (const keyword of ["oneOf", "anyOf", "allOf", "$ref", "not", "enum"]) {
      assert.ok(!(keyword in inputSchema), `${name} has ${keyword} at the root`);
    }
    const { properties = {}, required = [] } = inputSchema;
    for (const argument of required) assert.ok(argument in properties, `${name} ${argument}`);
  }
});

/** The most characters that a description has, where it has to name tables and columns. */
const LONGER: Readonly<Record<string, number>> = { query_data: 1300 };

Deno.test("every tool explains itself and nothing stands twice", () => {
  const tools = shownTo("admin");
  for (const { name, title, description } of tools) {
    assert.match(name, /^[a-z]+(_[a-z]+)*$/);
    assert.ok(title && title.length <= 40, name);
    const { length } = description ?? "";
    assert.ok(length >= 20 && length <= (LONGER[name] ?? 400), `${name} has ${length} characters`);
    assert.match(description ?? "", /\.$/, name);
  }
  assert.equal(new Set(tools.map(({ name }) => name)).size, tools.length);
  assert.equal(new Set(tools.map(({ title }) => title)).size, tools.length);
  assert.equal(new Set(tools.map(({ description }) => description)).size, tools.length);
});

Deno.test("every tool that writes into a life takes idempotency_key, no other does", () => {
  for (const { name, inputSchema, annotations } of shownTo("read_write")) {
    const takes = "idempotency_key" in (inputSchema.properties ?? {});
    assert.equal(takes, !annotations?.readOnlyHint && !name.startsWith("backup_"), name);
  }
});

Deno.test("every list takes limit, from 1 to 100, and cursor", () => {
  for (const { name, inputSchema } of shownTo("read_write")) {
    if (!name.startsWith("list_")) continue;
    const { limit, cursor } = inputSchema.properties as Record<string, Record<string, unknown>>;
    assert.deepEqual([limit?.["minimum"], limit?.["maximum"]], [1, 100], name);
    assert.equal(cursor?.["type"], "string", name);
  }
});

const budgets = [
  { level: "read_only", whole: 12_000 },
  { level: "read_write", whole: 28_000 },
  { level: "admin", whole: 28_000 },
] as const;
for (const { level, whole } of budgets) {
  Deno.test(`tools/list of ${level} stays under ${whole} bytes, 750 a tool on average`, () => {
    const tools = shownTo(level);

    const bytes = bytesOf({ tools });

    assert.ok(bytes < whole, `${bytes} bytes`);
    const usual = tools.filter(({ name }) => LONGER[name] === undefined);
    const average = Math.round(bytesOf({ tools: usual }) / usual.length);
    assert.ok(average <= 750, `${average} bytes a tool`);
  });
}
