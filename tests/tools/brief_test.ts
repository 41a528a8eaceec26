import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";

onEveryStore(
  "lists show the beginning of a long description, one item all of it",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const description = `${"long ".repeat(200)}end`;
    await ada.call("create_goal", { title: "Goal", description });
    await ada.call("create_task", { title: "Task", description });

    const { goals } = await ada.call("list_goals");
    const { tasks } = await ada.call("list_tasks");

    for (const { description: shown } of [...goals, ...tasks]) {
      assert.ok(shown.length < 400);
      assert.ok(description.startsWith(shown.slice(0, 300)));
      assert.match(shown, /703 more characters/);
    }
    assert.equal((await ada.call("get_goal", { goal_id: 1 })).goal.description, description);
    assert.equal((await ada.call("get_task", { task_id: 1 })).task.description, description);
  },
);
