import assert from "node:assert/strict";
import { NOW, onEveryStore, startApp } from "../harness.ts";

onEveryStore(
  "list_changes tells who changed what, newest first, with values before and after",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada", { client: "claude" });
    const { task, change_id: made } = await ada.call("create_task", { title: "Paint" });
    app.clock.now = new Date("2026-11-22T12:05:00Z");
    const { change_id: changed } = await ada.call("update_task", {
      task_id: task.id,
      title: "Paint the door",
      tags: ["home"],
    });
    const { change_id: trashed } = await ada.call("delete_task", { task_id: task.id });
    await app.as("bob").call("create_task", { title: "Bob's" });

    const { changes } = await ada.call("list_changes", { client: "claude" });

    const item = { entity: "task", id: String(task.id) };
    const rest = { client: "claude", principal: "local", undone_by: null, more_items: 0 };
    assert.deepEqual(changes, [
      {
        ...rest,
        id: trashed,
        at: "2026-11-22T12:05:00.000Z",
        tool: "delete_task",
        items: [{ ...item, title: "Paint the door", action: "trashed", fields: {} }],
      },
      {
        ...rest,
        id: changed,
        at: "2026-11-22T12:05:00.000Z",
        tool: "update_task",
        items: [{
          ...item,
          title: "Paint the door",
          action: "changed",
          fields: {
            title: { before: "Paint", after: "Paint the door" },
            tags: { before: [], after: ["home"] },
          },
        }],
      },
      {
        ...rest,
        id: made,
        at: NOW,
        tool: "create_task",
        items: [{ ...item, title: "Paint", action: "created", fields: {} }],
      },
    ]);
  },
);

onEveryStore("list_changes shows values in the words that the tools take", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Paint" });
  await ada.call("update_task", { task_id: task.id, priority: "urgent" });
  const { life_area } = await ada.call("save_life_area", { name: "Health" });
  await ada.call("save_life_area", {
    ...{ life_area_id: life_area.id, name: "Health" },
    private: true,
  });

  const { changes } = await ada.call("list_changes");

  assert.deepEqual(changes[0].items[0].fields, { private: { before: false, after: true } });
  assert.deepEqual(changes[2].items[0].fields, { priority: { before: "medium", after: "urgent" } });
});

onEveryStore("list_changes filters by client and by time, in the person's words", async (store) => {
  await using app = await startApp({ store });
  await app.as("ada", { client: "claude" }).call("create_task", { title: "First" });
  app.clock.now = new Date("2026-11-23T12:00:00Z");
  await app.as("ada", { client: "cursor" }).call("create_task", { title: "Second" });
  await app.as("ada", { client: "claude" }).call("create_task", { title: "Third" });
  const found = async (args: object) => {
    const { changes, total } = await app.as("ada").call("list_changes", args);
    assert.equal(changes.length, total);
    return changes.map(({ items }: { items: { title: string }[] }) => items[0]?.title);
  };

  const results = {
    byClient: await found({ client: "claude" }),
    today: await found({ since: "today" }),
    exactly: await found({ since: "2026-11-23T12:00:00Z", client: "cursor" }),
    later: await found({ since: "2026-11-23T12:00:01Z" }),
    nobody: await found({ client: "zed" }),
  };

  assert.deepEqual(results, {
    byClient: ["Third", "First"],
    today: ["Third", "Second"],
    exactly: ["Second"],
    later: [],
    nobody: [],
  });
});

onEveryStore(
  "list_changes shows ten items of a long change and counts the others",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const tasks = Array.from({ length: 25 }, (_, index) => ({ title: `Task ${index}` }));
    await ada.call("create_tasks", { tasks });

    const { changes: [change] } = await ada.call("list_changes");

    const titles = change.items.map(({ title }: { title: string }) => title);
    assert.deepEqual(titles, tasks.slice(0, 10).map(({ title }) => title));
    assert.equal(change.more_items, 15);
  },
);

for (const shift of [0, 1]) {
  onEveryStore(
    `list_changes shortens long text to whole characters (${shift} before)`,
    async (store) => {
      await using app = await startApp({ store });
      const ada = app.as("ada");
      const { task } = await ada.call("create_task", { title: "Paint" });
      const description = "x".repeat(shift) + "😀".repeat(500);
      await ada.call("update_task", { task_id: task.id, description });

      const { changes: [change] } = await ada.call("list_changes");

      const { after } = change.items[0].fields.description;
      assert.ok(after.length <= 200 && after.endsWith("…"), after);
      assert.ok(after.isWellFormed(), "half a character is shown");
    },
  );
}

onEveryStore("a write that is refused leaves no entry", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { total } = await ada.call("list_changes");
  await ada.refused("create_task", { title: "Paint", goal_id: 999 });
  await ada.refused("create_tasks", { tasks: [{ title: "A" }, { title: "B", goal_id: 999 }] });

  assert.equal((await ada.call("list_changes")).total, total);
});
