import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { idsOf } from "../tools/answers.ts";

onEveryStore(
  "numbers, booleans, lists and objects written as text are understood",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "Goal" });
    const { life_area } = await ada.call("save_life_area", {
      name: "Home",
      weight: "2.5",
      private: "True",
    });

    const { task } = await ada.call("create_task", {
      title: "First",
      goal_id: ` ${goal.id} `,
      estimated_duration: "30",
      tags: '["a", "b"]',
    });
    const { task: second } = await ada.call("create_task", {
      title: "Second",
      depends_on: `[${task.id}]`,
    });
    const { tasks } = await ada.call("list_tasks", { limit: "1", ready: "true" });

    assert.deepEqual([life_area.weight, life_area.private], [2.5, true]);
    assert.deepEqual([task.goal_id, task.estimated_duration, task.tags], [goal.id, 30, ["a", "b"]]);
    assert.deepEqual(second.depends_on, [task.id]);
    assert.deepEqual(idsOf(tasks), [task.id]);
  },
);

onEveryStore("a batch may be written as text, as may its tasks and their ids", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Known" });
  const first = { title: "A", estimated_duration: "5" };
  const second = { title: "B", depends_on: [String(task.id), "#1"], parent_task_id: `${task.id}` };

  const whole = await ada.call("create_tasks", { tasks: JSON.stringify([first, second]) });
  const parts = await ada.call("create_tasks", {
    tasks: [JSON.stringify({ ...first, title: "C" }), { ...second, title: "D" }],
  });

  for (const { tasks: [a, b] } of [whole, parts]) {
    assert.equal(a.estimated_duration, 5);
    assert.deepEqual([b.depends_on, b.parent_task_id], [[task.id, a.id], task.id]);
  }
});

onEveryStore("null for an optional argument is the same as leaving it out", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");

  const { task } = await ada.call("create_task", {
    title: "Task",
    description: null,
    goal_id: null,
    due_date: null,
    priority: null,
    estimated_duration: null,
    tags: null,
    parent_task_id: null,
    depends_on: null,
    recurrence: null,
    idempotency_key: null,
    user_id: null,
  });
  const { tasks } = await ada.call("list_tasks", {
    goal_id: null,
    status: null,
    ready: null,
    query: null,
    limit: null,
    cursor: null,
  });
  assert.equal(task.priority, "medium");
  assert.deepEqual(idsOf(tasks), [task.id]);
});

onEveryStore("a life area can be saved with null for all that is optional", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const nothing = {
    life_area_id: null,
    weight: null,
    color: null,
    description: null,
    private: null,
  };

  const { life_area } = await ada.call("save_life_area", { name: "Health", ...nothing });
  const { life_area: same, change_id } = await ada.call("save_life_area", {
    ...nothing,
    name: "Health",
    life_area_id: life_area.id,
  });

  assert.deepEqual([life_area.weight, life_area.private], [1, false]);
  assert.deepEqual([same, change_id], [life_area, null]);
});

onEveryStore("null as text counts as null", async (store) => {
  await using app = await startApp({ store });

  const { task } = await app.as("ada").call("create_task", {
    title: "Task",
    tags: "null",
    depends_on: "null",
  });

  assert.deepEqual([task.tags, task.depends_on], [[], []]);
});

onEveryStore(
  "where null clears a field, it is refused for one that cannot be cleared",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { task } = await ada.call("create_task", { title: "Task", description: "Words" });

    for (const field of ["title", "priority", "status"]) {
      const text = await ada.refused("update_task", {
        task_id: task.id,
        description: null,
        [field]: null,
      });
      assert.match(text, new RegExp(`^invalid_input: .*${field}.*\nTry: leave out`), text);
    }

    const { task: same } = await ada.call("get_task", { task_id: task.id });
    assert.equal(same.description, "Words");
  },
);

onEveryStore("text that looks like something else stays text where text belongs", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");

  for (const title of ["42", "true", "null", "[1]", '{"a":1}', "1e3", "'; drop table tasks; --"]) {
    const { task } = await ada.call("create_task", { title, description: title });
    const { task: stored } = await ada.call("get_task", { task_id: task.id });
    assert.deepEqual([stored.title, stored.description], [title, title]);
  }
});

onEveryStore("text of every script is stored as it was given", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");

  for (
    const title of [
      "Ünïcödé",
      "日本語",
      "مرحبا",
      "👩‍👩‍👧‍👦 family",
      "e\u0301",
      "\u202Ereversed",
      "a\u0001b",
    ]
  ) {
    const { task } = await ada.call("create_task", { title });
    const { task: stored } = await ada.call("get_task", { task_id: task.id });
    assert.equal(stored.title, title);
  }
});

Deno.test("arguments may be left out altogether", async () => {
  await using app = await startApp();
  const { client, call } = app.as("ada");
  await call("list_tasks");

  const { isError, structuredContent } = await client.callTool({ name: "list_goals" });

  assert.deepEqual([isError, structuredContent], [undefined, {
    goals: [],
    total: 0,
    next_cursor: null,
  }]);
});
