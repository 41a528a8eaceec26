import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { type Answer, type Caller, onEveryStore, startApp } from "../harness.ts";
import { dumpOf } from "./answers.ts";

onEveryStore(
  "undo is refused where a later change set the field, and names both",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { task } = await ada.call("create_task", { title: "Paint" });
    const first = await ada.call("update_task", {
      task_id: task.id,
      title: "Red",
      description: "x",
    });
    const cursor = app.as("ada", { client: "cursor" });
    const later = await cursor.call("update_task", { task_id: task.id, title: "Blue" });
    const before = await dumpOf(app);

    const text = await ada.refused("undo", { change_id: first.change_id });

    assert.match(text, /^conflict: Cannot undo change \d+ as later changes stand in the way:/);
    assert.match(text, new RegExp(`task ${task.id} "Blue": title is "Blue", not "Red"`));
    assert.match(text, new RegExp(`change ${later.change_id} by cursor set it since`));
    assert.doesNotMatch(text, /description/);
    assert.deepEqual(await dumpOf(app), before);
  },
);

onEveryStore("a conflict shows values in the words that the tools take", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Paint" });
  const first = await ada.call("update_task", { task_id: task.id, priority: "high" });
  await ada.call("update_task", { task_id: task.id, priority: "low" });

  const text = await ada.refused("undo", { change_id: first.change_id });

  assert.match(text, /priority is "low", not "high"/);
});

onEveryStore("undo passes over later changes of other fields", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Paint" });
  const first = await ada.call("update_task", { task_id: task.id, title: "Red" });
  await ada.call("update_task", { task_id: task.id, description: "Carefully" });

  await ada.call("undo", { change_id: first.change_id });

  const { task: shown } = await ada.call("get_task", { task_id: task.id });
  assert.deepEqual([shown.title, shown.description], ["Paint", "Carefully"]);
});

/** A history, then the change that cannot be undone any more. */
const conflicts: {
  when: string;
  arrange: (ada: Caller) => Promise<Answer>;
  says: RegExp;
}[] = [
  {
    when: "the task it made was changed since",
    async arrange(ada) {
      const created = await ada.call("create_task", { title: "Paint" });
      await ada.call("update_task", { task_id: created.task.id, title: "Paint more" });
      return created;
    },
    says: /title is "Paint more", not "Paint"/,
  },
  {
    when: "the task it made was deleted since",
    async arrange(ada) {
      const created = await ada.call("create_task", { title: "Paint" });
      await ada.call("delete_task", { task_id: created.task.id });
      return created;
    },
    says: /deleted_at/,
  },
  {
    when: "the goal it made has tasks by now",
    async arrange(ada) {
      const created = await ada.call("create_goal", { title: "House" });
      await ada.call("create_task", { title: "Paint", goal_id: created.goal.id });
      return created;
    },
    says: /task \d+ belongs to goal \d+/,
  },
  {
    when: "the goal it made has a goal below it by now",
    async arrange(ada) {
      const created = await ada.call("create_goal", { title: "House" });
      await ada.call("create_goal", { title: "Roof", parent_goal_id: created.goal.id });
      return created;
    },
    says: /goal \d+ belongs to goal \d+/,
  },
  {
    when: "the area it made has a goal by now",
    async arrange(ada) {
      const created = await ada.call("save_life_area", { name: "Home" });
      await ada.call("create_goal", { title: "House", life_area_id: created.life_area.id });
      return created;
    },
    says: /goal \d+ belongs to life area \d+/,
  },
  {
    when: "the task it made has a subtask by now",
    async arrange(ada) {
      const created = await ada.call("create_task", { title: "Party" });
      await ada.call("create_task", { title: "Cake", parent_task_id: created.task.id });
      return created;
    },
    says: /task \d+ belongs to task \d+/,
  },
  {
    when: "the goal of the task it would restore is in the trash",
    async arrange(ada) {
      const { goal } = await ada.call("create_goal", { title: "House" });
      const { task } = await ada.call("create_task", { title: "Paint", goal_id: goal.id });
      const deleted = await ada.call("delete_task", { task_id: task.id });
      await ada.call("delete_goal", { goal_id: goal.id });
      return deleted;
    },
    says: /belongs to goal \d+, which is in the trash/,
  },
  {
    when: "it would close a circle of dependencies",
    async arrange(ada) {
      const { tasks: [a, b] } = await ada.call("create_tasks", {
        tasks: [{ title: "A" }, { title: "B", depends_on: ["#1"] }],
      });
      const freed = await ada.call("update_task", { task_id: b.id, depends_on: [] });
      await ada.call("update_task", { task_id: a.id, depends_on: [b.id] });
      return freed;
    },
    says: /already/,
  },
  {
    when: "it would close a circle of goals",
    async arrange(ada) {
      const { goal: a } = await ada.call("create_goal", { title: "A" });
      const { goal: b } = await ada.call("create_goal", { title: "B", parent_goal_id: a.id });
      const freed = await ada.call("update_goal", { goal_id: b.id, parent_goal_id: null });
      await ada.call("update_goal", { goal_id: a.id, parent_goal_id: b.id });
      return freed;
    },
    says: /below itself/,
  },
  {
    when: "the next occurrence it made was completed since",
    async arrange(ada) {
      const { task } = await ada.call("create_task", { title: "Run", recurrence: "daily" });
      const completed = await ada.call("complete_task", { task_id: task.id });
      await ada.call("complete_task", { task_id: completed.task.next_task_id });
      return completed;
    },
    says: /status is "completed", not "pending"/,
  },
  {
    when: "it was undone already",
    async arrange(ada) {
      const created = await ada.call("create_task", { title: "Paint" });
      await ada.call("undo", { change_id: created.change_id });
      return created;
    },
    says: /change \d+ undid it already\n.*undo change \d+ to bring it back/,
  },
];
for (const { when, arrange, says } of conflicts) {
  onEveryStore(`undo is refused when ${when}, and nothing is half undone`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const { change_id } = await arrange(ada);
    const before = await dumpOf(app);

    const text = await ada.refused("undo", { change_id });

    assert.match(text, /^conflict: /);
    assert.match(text, says);
    assert.deepEqual(await dumpOf(app), before);
  });
}

onEveryStore("one conflict among many changes leaves all of them as they are", async (store) => {
  await using app = await startApp({ store });
  const claude = app.as("ada", { client: "claude" });
  const { task: first } = await claude.call("create_task", { title: "First" });
  await claude.call("create_task", { title: "Second" });
  await app.as("ada").call("update_task", { task_id: first.id, title: "Mine" });
  await claude.call("create_goal", { title: "Third" });
  const before = await dumpOf(app);

  const text = await app.as("ada").refused("undo", { since: "today", client: "claude" });

  assert.match(text, /^conflict: .*3 changes/);
  assert.match(text, /title is "Mine", not "First"/);
  assert.deepEqual(await dumpOf(app), before);
});

const unclear = [
  { when: "nothing is chosen", args: {}, says: /^invalid_input: .*nothing is chosen/ },
  { when: "last is false", args: { last: false }, says: /^invalid_input: .*nothing is chosen/ },
  { when: "only a client is named", args: { client: "test" }, says: /^invalid_input: / },
  { when: "a time has no client", args: { since: "today" }, says: /^invalid_input: .*client/ },
  {
    when: "two ways are named",
    args: { change_id: 1, last: true },
    says: /^invalid_input: .*not clear/,
  },
  { when: "the change does not exist", args: { change_id: 99999 }, says: /^not_found: .*99999/ },
  { when: "the client is unknown", args: { last: true, client: "zed" }, says: /^not_found: .*zed/ },
];
for (const { when, args, says } of unclear) {
  onEveryStore(`undo is refused when ${when}`, async (store) => {
    await using app = await startApp({ store });
    await app.as("ada").call("create_task", { title: "Stays" });
    const before = await dumpOf(app);

    const text = await app.as("ada").refused("undo", args);

    assert.match(text, says);
    assert.deepEqual(await dumpOf(app), before);
  });
}

onEveryStore("the change that created the person cannot be undone", async (store) => {
  await using app = await startApp({ store });
  const { changes: [created] } = await app.as("ada").call("list_changes");

  const text = await app.as("ada").refused("undo", { change_id: created.id });
  const operator = app.app.life.history.undo(ownerOf("ada", "undo"), { change_id: created.id });

  assert.match(text, /^permission_denied: .*the operator made it/);
  await assert.rejects(operator, /created the person/);
});
