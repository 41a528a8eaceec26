import assert from "node:assert/strict";
import { type Answer, type Caller, onEveryStore, startApp } from "../../harness.ts";
import { Copy, TooLarge } from "../../../src/insights/query/engine/copy.ts";
import { openSqlite } from "../../../src/insights/query/engine/sqlite.ts";
import { holder, share } from "../../household.ts";

async function rowsOf({ call }: Caller, sql: string): Promise<Answer[]> {
  const { rows } = await call("query_data", { sql, limit: 1000 });
  return rows;
}

const TASKS = "select id, title, status, priority, due_day from tasks order by id";
const LINKS = `select 'tag', task_id, tag from task_tags
  union all select 'waits', task_id, depends_on_id from task_dependencies order by 1, 2, 3`;
const MEMORIES = "select content, goal_id, task_id from memories order by id";

onEveryStore("every write is there for the next statement, by whatever tool", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  assert.deepEqual(await rowsOf(ada, TASKS), []);

  const { task, change_id } = await ada.call("create_task", {
    ...{ title: "Milk", tags: ["shop"], priority: "high", due_date: "2026-12-24" },
  });
  const { task: next } = await ada.call("create_task", { title: "Cake", depends_on: [task.id] });
  assert.deepEqual(await rowsOf(ada, TASKS), [
    [task.id, "Milk", "pending", "high", "2026-12-24"],
    [next.id, "Cake", "pending", "medium", null],
  ]);
  assert.deepEqual(await rowsOf(ada, LINKS), [
    ["tag", task.id, "shop"],
    ["waits", next.id, task.id],
  ]);

  await ada.call("update_task", { task_id: task.id, title: "Oat milk", tags: ["a", "b"] });
  await ada.call("complete_task", { task_id: next.id });
  assert.deepEqual(await rowsOf(ada, TASKS), [
    [task.id, "Oat milk", "pending", "high", "2026-12-24"],
    [next.id, "Cake", "completed", "medium", null],
  ]);
  assert.deepEqual((await rowsOf(ada, LINKS)).slice(0, 2), [
    ["tag", task.id, "a"],
    ["tag", task.id, "b"],
  ]);

  const { change_id: deleted } = await ada.call("delete_task", { task_id: task.id });
  assert.deepEqual(await rowsOf(ada, LINKS), []);
  await ada.call("undo", { change_id: deleted });
  assert.equal((await rowsOf(ada, LINKS)).length, 3);
  await ada.call("delete_task", { task_id: next.id });
  await ada.call("update_task", { task_id: task.id, title: "Milk" });
  assert.deepEqual(await rowsOf(ada, "select title from tasks"), [["Milk"]]);
  assert.ok(change_id);
});

onEveryStore(
  "memories lose the links to what is gone, and have them again when it is back",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "Run" });
    const { task } = await ada.call("create_task", { title: "Shoes", goal_id: goal.id });
    await ada.call("add_memory", { content: "The blue ones fit", task_id: task.id });
    await ada.call("add_memory", { content: "I ran in rain", goal_id: goal.id });
    const linked = await rowsOf(ada, MEMORIES);

    const { change_id } = await ada.call("delete_goal", { goal_id: goal.id });
    const alone = await rowsOf(ada, MEMORIES);
    await ada.call("undo", { change_id });

    assert.deepEqual(linked, [["The blue ones fit", null, task.id], [
      "I ran in rain",
      goal.id,
      null,
    ]]);
    assert.deepEqual(alone, [["The blue ones fit", null, null], ["I ran in rain", null, null]]);
    assert.deepEqual(await rowsOf(ada, MEMORIES), linked);
  },
);

onEveryStore(
  "what moves into an area that is seen, or out of it, comes and goes with all that is in it",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { life_area: work } = await ada.call("save_life_area", { name: "Work" });
    const { life_area: home } = await ada.call("save_life_area", { name: "Home" });
    const { goal } = await ada.call("create_goal", { title: "Move", life_area_id: home.id });
    const { task } = await ada.call("create_task", {
      title: "Pack",
      goal_id: goal.id,
      tags: ["x"],
    });
    await ada.call("add_memory", { content: "Boxes", task_id: task.id });
    const key = await holder(app, { user_id: "ada", areas: [work.id] });
    await share(app, "ada", work.id, "bob", "reader");
    const all = `select 'goal', title from goals union all select 'task', title from tasks
    union all select 'memory', content from memories union all select 'tag', tag from task_tags
    order by 1`;
    const seen = [["goal", "Move"], ["memory", "Boxes"], ["tag", "x"], ["task", "Pack"]];
    for (const caller of [key, app.as("bob")]) {
      assert.deepEqual(await rowsOf(caller, all), []);
      await ada.call("update_goal", { goal_id: goal.id, life_area_id: work.id });
      assert.deepEqual(await rowsOf(caller, all), seen);
      await ada.call("update_goal", { goal_id: goal.id, life_area_id: home.id });
      assert.deepEqual(await rowsOf(caller, all), []);
    }
  },
);

onEveryStore("a copy is made anew where more has changed than is read at once", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const count = "select count(*), count(distinct title) from tasks";
  assert.deepEqual(await rowsOf(ada, count), [[0, 0]]);
  for (let batch = 0; batch < 23; batch++) {
    const tasks = Array.from({ length: 50 }, (_, at) => ({ title: `Task ${batch}.${at}` }));
    await ada.call("create_tasks", { tasks });
  }

  assert.deepEqual(await rowsOf(ada, count), [[1150, 1150]]);
});

onEveryStore(
  "statements that run while their life is written see every write that was answered",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    let written = 0;
    const writing = (async () => {
      for (; written < 30; written++) await ada.call("create_task", { title: `Task ${written}` });
    })();

    const short: string[] = [];
    while (written < 30) {
      const before = written;
      const [[count]] = await rowsOf(ada, "select count(*) from tasks") as [[number]];
      if (count < before) short.push(`${count} of ${before}`);
    }
    await writing;

    assert.deepEqual(short, []);
  },
);

Deno.test("a person who moves has other days at once", async () => {
  await using app = await startApp({ now: "2026-11-22T23:30:00Z" });
  const ada = app.as("ada");
  await ada.call("create_task", { title: "Late" });
  const days = "select created_day, today, time_zone from tasks, me";
  const before = await rowsOf(ada, days);

  const actor = { user_id: "ada", principal: "local", client: "test", tool: "users update" };
  await app.app.life.users.update(actor, { time_zone: "Asia/Tokyo" });

  assert.deepEqual(before, [["2026-11-22", "2026-11-22", "UTC"]]);
  assert.deepEqual(await rowsOf(ada, days), [["2026-11-23", "2026-11-23", "Asia/Tokyo"]]);
});

onEveryStore("a store that was put back to an earlier state is read anew", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task, change_id } = await ada.call("create_task", { title: "Since then" });
  assert.deepEqual(await rowsOf(ada, "select title from tasks"), [["Since then"]]);

  await app.app.db.write("ada", async (tx) => {
    await tx.updateTable("tasks").set({ title: "Put back" }).where("id", "=", task.id).execute();
    await tx.updateTable("changes").set({ at: "2026-11-20T08:00:00.000Z" })
      .where("id", "=", change_id).execute();
  });

  assert.deepEqual(await rowsOf(ada, "select title from tasks"), [["Put back"]]);
});

Deno.test("a life that does not fit in a copy is said to be too large, and what to use instead", async () => {
  const sqlite = await openSqlite();
  const person = { time_zone: "UTC", week_start: 1 };
  const copy = new Copy(sqlite, person, 2 * 1024 ** 2);
  const memory = ["x".repeat(100_000), 100_000, "note"];
  const rows = Array.from({ length: 50 }, (_, id) => [id, ...memory]);
  const packed = JSON.stringify(rows);

  assert.throws(
    () => copy.load([{ table: "memories", packed }]),
    (error) =>
      error instanceof TooLarge && /takes more than 2 MB/.test(error.message) &&
      /^use list_tasks/.test(error.advice),
  );
});
