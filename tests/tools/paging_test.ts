import assert from "node:assert/strict";
import { type Answer, onEveryStore, startApp, type TestApp } from "../harness.ts";

const lists = [
  { tool: "list_goals", items: "goals", limit: 10, fill: fillGoals },
  { tool: "list_tasks", items: "tasks", limit: 20, fill: fillTasks },
  { tool: "list_life_areas", items: "life_areas", limit: 50, fill: fillAreas },
  { tool: "list_changes", items: "changes", limit: 20, fill: fillChanges },
];
for (const { tool, items, limit, fill } of lists) {
  onEveryStore(
    `${tool} gives every item once over its pages, in the order of one page`,
    async (store) => {
      await using app = await startApp({ store });
      await fill(app, "ada", 60);
      await fill(app, "bob", 60);
      const ada = app.as("ada");
      const whole = await ada.call(tool, { limit: 100 });

      const pages: Answer[] = [];
      let cursor: string | undefined;
      do {
        const page = await ada.call(tool, { limit: 7, cursor });
        pages.push(page);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);

      const idsIn = (page: Answer): number[] => page[items].map(({ id }: { id: number }) => id);
      assert.ok(whole.total >= 60 && whole.total < 100);
      assert.equal(whole.next_cursor, null);
      assert.deepEqual(pages.flatMap(idsIn), idsIn(whole));
      assert.deepEqual(new Set(pages.map(({ total }) => total)), new Set([whole.total]));
    },
  );

  onEveryStore(`${tool} counts exactly to 1,000 and no further`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { total: already } = await ada.call(tool);
    await fill(app, "ada", 1000 - already);
    await fill(app, "bob", 5);

    const full = await ada.call(tool);
    await fill(app, "ada", 1);
    const over = await ada.call(tool);

    assert.deepEqual([full.total, full.total_exact], [1000, undefined]);
    assert.deepEqual([over.total, over.total_exact], [1000, false]);
    assert.equal(over[items].length, limit);
  });
}

onEveryStore(
  "a page goes on where the last one ended, whatever was added or removed before",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    for (const day of [10, 11, 12, 13]) {
      await ada.call("create_task", { title: `Day ${day}`, due_date: `2026-12-${day}` });
    }
    const { tasks: [first], next_cursor } = await ada.call("list_tasks", { limit: 2 });
    await ada.call("delete_task", { task_id: first.id });
    await ada.call("create_task", { title: "Day 9", due_date: "2026-12-09" });

    const { tasks } = await ada.call("list_tasks", { limit: 2, cursor: next_cursor });

    assert.deepEqual(tasks.map(({ title }: { title: string }) => title), ["Day 12", "Day 13"]);
  },
);

onEveryStore("total counts what matches the filter, not all there is", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await fillTasks(app, "ada", 30);
  await ada.call("create_task", { title: "Needle", tags: ["rare"] });

  const { tasks, total, next_cursor } = await ada.call("list_tasks", { tag: "rare", limit: 1 });

  assert.deepEqual([tasks.length, total, next_cursor], [1, 1, null]);
});

const cursorOf = (key: unknown) => btoa(JSON.stringify(key));
const badCursors = [
  { what: "plain text", cursor: "page 2" },
  { what: "broken base64", cursor: "%%%" },
  { what: "no list", cursor: cursorOf({ id: 1 }) },
  { what: "the cursor of another list", cursor: cursorOf([1, 2, 3, 4, 5, 6]) },
  { what: "an empty list", cursor: cursorOf([]) },
  { what: "null", cursor: cursorOf([null, null, null, null]) },
  { what: "text in place of numbers", cursor: cursorOf(["x", "x", "x", "x"]) },
  { what: "numbers in place of text", cursor: cursorOf([0, 1, 1, 1]) },
  { what: "a NUL character", cursor: cursorOf([0, "\0", 1, 1]) },
  { what: "an unsafe number", cursor: cursorOf([0, "~", 1, 1e300]) },
];
for (const { what, cursor } of badCursors) {
  onEveryStore(`a cursor of ${what} is refused by every list`, async (store) => {
    await using app = await startApp({ store });
    await fillTasks(app, "ada", 3);
    const ada = app.as("ada");

    const texts = [];
    for (const { tool } of lists) texts.push(await ada.refused(tool, { cursor }));

    for (const text of texts) assert.match(text, /^invalid_input: Cannot use cursor/);
  });
}

const stamps = { created_at: "2026-01-01", updated_at: "2026-01-01", deleted_at: null };

/** Goals whose keys tie. */
async function fillGoals({ app }: TestApp, user_id: string, count: number): Promise<void> {
  const rest = { user_id, status: "active", closed: 0, words: "", ...stamps };
  const none = { description: null, life_area_id: null, parent_goal_id: null, completed_at: null };
  const rows = Array.from({ length: count }, (_, index) => {
    const target_date = index % 3 === 0 ? null : `2027-01-0${index % 3}`;
    return { ...rest, ...none, title: "Goal", target_date, target_sort: target_date ?? "~" };
  });
  await app.db.write(user_id, (tx) => tx.insertInto("goals").values(rows).execute());
}

async function fillTasks({ app }: TestApp, user_id: string, count: number): Promise<void> {
  const rest = { user_id, status: "pending", closed: 0, words: "", ...stamps };
  const nothing = {
    goal_id: null,
    parent_task_id: null,
    description: null,
    estimated_duration: null,
    actual_duration: null,
    completed_at: null,
    recurrence: null,
    recurrence_start: null,
    occurrence_date: null,
    next_task_id: null,
  };
  const rows = Array.from({ length: count }, (_, index) => {
    const due_date = index % 3 === 0 ? null : `2027-01-0${index % 3}`;
    const due = { due_date, due_sort: due_date ?? "~", priority: 1 + index % 4 };
    return { ...rest, ...nothing, ...due, title: "Task" };
  });
  await app.db.write(user_id, async (tx) => {
    for (let start = 0; start < rows.length; start += 500) {
      await tx.insertInto("tasks").values(rows.slice(start, start + 500)).execute();
    }
  });
}

async function fillAreas({ app }: TestApp, user_id: string, count: number): Promise<void> {
  const rest = { user_id, weight: 1, color: null, description: null, private: 0, ...stamps };
  const rows = Array.from({ length: count }, (_, index) => ({ ...rest, name: `Area ${index}` }));
  await app.db.write(user_id, (tx) => tx.insertInto("life_areas").values(rows).execute());
}

async function fillChanges({ app }: TestApp, user_id: string, count: number): Promise<void> {
  const row = {
    user_id,
    at: "2026-01-01",
    principal: "local",
    client: "test",
    undone_by: null,
    stands: 1,
  };
  const rows = Array.from({ length: count }, () => ({ ...row, tool: "update_task" }));
  await app.db.write(user_id, (tx) => tx.insertInto("changes").values(rows).execute());
}
