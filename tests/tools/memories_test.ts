import assert from "node:assert/strict";
import { type Answer, onEveryStore, startApp, type TestApp } from "../harness.ts";
import { settled } from "../search/memories.ts";
import { dumpOf } from "./answers.ts";

const contentsOf = (memories: readonly { content: string }[]) =>
  memories.map(({ content }) => content);

/** Everything by which a memory might be found. */
async function everywhere(app: TestApp, user: string, query: string): Promise<Answer> {
  const { call, client } = app.as(user);
  const { memories: found } = await settled({ call }, "search_memory", { query, limit: 50 });
  const { memories: listed } = await call("list_memories");
  const read: number[] = [];
  for (
    const { id } of await app.app.db.read.selectFrom("memories").select("id")
      .orderBy("id").execute()
  ) {
    const uri = `selfos://memories/${id}`;
    await client.readResource({ uri }).then(() => read.push(id), () => {});
  }
  return { found: contentsOf(found), listed: contentsOf(listed), read };
}

onEveryStore("add_memory answers the memory it made, with its defaults", async (store) => {
  await using app = await startApp({ store });

  const { memory, change_id, ...rest } = await app.as("ada", { client: "desk" })
    .call("add_memory", { content: "  Coffee keeps me awake\n" });

  assert.deepEqual(memory, {
    id: memory.id,
    content: "Coffee keeps me awake",
    memory_type: "reflection",
    metadata: null,
    occurred_at: null,
    occurred_weekday: null,
    goal_id: null,
    task_id: null,
    superseded_by: null,
    source: "client",
    client: "desk",
    created_at: app.clock.now.toISOString(),
    updated_at: app.clock.now.toISOString(),
  });
  assert.equal(typeof change_id, "number");
  assert.deepEqual(rest, {});
  assert.equal((await app.as("bob").call("list_memories")).total, 0);
});

onEveryStore("add_memory keeps what it is given, a type of one's own too", async (store) => {
  await using app = await startApp({ store, zone: "Europe/Berlin" });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Run" });
  const metadata = { mood: { scale: [1, 2], "ключ": "✓" }, source: null };

  const { memory } = await ada.call("add_memory", {
    content: "Ran ten kilometres",
    memory_type: " Training Log ",
    metadata: JSON.stringify(metadata),
    occurred_at: "last friday 5pm",
    goal_id: String(goal.id),
  });

  const { memory_type, occurred_at, occurred_weekday, goal_id, task_id } = memory;
  assert.deepEqual(memory.metadata, metadata);
  assert.deepEqual([memory_type, goal_id, task_id], ["training log", goal.id, null]);
  assert.deepEqual([occurred_at, occurred_weekday], ["2026-11-20T17:00:00+01:00", "Friday"]);
  const { memories } = await ada.call("list_memories", { memory_type: "TRAINING LOG" });
  assert.deepEqual(memories, [memory]);
});

const times = [
  { words: "friday", is: "2026-11-20" },
  { words: "yesterday", is: "2026-11-21" },
  { words: "today", is: "2026-11-22" },
  { words: "march 3", is: "2026-03-03" },
  { words: "december 24", is: "2025-12-24" },
  { words: "2019-07-01", is: "2019-07-01" },
  { words: "2026-11-20T08:30:00Z", is: "2026-11-20T21:30:00+13:00" },
];
onEveryStore("occurred_at points to the past, by the person's clock", async (store) => {
  // In Auckland it is the 23rd, a Monday, at one o'clock.
  await using app = await startApp({
    store,
    zone: "Pacific/Auckland",
    now: "2026-11-21T12:00:00Z",
  });
  const ada = app.as("ada");

  const read = [];
  for (const [index, { words }] of times.entries()) {
    const { memory } = await ada.call("add_memory", {
      content: `Memory ${index}`,
      occurred_at: words,
    });
    read.push({ words, is: memory.occurred_at });
  }

  assert.deepEqual(read, times);
});

onEveryStore("a memory is about a goal or a task, and a new one takes its place", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Goal" });
  const { task } = await ada.call("create_task", { title: "Task", goal_id: goal.id });
  const about = { goal_id: goal.id, task_id: task.id };
  const before = await dumpOf(app);
  const both = await ada.refused("add_memory", { content: "Both", ...about });
  assert.deepEqual(await dumpOf(app), before);
  const { memory: { id: memory_id } } = await ada.call("add_memory", {
    content: "Of the goal",
    goal_id: goal.id,
  });

  const ofTask = await ada.call("update_memory", { memory_id, task_id: task.id });
  const bothNow = await ada.refused("update_memory", { memory_id, ...about });
  const ofGoal = await ada.call("update_memory", { memory_id, goal_id: goal.id });
  const ofNone = await ada.call("update_memory", { memory_id, goal_id: null });

  for (const text of [both, bothNow]) assert.match(text, /^invalid_input: .*\nTry: give task_id/);
  const links = [ofTask, ofGoal, ofNone].map(({ memory }) => [memory.goal_id, memory.task_id]);
  assert.deepEqual(links, [[null, task.id], [goal.id, null], [null, null]]);
});

onEveryStore("a link to what is in the trash is not shown, until it is back", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Task" });
  const { memory } = await ada.call("add_memory", { content: "About it", task_id: task.id });
  const { change_id } = await ada.call("delete_task", { task_id: task.id });

  const gone = await ada.call("list_memories");
  await ada.call("undo", { change_id });
  const back = await ada.call("list_memories");

  assert.deepEqual(gone.memories, [{ ...memory, task_id: null }]);
  assert.deepEqual(back.memories, [memory]);
});

onEveryStore("update_memory changes what is given, clears what is null", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { memory } = await ada.call("add_memory", {
    content: "Old",
    memory_type: "fact",
    metadata: { a: 1 },
    occurred_at: "2026-01-02",
  });
  app.clock.now = new Date("2026-11-22T13:00:00Z");
  const memory_id = memory.id;

  const changed = await ada.call("update_memory", { memory_id, content: "New" });
  const cleared = await ada.call("update_memory", { memory_id, metadata: null, occurred_at: null });
  const same = await ada.call("update_memory", { memory_id, content: "New" });

  const updated_at = "2026-11-22T13:00:00.000Z";
  assert.deepEqual(changed.memory, { ...memory, content: "New", updated_at });
  const none = { metadata: null, occurred_at: null, occurred_weekday: null };
  assert.deepEqual(cleared.memory, { ...changed.memory, ...none });
  assert.deepEqual(same, { memory: cleared.memory, change_id: null });
});

onEveryStore("an updated memory is found by its new words and meaning at once", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { memory } = await ada.call("add_memory", { content: "Zebulon eats pizza with mushrooms" });
  await ada.call("add_memory", { content: "The lease of the flat ends in June" });
  await settled(ada, "search_memory", { query: "Italian food" });
  const matchOf = async (query: string) => {
    const { memories } = await settled(ada, "search_memory", { query });
    const place = memories.findIndex(({ id }: { id: number }) => id === memory.id);
    return [place, memories[place]?.matched];
  };

  const content = "Zacharias repairs his bicycle himself";
  const { change_id } = await ada.call("update_memory", { memory_id: memory.id, content });
  const after = [
    await matchOf("Zebulon"),
    await matchOf("mending a bike"),
    await matchOf("Zacharias"),
  ];
  await ada.call("undo", { change_id });
  const undone = [
    await matchOf("Zacharias"),
    await matchOf("Italian food"),
    await matchOf("Zebulon"),
  ];

  assert.equal(after[0]![1], "meaning");
  assert.deepEqual(after[1], [0, "meaning"]);
  assert.deepEqual([after[2]![0], after[2]![1] !== "meaning"], [0, true]);
  assert.equal(undone[0]![1], "meaning");
  assert.deepEqual(undone[1], [0, "meaning"]);
  assert.deepEqual([undone[2]![0], undone[2]![1] !== "meaning"], [0, true]);
});

onEveryStore("a text of which the model makes nothing loses its old meaning", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { memory } = await ada.call("add_memory", { content: "I eat pizza with mushrooms" });
  await ada.call("add_memory", { content: "The lease of the flat ends in June" });
  const before = await settled(ada, "search_memory", { query: "Italian food" });

  await ada.call("update_memory", { memory_id: memory.id, content: "Привет, мир" });
  const after = await settled(ada, "search_memory", { query: "Italian food" });
  const words = await ada.call("search_memory", { query: "привет" });

  assert.equal(before.memories[0].id, memory.id);
  assert.deepEqual(contentsOf(after.memories), ["The lease of the flat ends in June"]);
  assert.deepEqual(contentsOf(words.memories), ["Привет, мир"]);
});

onEveryStore("a forgotten memory is found nowhere, until it is back", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { memory } = await ada.call("add_memory", { content: "Zebulon eats pizza" });
  await ada.call("add_memory", { content: "The lease ends in June" });
  await app.as("bob").call("add_memory", { content: "Zebulon is a neighbour" });
  const queries = ["Zebulon", "Italian food", "Zebuloon"];
  const before = [];
  for (const query of queries) before.push(await everywhere(app, "ada", query));

  const { change_id } = await ada.call("forget_memory", { memory_id: memory.id });
  const gone = [];
  for (const query of queries) gone.push(await everywhere(app, "ada", query));
  await ada.call("undo", { change_id });
  const back = [];
  for (const query of queries) back.push(await everywhere(app, "ada", query));

  for (const { found, listed, read } of gone) {
    assert.deepEqual(found.filter((text: string) => text !== "The lease ends in June"), []);
    assert.deepEqual([listed, read.length], [["The lease ends in June"], 1]);
  }
  assert.deepEqual(before[0]!["listed"], ["The lease ends in June", "Zebulon eats pizza"]);
  for (const { found } of before) assert.equal(found[0], "Zebulon eats pizza");
  assert.deepEqual(back, before);
});

onEveryStore("list_memories shows the latest first, page by page, of one type", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  for (const [index, memory_type] of ["note", "fact", "note", "note", "fact"].entries()) {
    await ada.call("add_memory", { content: `Memory ${index}`, memory_type });
  }
  await app.as("bob").call("add_memory", { content: "Secret", memory_type: "note" });

  const all = await ada.call("list_memories");
  const first = await ada.call("list_memories", { memory_type: "note", limit: 2 });
  await ada.call("add_memory", { content: "Meanwhile", memory_type: "note" });
  const rest = await ada.call("list_memories", {
    ...{ memory_type: "note", limit: 2, cursor: first.next_cursor },
  });
  const none = await ada.call("list_memories", { memory_type: "event" });

  const numbers = [4, 3, 2, 1, 0].map((index) => `Memory ${index}`);
  assert.deepEqual([contentsOf(all.memories), all.total], [numbers, 5]);
  assert.deepEqual([contentsOf(first.memories), first.total], [["Memory 3", "Memory 2"], 3]);
  assert.deepEqual([contentsOf(rest.memories), rest.next_cursor], [["Memory 0"], null]);
  assert.deepEqual([none.memories, none.total], [[], 0]);
});

onEveryStore("lists and searches shorten a long memory, its resource does not", async (store) => {
  await using app = await startApp({ store });
  const { call, client } = app.as("ada");
  const content = `${"All about mushrooms. ".repeat(400)}The end`;
  const { memory } = await call("add_memory", { content });

  const { memories: [listed] } = await call("list_memories");
  const { memories: [found] } = await call("search_memory", { query: "mushrooms" });
  const { contents: [read] } = await client.readResource({ uri: `selfos://memories/${memory.id}` });

  assert.match(listed.content, /^All about mushrooms\. .*more characters/s);
  assert.ok(listed.content.length < 1100 && found.content.length < 4100);
  assert.match(found.content, /more characters/);
  assert.equal(read && "text" in read && JSON.parse(read.text).memory.content, content);
});
