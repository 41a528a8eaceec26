import assert from "node:assert/strict";
import { type Answer, type Caller, onEveryStore, startApp } from "../harness.ts";
import { furnish, holder, share } from "../household.ts";

onEveryStore(
  "a goal's context holds its tasks, subgoals and past, and nobody else's",
  async (store) => {
    await using app = await startApp({
      store,
      zone: "Pacific/Auckland",
      now: "2026-11-20T12:00:00Z",
    });
    const ada = app.as("ada");
    const { life_area } = await ada.call("save_life_area", { name: "Health" });
    const { goal } = await ada.call("create_goal", {
      title: "Run",
      target_date: "2027-04-18",
      life_area_id: life_area.id,
    });
    const { goal: below } = await ada.call("create_goal", {
      title: "Walk",
      parent_goal_id: goal.id,
    });
    const { tasks: [shoes] } = await ada.call("create_tasks", {
      tasks: [
        { title: "Buy shoes", goal_id: goal.id },
        { title: "Run far", goal_id: goal.id, depends_on: ["#1"] },
        { title: "Walk far", goal_id: below.id },
      ],
    });
    app.clock.now = new Date("2026-11-21T12:00:00Z");
    await ada.call("update_goal", { goal_id: goal.id, target_date: "2027-05-01", title: "Run!" });
    app.clock.now = new Date("2026-11-22T12:00:00Z");
    await ada.call("complete_task", { task_id: shoes.id });
    app.clock.now = new Date("2026-11-22T13:00:00Z");
    const { change_id } = await ada.call("update_goal", { goal_id: goal.id, status: "paused" });
    app.clock.now = new Date("2026-11-23T12:00:00Z");
    await ada.call("undo", { change_id });
    await app.as("bob").call("create_goal", { title: "Secret" });

    const { context, lastModified } = await read(ada, goal.id);

    assert.deepEqual([context.goal.title, context.goal.life_area], ["Run!", "Health"]);
    assert.deepEqual(context.goal.progress, { tasks: 3, completed: 1, percent: 33 });
    assert.deepEqual(
      context.tasks.tasks.map((task: Answer) => [task.title, task.status, task.ready]),
      [["Run far", "pending", true], ["Buy shoes", "completed", false]],
    );
    assert.deepEqual([context.tasks.total, context.tasks.by_status.completed], [2, 1]);
    assert.deepEqual(context.subgoals.goals.map((one: Answer) => [one.id, one.progress.tasks]), [
      [below.id, 1],
    ]);
    assert.deepEqual(context.timeline.map(eventOf), [
      "2026-11-21 created",
      "2026-11-22 target_date 2027-04-18 2027-05-01",
      "2026-11-23 tasks_completed 1",
      "2026-11-23 status active paused",
      "2026-11-24 status paused active",
    ]);
    assert.equal(lastModified, "2026-11-23T12:00:00.000Z");
  },
);

Deno.test("a context is bounded, tells exact numbers, and says that earlier events are left out", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Much" });
  for (let part = 0; part < 2; part++) {
    const tasks = Array.from(
      { length: 30 },
      (_, i) => ({ title: `${part} ${i}`, goal_id: goal.id }),
    );
    await ada.call("create_tasks", { tasks });
  }
  for (let step = 0; step < 60; step++) {
    const status = step % 2 === 0 ? "paused" : "active";
    await ada.call("update_goal", { goal_id: goal.id, status });
  }

  const { context } = await read(ada, goal.id);

  assert.deepEqual([context.tasks.tasks.length, context.tasks.total], [50, 60]);
  assert.deepEqual([context.timeline.length, context.timeline_cut], [50, true]);
  assert.equal(eventOf(context.timeline.at(-1)), "2026-11-22 status paused active");
});

onEveryStore(
  "a guest and a narrow key read what get_goal shows them, and no past from elsewhere",
  async (store) => {
    await using app = await startApp({ store });
    const { open, closed } = await furnish(app, "bob");
    const bob = app.as("bob");
    await bob.call("update_goal", { goal_id: open.goal, status: "paused" });
    await bob.call("update_goal", { goal_id: open.goal, life_area_id: closed.area });
    await bob.call("update_goal", { goal_id: open.goal, target_date: "2026-12-31" });
    await bob.call("update_goal", { goal_id: open.goal, life_area_id: open.area });
    await bob.call("update_goal", { goal_id: open.goal, status: "active" });
    await share(app, "bob", open.area, "ada", "reader");
    const key = await holder(app, { user_id: "bob", areas: [open.area] });

    for (const caller of [app.as("ada"), key]) {
      const { context, text } = await read(caller, open.goal);
      const { goal: shown } = await caller.call("get_goal", { goal_id: open.goal });
      const { life_area: _, ...goal } = context.goal;
      const { subgoals: __, tasks: ___, ...expected } = shown;
      assert.deepEqual(goal, expected);
      assert.doesNotMatch(text, /secret/);
      assert.deepEqual(context.timeline.map(eventOf), [
        "2026-11-22 created",
        "2026-11-22 status active paused",
        "2026-11-22 status paused active",
      ]);
      const client = await caller.open();
      const hidden = `selfos://goals/${closed.goal}/context`;
      await assert.rejects(client.readResource({ uri: hidden }), /not_found/);
    }
  },
);

onEveryStore(
  "goal_id completes with goals that are seen, what is open and due first",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const ids: string[] = [];
    for (const target_date of ["2026-12-24", undefined, "2026-12-01"]) {
      const { goal } = await ada.call("create_goal", { title: `Goal ${target_date}`, target_date });
      ids.push(String(goal.id));
    }
    await app.as("bob").call("create_goal", { title: "Secret" });
    const [christmas = "", some = "", advent = ""] = ids;
    await ada.call("update_goal", { goal_id: Number(christmas), status: "completed" });
    const client = await ada.open();
    const complete = async (value: string) => {
      const ref = { type: "ref/resource" as const, uri: "selfos://goals/{goal_id}/context" };
      return (await client.complete({ ref, argument: { name: "goal_id", value } })).completion
        .values;
    };

    assert.deepEqual(await complete(""), [advent, some, christmas]);
    assert.deepEqual(await complete(advent), [advent]);
    for (const typed of ["%", "_", "Goal", "\0", "9".repeat(50)]) {
      assert.deepEqual(await complete(typed), []);
    }
  },
);

async function read(caller: Caller, goal_id: number) {
  const client = await caller.open();
  const { contents: [content] } = await client.readResource({
    uri: `selfos://goals/${goal_id}/context`,
  });
  const text = content && "text" in content ? content.text : "";
  return { context: JSON.parse(text), text, lastModified: content?._meta?.["lastModified"] };
}

function eventOf({ date, event, before, after, tasks }: Answer): string {
  return [date, event, before, after, tasks].filter((part) => part !== undefined).join(" ");
}
