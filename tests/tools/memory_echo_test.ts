import assert from "node:assert/strict";
import { NOW, onEveryStore, startApp, type TestApp } from "../harness.ts";

const KEY = "The spare key lies under the third flower pot";
const TITLE = "Run a whole marathon in under four hours";
const STEP = "Buy running shoes that fit a wide foot";

/** Past the 30 s in which the very same call is answered again. */
function wait({ clock }: TestApp, minutes: number): void {
  clock.now = new Date(Date.parse(NOW) + minutes * 60_000);
}

/** Ada's life, written by another client than the one that reads it. */
async function life(app: TestApp) {
  const writer = app.as("ada", { client: "writer" });
  const { memory } = await writer.call("add_memory", { content: KEY, occurred_at: "2026-11-01" });
  const { goal } = await writer.call("create_goal", { title: TITLE });
  const { task } = await writer.call("create_task", { title: STEP, goal_id: goal.id });
  wait(app, 1);
  return { memory, goal, task };
}

const readings = [
  { by: "a search", read: (app: TestApp) => app.as("ada").call("search_memory", { query: "key" }) },
  { by: "a list", read: (app: TestApp) => app.as("ada").call("list_memories") },
  {
    by: "a resource",
    read: (app: TestApp, id: number) =>
      app.as("ada").client.readResource({ uri: `selfos://memories/${id}` }),
  },
];
const echoes = [
  KEY,
  "the SPARE key lies  under the third flower pot.",
  `"${KEY}."`,
  "The spare key lies under the third",
];
for (const { by, read } of readings) {
  onEveryStore(`what ${by} served to a client is not stored again as new`, async (store) => {
    await using app = await startApp({ store });
    const { memory } = await life(app);
    await app.as("ada").call("query_user_stats");
    await read(app, memory.id);

    const answers = [];
    for (const content of echoes) answers.push(await app.as("ada").call("add_memory", { content }));

    for (const answer of answers) {
      assert.deepEqual(answer, { memory, existing: true, change_id: null });
    }
    assert.equal((await app.as("ada").call("list_memories")).total, 1);
  });
}

onEveryStore("the text of a goal or a task that was read is no memory", async (store) => {
  await using app = await startApp({ store });
  const { goal, task } = await life(app);
  const ada = app.as("ada");
  await ada.call("list_goals");
  const ofGoal = await ada.refused("add_memory", { content: TITLE });
  await ada.call("get_goal", { goal_id: goal.id });
  const ofTask = await ada.refused("add_memory", { content: `${STEP}!` });

  const said = [ofGoal, ofTask].map((text) =>
    /^conflict: .*of (goal|task) (\d+), .*\nTry: /.exec(text)
  );
  assert.deepEqual(said.map((match) => match?.slice(1, 3)), [
    ["goal", String(goal.id)],
    ["task", String(task.id)],
  ]);
  assert.equal((await ada.call("list_memories")).total, 1);
});

onEveryStore(
  "of the journal, what a memory says now is an echo, and what it said is not",
  async (store) => {
    await using app = await startApp({ store });
    const { memory } = await life(app);
    const ada = app.as("ada");
    const content = "The spare key hangs behind the cellar door";
    await app.as("ada", { client: "writer" }).call("update_memory", {
      memory_id: memory.id,
      content,
    });
    await ada.call("list_changes");

    const now = await ada.call("add_memory", { content: `${content}.` });
    const before = await ada.call("add_memory", { content: KEY });
    const goal = await ada.refused("add_memory", { content: TITLE });

    assert.deepEqual([now.existing, now.memory.id], [true, memory.id]);
    assert.deepEqual([before.existing, before.memory.content], [undefined, KEY]);
    assert.match(goal, /^conflict: .*of goal \d+/);
  },
);

const additions = [
  { to: "with more behind it", content: `${KEY}, and I hate that` },
  { to: "with more before it", content: `It is not true that ${KEY}` },
  { to: "of another day", content: KEY, occurred_at: "2026-11-22" },
  { to: "with something else to know of it", content: KEY, metadata: { for: "neighbours" } },
];
for (const { to, ...args } of additions) {
  onEveryStore(`what was served is stored again ${to}, and reported`, async (store) => {
    await using app = await startApp({ store });
    const { memory } = await life(app);
    const ada = app.as("ada");
    await ada.call("search_memory", { query: "key" });

    const added = await ada.call("add_memory", args);

    assert.deepEqual([added.existing, added.memory.content], [undefined, args.content]);
    assert.deepEqual(added.likely_duplicate, { id: memory.id, content: KEY });
    assert.equal((await ada.call("list_memories")).total, 2);
  });
}

onEveryStore("what was served is known again whatever its type, goal or day", async (store) => {
  await using app = await startApp({ store });
  const { goal } = await life(app);
  const content = "Ran five kilometres along the river with Tom";
  const { memory } = await app.as("ada", { client: "writer" }).call("add_memory", {
    ...{ content, memory_type: "event", occurred_at: "2026-11-01", goal_id: goal.id },
  });
  const ada = app.as("ada");
  await ada.call("search_memory", { query: "river" });

  const echo = await ada.call("add_memory", { content });
  const same = await ada.call("add_memory", {
    ...{ content: `${content}.`, memory_type: "event", occurred_at: "1 november" },
  });
  const other = await ada.call("add_memory", { content: `${content}!`, memory_type: "fact" });

  assert.deepEqual(echo, { memory, existing: true, change_id: null });
  assert.deepEqual(same, { memory, existing: true, change_id: null });
  assert.deepEqual(other, { memory, existing: true, change_id: null });
});

onEveryStore("what was served cut, or as a text of many lines, is known again", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const long = "The landlord said that the boiler is to be mended. ".repeat(60).trim();
  const { memory } = await app.as("ada", { client: "writer" }).call("add_memory", {
    content: long,
  });
  const { memories: [shown] } = await ada.call("list_memories");
  assert.match(shown.content, / more characters\)$/);
  const client = await ada.open();
  const uri = "selfos://users/me/daily/2026-11-22";
  const { contents: [day] } = await client.readResource({ uri });

  const again = await ada.call("add_memory", { content: shown.content });
  const refused = await ada.refused("add_memory", {
    content: day && "text" in day ? day.text : "",
  });

  assert.deepEqual([again.existing, again.memory.id], [true, memory.id]);
  assert.match(refused, /^conflict: .* made of what is kept already/);
});

onEveryStore("what the journal shows of the trash may be remembered again", async (store) => {
  await using app = await startApp({ store });
  const { memory, goal, task } = await life(app);
  const ada = app.as("ada");
  await ada.call("forget_memory", { memory_id: memory.id });
  await ada.call("delete_task", { task_id: task.id });
  await ada.call("delete_goal", { goal_id: goal.id });
  await ada.call("list_changes");

  const added = [];
  for (const content of [KEY, TITLE, STEP]) added.push(await ada.call("add_memory", { content }));

  assert.deepEqual(added.map(({ existing }) => existing), [undefined, undefined, undefined]);
  assert.ok(added.every(({ memory: { id } }) => id !== memory.id));
});

onEveryStore("what a goal said before it was changed may be remembered", async (store) => {
  await using app = await startApp({ store });
  const { goal } = await life(app);
  const ada = app.as("ada");
  await ada.call("list_goals");
  await ada.call("update_goal", { goal_id: goal.id, title: "Walk a marathon" });

  const added = await ada.call("add_memory", { content: TITLE });

  assert.deepEqual([added.existing, added.memory.content], [undefined, TITLE]);
});

onEveryStore("the text of a life area that was read is no memory", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const description = "Everything that keeps my body and my head in shape";
  const { life_area } = await ada.call("save_life_area", { name: "Health", description });
  await ada.call("list_life_areas");

  const refusal = await ada.refused("add_memory", { content: description });

  assert.match(refusal, new RegExp(`^conflict: .*that of life area ${life_area.id}, `));
});

const others = [
  { what: "through another client", as: { client: "other" } },
  { what: "as another level of another era", as: { revision: "2026-07-28", client: "new" } },
] as const;
for (const { what, as } of others) {
  onEveryStore(`what was served to one client may be said ${what}`, async (store) => {
    await using app = await startApp({ store });
    const { memory } = await life(app);
    await app.as("ada").call("search_memory", { query: "key" });

    const added = await app.as("ada", as).call("add_memory", { content: KEY });

    assert.equal(added.existing, undefined);
    assert.notEqual(added.memory.id, memory.id);
  });
}

onEveryStore("what was served to one person may be said by another", async (store) => {
  await using app = await startApp({ store });
  await life(app);
  await app.as("ada").call("search_memory", { query: "key" });

  const added = await app.as("bob").call("add_memory", { content: KEY });

  assert.equal(added.existing, undefined);
  assert.equal((await app.as("bob").call("list_memories")).total, 1);
});

onEveryStore("after ten minutes a text that was served is no echo any more", async (store) => {
  await using app = await startApp({ store });
  const { memory } = await life(app);
  await app.as("ada").call("search_memory", { query: "key" });

  wait(app, 11);
  const within = await app.as("ada").call("add_memory", { content: KEY });
  wait(app, 12);
  const after = await app.as("ada").call("add_memory", { content: `${KEY}!` });

  assert.deepEqual([within.existing, within.memory.id], [true, memory.id]);
  assert.equal(after.existing, undefined);
  assert.notEqual(after.memory.id, memory.id);
});

const own = [
  { what: "a short text", content: "spare key" },
  {
    what: "a text of which the served one is a small part",
    content: `${KEY}. ${"More. ".repeat(20)}`,
  },
  { what: "other words", content: "Nobody knows where the key of the cellar went" },
];
for (const { what, content } of own) {
  onEveryStore(`${what} is stored, whatever was served`, async (store) => {
    await using app = await startApp({ store });
    await life(app);
    await app.as("ada").call("list_memories");

    const added = await app.as("ada").call("add_memory", { content });

    assert.equal(added.existing, undefined);
    assert.equal(added.memory.content, content.trim());
  });
}

onEveryStore("what was served and then forgotten may be remembered again", async (store) => {
  await using app = await startApp({ store });
  const { memory } = await life(app);
  const ada = app.as("ada");
  await ada.call("list_memories");
  await ada.call("forget_memory", { memory_id: memory.id });

  const added = await ada.call("add_memory", { content: KEY });

  assert.equal(added.existing, undefined);
  assert.notEqual(added.memory.id, memory.id);
});

onEveryStore("what was served may take the place of what it says", async (store) => {
  await using app = await startApp({ store });
  const { memory } = await life(app);
  const ada = app.as("ada");
  await ada.call("list_memories");

  const added = await ada.call("add_memory", { content: `${KEY}.`, supersedes: memory.id });

  assert.equal(added.existing, undefined);
  assert.equal(
    (await ada.call("search_memory", { query: "key" })).memories[1].superseded_by,
    added.memory.id,
  );
});
