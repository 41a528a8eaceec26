import assert from "node:assert/strict";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import { exported, exportedText, type Files, imported, undone } from "./world.ts";

const row = (id: string, title: string, due = "2026-12-01") =>
  ({ uid: id, title, due_date: due, priority: "low" }) as const;
const whole = (...tasks: object[]) =>
  JSON.stringify({ format: "selfos-export", version: 1, tasks });

async function titles(app: TestApp): Promise<string[]> {
  const { tasks } = await app.as("ada").call("list_tasks");
  return tasks.map(({ title, due_date }: Record<string, string>) => `${title} ${due_date}`).sort();
}

onEveryStore(
  "what the file changed since is updated, but where the person changed it too",
  async (store) => {
    await using app = await startApp({ store });
    await imported(app, "ada", "json", whole(row("a", "A"), row("b", "B"), row("c", "C")));
    const { tasks } = await app.as("ada").call("list_tasks");
    const idOf = (title: string) =>
      tasks.find((task: { title: string }) => task.title === title).id;
    await app.as("ada").call("update_task", { task_id: idOf("B"), title: "B of Ada" });
    await app.as("ada").call("update_task", { task_id: idOf("C"), due_date: "2026-12-24" });
    const changed = whole(row("a", "A 2"), row("b", "B 2"), row("c", "C 2"), row("d", "D"));

    const done = await imported(app, "ada", "json", changed);

    assert.deepEqual(await titles(app), [
      ...["A 2 2026-12-01", "B of Ada 2026-12-01", "C 2 2026-12-24", "D 2026-12-01"],
    ]);
    assert.deepEqual(
      done.updated,
      [
        'task "A": title "A" here, "A 2" in the file',
        'task "C": title "C" here, "C 2" in the file',
      ].map((line) => line.replace(/task "(.)"/, 'task "$1 2"')),
    );
    assert.deepEqual(done.conflicts, ['task "B 2": title "B of Ada" here, "B 2" in the file']);
    assert.equal((await imported(app, "ada", "json", changed)).change_id, null);
    await undone(app, "ada");
    assert.deepEqual(await titles(app), [
      ...["A 2026-12-01", "B of Ada 2026-12-01", "C 2026-12-24"],
    ]);
  },
);

onEveryStore(
  "what the person deleted stays in the trash, unless the file says something new",
  async (store) => {
    await using app = await startApp({ store });
    await imported(app, "ada", "json", whole(row("a", "A"), row("b", "B")));
    const { tasks } = await app.as("ada").call("list_tasks");
    for (const { id } of tasks) await app.as("ada").call("delete_task", { task_id: id });

    const same = await imported(app, "ada", "json", whole(row("a", "A"), row("b", "B")));
    const changed = await imported(app, "ada", "json", whole(row("a", "A"), row("b", "B again")));

    assert.deepEqual([same.change_id, same.trashed], [null, ['task "A"', 'task "B"']]);
    assert.deepEqual([changed.restored, changed.trashed], [['task "B again"'], ['task "A"']]);
    assert.deepEqual(await titles(app), ["B again 2026-12-01"]);
  },
);

onEveryStore("a life that was lost comes back from its own export", async (store) => {
  await using app = await startApp({ store });
  const { goal } = await app.as("ada").call("create_goal", { title: "Roof" });
  await app.as("ada").call("create_task", { title: "Slates", goal_id: goal.id });
  const text = await exportedText(app, "ada");
  await app.as("ada").call("delete_goal", { goal_id: goal.id });

  const done = await imported(app, "ada", "json", text);

  assert.deepEqual(done.restored, ['goal "Roof"', 'task "Slates"']);
  const found = await app.as("ada").call("get_goal", { goal_id: goal.id });
  assert.deepEqual(found.goal.tasks.map((task: { title: string }) => task.title), ["Slates"]);
});

onEveryStore(
  "a Markdown folder can be edited and read back, until the life itself goes on",
  async (store) => {
    await using app = await startApp({ store });
    const { goal } = await app.as("ada").call("create_goal", { title: "Roof" });
    const { task } = await app.as("ada").call("create_task", { title: "Slates", goal_id: goal.id });
    const files = await exported(app, "ada", "markdown");
    const edited = edit(files, (text) =>
      text.replace("- [ ] Slates", "- [x] Blue slates").replace(
        /\n$/,
        "\n- [ ] Gutter\n  - Due: tomorrow\n",
      ));

    app.clock.now = new Date("2026-11-23T12:00:00Z");
    const done = await imported(app, "ada", "markdown", edited);
    const again = await imported(app, "ada", "markdown", edited);

    assert.deepEqual([done.created, done.conflicts], [['task "Gutter"'], []]);
    assert.match(
      done.updated.join(),
      /task "Blue slates": title "Slates" here, "Blue slates" in the/,
    );
    assert.equal(again.change_id, null);
    const shown = await app.as("ada").call("get_task", { task_id: task.id });
    assert.deepEqual([shown.task.title, shown.task.status], ["Blue slates", "completed"]);
    assert.equal(shown.task.completed_at, "2026-11-23T12:00:00.000Z");
    const { tasks } = await app.as("ada").call("list_tasks", { query: "Gutter" });
    assert.deepEqual([tasks[0].due_date, tasks[0].goal_id], ["2026-11-24", goal.id]);

    await app.as("ada").call("update_task", { task_id: task.id, title: "Green slates" });
    const late = await imported(
      app,
      "ada",
      "markdown",
      edit(files, (text) => text.replace("Slates", "Red")),
    );
    assert.match(late.conflicts.join(), /task "Red": title "Green slates" here, "Red" in the file/);
  },
);

function edit(files: Files, change: (text: string) => string): Files {
  return new Map([...files].map(([path, text]) => [
    path,
    path.startsWith("goals/") ? change(text) : text,
  ]));
}

onEveryStore(
  "what was imported says where it came from, what was made here does not",
  async (store) => {
    await using app = await startApp({ store });
    const ics =
      "BEGIN:VCALENDAR\r\nPRODID:x\r\nBEGIN:VTODO\r\nUID:1\r\nSUMMARY:Post\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
    await imported(app, "ada", "ics", ics);
    await imported(app, "bob", "json", await exportedText(app, "ada"));
    const { task } = await app.as("ada").call("create_task", { title: "Own" });
    const taskOf = async (user: string, query: string) => {
      const { tasks: [{ id }] } = await app.as(user).call("list_tasks", { query });
      return (await app.as(user).call("get_task", { task_id: id })).task;
    };

    assert.equal((await taskOf("ada", "Post")).source, "ics");
    assert.equal((await taskOf("bob", "Post")).source, "ics");
    assert.ok(!("source" in (await app.as("ada").call("get_task", { task_id: task.id })).task));
    const again = await imported(app, "bob", "ics", ics);
    assert.deepEqual([again.change_id, again.counts.same], [null, 1]);
  },
);
