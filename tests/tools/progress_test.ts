import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";

onEveryStore(
  "progress counts the tasks of a goal and of all goals below it, each once",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const goalBelow = async (title: string, parent_goal_id?: number) =>
      (await ada.call("create_goal", { title, parent_goal_id })).goal.id as number;
    const top = await goalBelow("Top");
    const left = await goalBelow("Left", top);
    const right = await goalBelow("Right", top);
    const low = await goalBelow("Low", left);
    const placed = [top, left, left, right, low, low, low];
    const ids = [];
    for (const [index, goal_id] of placed.entries()) {
      const tags = ["a", "b", "c"];
      const { task } = await ada.call("create_task", { title: `T${index}`, goal_id, tags });
      ids.push(task.id);
    }
    await ada.call("complete_task", { task_id: ids[0] });
    await ada.call("complete_task", { task_id: ids[4] });
    await ada.call("complete_task", { task_id: ids[5] });

    const { goals } = await ada.call("list_goals");
    const { goal } = await ada.call("get_goal", { goal_id: top });

    const progress = Object.fromEntries(
      goals.map(({ title, progress }: { title: string; progress: object }) => [title, progress]),
    );
    assert.deepEqual(progress, {
      Top: { tasks: 7, completed: 3, percent: 43 },
      Left: { tasks: 5, completed: 2, percent: 40 },
      Right: { tasks: 1, completed: 0, percent: 0 },
      Low: { tasks: 3, completed: 2, percent: 67 },
    });
    assert.deepEqual(goal.progress, progress["Top"]);
  },
);

onEveryStore("progress leaves out cancelled tasks and what is in the trash", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "House" });
  const { goal: sub } = await ada.call("create_goal", { title: "Pool", parent_goal_id: goal.id });
  const add = async (title: string, goal_id: number) =>
    (await ada.call("create_task", { title, goal_id })).task.id;
  const done = await add("Walls", goal.id);
  await add("Windows", goal.id);
  const cancelled = await add("Moat", goal.id);
  const deleted = await add("Tower", goal.id);
  await add("Dig", sub.id);
  await ada.call("complete_task", { task_id: done });
  await ada.call("update_task", { task_id: cancelled, status: "cancelled" });
  await ada.call("delete_task", { task_id: deleted });
  await ada.call("delete_goal", { goal_id: sub.id });

  const { goal: shown } = await ada.call("get_goal", { goal_id: goal.id });

  assert.deepEqual(shown.progress, { tasks: 2, completed: 1, percent: 50 });
});

onEveryStore("progress is 100 percent only once every task is completed", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Thousand cuts" });
  for (let batch = 0; batch < 6; batch++) {
    const tasks = Array.from({ length: 40 }, (_, index) => ({
      title: `Cut ${batch}.${index}`,
      goal_id: goal.id,
    }));
    const created = await ada.call("create_tasks", { tasks });
    for (const { id } of created.tasks) {
      if (batch < 5 || id !== created.tasks[0].id) await ada.call("complete_task", { task_id: id });
    }
  }

  const { goal: shown } = await ada.call("get_goal", { goal_id: goal.id });

  assert.deepEqual(shown.progress, { tasks: 240, completed: 239, percent: 99 });
});

onEveryStore(
  "query_user_stats counts every goal and task once, whatever hangs on it",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "House" });
    const { goal: second } = await ada.call("create_goal", {
      title: "Garden",
      parent_goal_id: goal.id,
    });
    for (
      const [title, status] of [["Boat", "paused"], ["Horse", "archived"], ["Tree", "completed"]]
    ) {
      const created = await ada.call("create_goal", { title });
      await ada.call("update_goal", { goal_id: created.goal.id, status });
    }
    const tags = ["a", "b", "c", "d"];
    const { tasks } = await ada.call("create_tasks", {
      tasks: [
        { title: "Late", goal_id: goal.id, tags, due_date: "2026-11-21" },
        { title: "Late too", goal_id: goal.id, tags, due_date: "2026-11-21T23:59:00Z" },
        { title: "Today", goal_id: goal.id, tags, due_date: "2026-11-22" },
        { title: "Today at six", goal_id: second.id, tags, due_date: "2026-11-22T18:00:00Z" },
        { title: "Tomorrow", goal_id: second.id, tags, depends_on: ["#1", "#2", "#3"] },
        { title: "Begun", tags },
        { title: "Given up", tags, due_date: "2026-11-01" },
        { title: "Done", tags, due_date: "2026-11-01" },
        { title: "Thrown away", tags, due_date: "2026-11-01" },
      ],
    });
    const idOf = (title: string) =>
      tasks.find((task: { title: string }) => task.title === title).id;
    await ada.call("update_task", { task_id: idOf("Begun"), status: "in_progress" });
    await ada.call("update_task", { task_id: idOf("Given up"), status: "cancelled" });
    await ada.call("complete_task", { task_id: idOf("Done") });
    await ada.call("delete_task", { task_id: idOf("Thrown away") });
    await app.as("bob").call("create_goal", { title: "Bob's" });
    await app.as("bob").call("create_task", { title: "Bob's", due_date: "2026-11-01" });

    const stats = await ada.call("query_user_stats");

    assert.deepEqual(stats, {
      active_goals: 2,
      completed_goals: 1,
      paused_goals: 1,
      archived_goals: 1,
      pending_tasks: 5,
      in_progress_tasks: 1,
      completed_tasks: 1,
      cancelled_tasks: 1,
      overdue_tasks: 2,
      due_today_tasks: 2,
      memory_items: 0,
    });
  },
);

onEveryStore("query_user_stats takes today from the person's own calendar", async (store) => {
  await using app = await startApp({ store, zone: "Pacific/Auckland" });
  const ada = app.as("ada");
  await ada.call("create_task", { title: "Due on the 22nd", due_date: "2026-11-22" });
  await ada.call("create_task", { title: "Due on the 23rd", due_date: "2026-11-23" });

  const { overdue_tasks, due_today_tasks } = await ada.call("query_user_stats");

  assert.deepEqual({ overdue_tasks, due_today_tasks }, { overdue_tasks: 1, due_today_tasks: 1 });
});

onEveryStore("query_user_stats of an empty life is all zeroes", async (store) => {
  await using app = await startApp({ store });
  await app.as("bob").call("create_goal", { title: "Bob's" });

  const stats = await app.as("ada").call("query_user_stats");

  assert.deepEqual(new Set(Object.values(stats)), new Set([0]));
});
