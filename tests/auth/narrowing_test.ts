import assert from "node:assert/strict";
import { narrowingIn, resourceGlobs, toolGlobs } from "../../src/auth/narrowing.ts";
import { onEveryStore, startApp } from "../harness.ts";
import { authenticatorOf, issue, keysOf } from "./making.ts";

const TOOLS = ["list_goals", "get_goal", "create_task"];

Deno.test("globs of tools are those that name one that there is, each once", () => {
  assert.deepEqual(toolGlobs(["*_goal*", "create_task", "*_goal*"], TOOLS), [
    "*_goal*",
    "create_task",
  ]);
});

const badTools = [
  { glob: "list_gaols", advice: "did you mean list_goals?" },
  { glob: "*_memory", advice: /selfos help|did you mean/ },
  { glob: "", advice: 'write it as "list_*"' },
  { glob: "list goals", advice: 'write it as "list_*"' },
  { glob: "LIST_*", advice: 'write it as "list_*"' },
  { glob: "list_?oals", advice: 'write it as "list_*"' },
  { glob: `${"*".repeat(200)}s`, advice: "write at most 200 characters" },
];
for (const { glob, advice } of badTools) {
  Deno.test(`a tool glob of ${glob.length > 50 ? "201 characters" : `"${glob}"`} is refused`, () => {
    assert.throws(() => toolGlobs(["list_*", glob], TOOLS), {
      code: "invalid_input",
      message: /is no glob of tools that there are$/,
      advice,
    });
  });
}

Deno.test("more than 100 globs are refused", () => {
  assert.throws(() => toolGlobs(Array(101).fill("*"), TOOLS), /at most 100 globs of tools/);
});

Deno.test("me in a resource glob stands for the person of the key, and for nothing else", () => {
  assert.deepEqual(
    resourceGlobs(
      ["selfos://users/me/daily/*", "selfos://users/*", "selfos://tasks/5", "*"],
      "ada",
    ),
    ["selfos://users/ada/daily/*", "selfos://users/*", "selfos://tasks/5", "*"],
  );
  assert.deepEqual(resourceGlobs(["selfos://users/melanie/daily/*"], "ada"), [
    "selfos://users/melanie/daily/*",
  ]);
});

const FORM = 'write it as "selfos://users/me/daily/*"';
const badResources = [
  { glob: "selfos://taks/*", advice: "did you mean selfos://tasks?" },
  { glob: "selfos://user/*", advice: "did you mean selfos://users?" },
  { glob: "selfos://calendars/*", advice: /^begin it with selfos:\/\/ and users, goals/ },
  { glob: "selfos://", advice: /^begin it with selfos:/ },
  { glob: "selfos://tasks/{task_id}", advice: FORM },
  { glob: "tasks/*", advice: FORM },
  { glob: "https://example.org/*", advice: FORM },
  { glob: "selfos://täsks/*", advice: /^did you mean selfos:\/\/tasks/ },
  { glob: "selfos://tasks/ü", advice: FORM },
  { glob: "", advice: FORM },
];
for (const { glob, advice } of badResources) {
  Deno.test(`a resource glob of "${glob}" is refused`, () => {
    assert.throws(() => resourceGlobs([glob], "ada"), {
      code: "invalid_input",
      message: /is no glob of resources that there are$/,
      advice,
    });
  });
}

const NOTHING = { tools: null, resources: null, areas: null, taint: null };
const unreadable = [
  ...["", "list_*", "{}", '"*"', "[1]", "[null]", "null"].flatMap((json) => [
    { ...NOTHING, tools: json },
    { ...NOTHING, resources: json },
  ]),
  ...["", "1", '["1"]', "[1.5]", "[null]", "null"].map((json) => ({ ...NOTHING, areas: json })),
  ...["", "no", "PROPOSE"].map((taint) => ({ ...NOTHING, taint })),
];
for (const stored of unreadable) {
  Deno.test(`a narrowing stored as ${JSON.stringify(stored)} is not read`, () => {
    assert.equal(narrowingIn(stored), undefined);
  });
}

onEveryStore("a key whose narrowing cannot be read opens nothing", async (store) => {
  await using test = await startApp({ store });
  const { key, id } = await issue(test, { areas: [1] });
  await test.app.db.write("ada", async (tx) => {
    await tx.updateTable("api_keys").set({ areas: "1" }).where("id", "=", id).execute();
  });

  await assert.rejects((await authenticatorOf(test)).authenticate(key), {
    code: "unauthenticated",
    message: `Cannot authenticate as the API key ${id} is narrowed in a way that this selfos ` +
      "cannot read",
  });
  const { tools, resources, areas } = await (await keysOf(test)).show(id);
  assert.deepEqual([tools, resources, areas], [[], [], []]);
});

onEveryStore(
  "a narrow key stands for what it was narrowed to, and so does what replaces it",
  async (store) => {
    await using test = await startApp({ store });
    const narrowing = { tools: ["*_goals"], resources: [], areas: [7, 9] };
    const first = await issue(test, narrowing);
    const { key, id } = await (await keysOf(test)).rotate(first.id);

    const principal = await (await authenticatorOf(test)).authenticate(key);

    assert.deepEqual(principal, { user_id: "ada", level: "read_write", id, ...narrowing });
  },
);
