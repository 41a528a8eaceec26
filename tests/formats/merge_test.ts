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

onEveryStore(
  "another program that drops what it does not know takes nothing away",
  async (store) => {
    await using app = await startApp({ store });
    const { goal } = await app.as("ada").call("create_goal", { title: "Roof" });
    const { task } = await app.as("ada").call("create_task", {
      ...{ title: "Slates", goal_id: goal.id, estimated_duration: 30, due_date: "2026-12-01" },
    });
    const text = await exportedText(app, "ada", "ics");
    const other = text.replace(/^PRODID:.*/m, "PRODID:-//Other//EN").replace(
      /^X-SELFOS.*\r\n/gm,
      "",
    );

    const same = await imported(app, "ada", "ics", other);
    const moved = await imported(
      app,
      "ada",
      "ics",
      other.replace("DATE:20261201", "DATE:20261202"),
    );

    assert.deepEqual([same.change_id, same.counts.same], [null, 1]);
    assert.deepEqual([moved.counts.update, moved.conflicts], [1, []]);
    const after = (await app.as("ada").call("get_task", { task_id: task.id })).task;
    assert.deepEqual(
      [after.due_date, after.goal_id, after.estimated_duration],
      ["2026-12-02", goal.id, 30],
    );
  },
);

onEveryStore("what is found by its title keeps the name that exports gave it", async (store) => {
  await using app = await startApp({ store });
  await app.as("ada").call("create_goal", { title: "Roof" });
  await app.as("ada").call("save_life_area", { name: "Home" });
  await app.as("ada").call("add_memory", { content: "Slates are blue" });
  await app.as("bob").call("save_life_area", { name: "home" });
  await app.as("bob").call("add_memory", { content: "slates are  blue" });
  const before = await exportedText(app, "ada");

  const table = await imported(app, "ada", "csv", "title,goal\nGutter,roof\n");
  const bobs = await imported(app, "ada", "json", await exportedText(app, "bob"));
  const own = await imported(app, "ada", "json", before);

  assert.deepEqual(table.created, ['task "Gutter"']);
  assert.deepEqual([bobs.created, own.created, own.change_id], [[], [], null]);
  const uids = (text: string) => {
    const { goals, life_areas, memories } = JSON.parse(text);
    return [...goals, ...life_areas, ...memories].map(({ uid }: { uid: string }) => uid);
  };
  assert.deepEqual(uids(await exportedText(app, "ada")), uids(before));
});

onEveryStore("an import that makes a life area private ends its shares", async (store) => {
  await using app = await startApp({ store });
  await app.as("ada").call("save_life_area", { name: "Home" });
  await app.as("ada").call("save_life_area", { name: "Work" });
  const text = await exportedText(app, "ada");
  await app.app.life.shares.share("ada", "Home", "bob", "reader");

  await imported(app, "ada", "json", text.replace('"private": false', '"private": true'));
  const renamed = text.replace('"private": false', '"private": true').replace('"Work"', '"home "');

  assert.deepEqual((await app.app.life.shares.list("ada")).shares, []);
  await assert.rejects(imported(app, "ada", "json", renamed), /life_areas\[\d\]: name: /);
});
