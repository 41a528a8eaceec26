import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { dumpOf } from "../tools/answers.ts";

const texts = [
  { fault: "a NUL character", bad: "a\0b", says: /a NUL character/ },
  { fault: "half a surrogate pair", bad: "a\ud800b", says: /half a surrogate pair/ },
  { fault: "the other half", bad: "\udc00", says: /half a surrogate pair/ },
];
for (const { fault, bad, says } of texts) {
  const places: [string, Record<string, unknown>][] = [
    ["create_goal", { title: bad }],
    ["create_goal", { title: "G", description: bad }],
    ["create_goal", { title: "G", target_date: bad }],
    ["list_goals", { query: bad }],
    ["list_goals", { cursor: bad }],
    ["save_life_area", { name: bad }],
    ["save_life_area", { name: "A", color: bad }],
    ["create_task", { title: "T", tags: [bad] }],
    ["create_task", { title: "T", tags: JSON.stringify([bad]) }],
    ["create_task", { title: "T", recurrence: bad }],
    ["create_tasks", { tasks: [{ title: "T" }, { title: bad }] }],
    ["create_tasks", { tasks: JSON.stringify([{ title: bad }]) }],
    ["create_tasks", { tasks: [JSON.stringify({ title: bad })] }],
    ["list_tasks", { tag: bad }],
    ["add_memory", { content: bad }],
    ["add_memory", { content: "M", memory_type: bad }],
    ["add_memory", { content: "M", metadata: { note: bad } }],
    ["add_memory", { content: "M", metadata: { [bad]: 1 } }],
    ["add_memory", { content: "M", occurred_at: bad }],
    ["update_memory", { memory_id: 1, content: bad }],
    ["search_memory", { query: bad }],
    ["search_memory", { query: "M", memory_type: bad }],
    ["search_memory", { query: "M", since: bad }],
    ["list_memories", { memory_type: bad }],
    ["list_changes", { client: bad }],
    ["undo", { last: true, client: bad }],
    ["undo", { [bad]: true, last: true }],
  ];
  onEveryStore(`${fault} is refused wherever a text is taken`, async (store) => {
    await using app = await startApp({ store });
    const before = await dumpOf(app);
    for (const [tool, args] of places) {
      const where = `${tool} ${JSON.stringify(args)}`;

      const text = await app.as("ada").refused(tool, args);

      assert.match(text, /^invalid_input: /, where);
      if (!(bad in args)) assert.match(text, says, where);
      assert.ok(text.isWellFormed() && !text.includes("\0"), `${where}: ${JSON.stringify(text)}`);
      assert.deepEqual(await dumpOf(app), before, where);
    }
  });
}

Deno.test("arguments nested 50,000 deep are refused and the server lives", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  let deep: unknown = "x";
  for (let level = 0; level < 50_000; level++) deep = [deep];

  const text = await ada.refused("create_task", { title: deep });

  assert.match(text, /^invalid_input: /);
  assert.equal((await ada.call("list_tasks")).total, 0);
});

Deno.test("an error message that quotes text never cuts a character in half", async () => {
  await using app = await startApp();
  const ada = app.as("ada");

  for (const shift of ["", "x"]) {
    const text = await ada.refused("create_task", {
      title: "T",
      priority: shift + "😀".repeat(99),
    });
    assert.ok(text.isWellFormed(), text);
  }
});
