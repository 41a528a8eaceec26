import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { onEveryStore, startApp, type StoreKind } from "../harness.ts";
import { allSeen, found, furnish, holder, share } from "../household.ts";
import { dumpOf, titlesOf } from "./answers.ts";

/** Bob shares one area with Ada, who has a life of her own. */
async function shared(role: "reader" | "editor", store: StoreKind = "sqlite") {
  const app = await startApp({ store });
  const mine = await furnish(app, "ada");
  const bobs = await furnish(app, "bob");
  await share(app, "bob", bobs.open.area, "ada", role);
  return {
    ...{ app, mine, bobs, ada: app.as("ada"), bob: app.as("bob", { client: "owner" }) },
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  };
}

onEveryStore(
  "what is shared is listed among one's own, page by page, with its owner",
  async (store) => {
    await using life = await shared("reader", store);
    const { ada, bob, bobs, mine } = life;
    const dated = [[bob, bobs.open.goal, 1], [ada, mine.open.goal, 2]] as const;
    for (const [who, goal_id, day] of dated) {
      await who.call("create_task", { title: "Dated", goal_id, due_date: `2026-12-0${day}` });
    }

    const { goals, total } = await ada.call("list_goals", { query: "open" });
    const whole = await ada.call("list_tasks", { limit: 100 });
    const paged = [];
    let cursor: string | null | undefined;
    while (cursor !== null) {
      const page = await ada.call("list_tasks", { limit: 2, ...(cursor ? { cursor } : {}) });
      assert.equal(page.total, whole.total);
      paged.push(...page.tasks);
      cursor = page.next_cursor;
    }
    const { life_areas } = await ada.call("list_life_areas");

    assert.deepEqual([total, titlesOf(goals).filter((title) => title.startsWith("bob"))], [
      4,
      ["bob open", "bob open, below"],
    ]);
    assert.deepEqual(paged, whole.tasks);
    assert.equal(whole.total, 8);
    const owners = whole.tasks.map(({ owner }: { owner?: string }) => owner);
    assert.deepEqual(owners.slice(0, 5), [undefined, undefined, "bob", "bob", undefined]);
    assert.deepEqual(
      life_areas.map(({ name, owner, role }: Record<string, string>) => [name, owner, role]),
      [
        ["ada open", undefined, undefined],
        ["ada secret", undefined, undefined],
        ["bob open", "bob", "reader"],
      ],
    );
    assert.equal(whole.withheld, undefined);
  },
);

for (const role of ["reader", "editor"] as const) {
  onEveryStore(`a ${role} sees what is shared, and of the rest nothing`, async (store) => {
    await using life = await shared(role, store);
    const { app, ada, bobs, mine } = life;
    const before = await dumpOf(app);

    const answers = await allSeen(ada, bobs.open);
    const wrong = await found(ada, bobs.closed, mine.open);
    const stranger = await found(app.as("local"), bobs.open, bobs.closed);

    assert.match(JSON.stringify(answers), /bob open/);
    assert.doesNotMatch(JSON.stringify(answers), /bob secret/);
    assert.deepEqual([...wrong, ...stranger], []);
    assert.deepEqual(await dumpOf(app), before);
  });
}

onEveryStore("a reader's write is refused with the rule and the grant", async (store) => {
  await using life = await shared("reader", store);
  const { app, ada, bobs: { open } } = life;
  const before = await dumpOf(app);

  const texts = [
    await ada.refused("update_goal", { goal_id: open.goal, title: "Mine" }),
    await ada.refused("delete_goal", { goal_id: open.goal }),
    await ada.refused("create_goal", { title: "New", life_area_id: open.area }),
    await ada.refused("create_goal", { title: "New", parent_goal_id: open.goal }),
    await ada.refused("create_task", { title: "New", goal_id: open.goal }),
    await ada.refused("create_tasks", { tasks: [{ title: "New", goal_id: open.goal }] }),
    await ada.refused("update_task", { task_id: open.task, title: "Mine" }),
    await ada.refused("complete_task", { task_id: open.task }),
    await ada.refused("delete_task", { task_id: open.task }),
    await ada.refused("create_task", { title: "New", depends_on: [open.task] }),
    await ada.refused("add_memory", { content: "New", goal_id: open.goal }),
    await ada.refused("add_memory", { content: "New", task_id: open.task }),
    await ada.refused("add_memory", { content: "New", supersedes: open.memory }),
    await ada.refused("update_memory", { memory_id: open.memory, content: "Mine" }),
    await ada.refused("forget_memory", { memory_id: open.memory }),
    await ada.refused("save_life_area", { life_area_id: open.area, name: "Mine" }),
  ];

  for (const text of texts) {
    assert.match(
      text,
      new RegExp(
        `^permission_denied: .* as bob shares the life area ${open.area} with ada as reader\n` +
          `Try: .*selfos areas share ${open.area} --with ada --as editor --user bob$`,
        "s",
      ),
    );
  }
  assert.deepEqual(await dumpOf(app), before);
});

onEveryStore(
  "an editor's writes are made in the owner's life, and journalled there",
  async (store) => {
    await using life = await shared("editor", store);
    const { ada, bob, bobs: { open } } = life;

    const made = await ada.call("create_goal", { title: "Garden", life_area_id: open.area });
    const batch = await ada.call("create_tasks", {
      tasks: [
        { title: "Dig", goal_id: made.goal.id },
        { title: "Sow", goal_id: made.goal.id, depends_on: ["#1"] },
      ],
    });
    const { task } = await ada.call("create_task", {
      title: "Water",
      goal_id: made.goal.id,
      recurrence: "daily",
    });
    const completed = await ada.call("complete_task", { task_id: task.id });

    assert.deepEqual([made.goal.owner, batch.tasks[1].owner], ["bob", "bob"]);
    const own = await bob.call("list_tasks", { goal_id: made.goal.id });
    const ids = own.tasks.map(({ id }: { id: number }) => id);
    assert.ok(ids.includes(completed.task.next_task_id));
    assert.ok(own.tasks.every(({ owner }: { owner?: string }) => owner === undefined));
    const { changes } = await bob.call("list_changes", { limit: 4 });
    assert.deepEqual(
      changes.map(({ tool, guest }: Record<string, string>) => [tool, guest]),
      ["complete_task", "create_task", "create_tasks", "create_goal"].map((tool) => [tool, "ada"]),
    );
    const adas = await ada.call("list_changes", { limit: 100 });
    assert.doesNotMatch(JSON.stringify(adas), /Garden|Dig|Water/);
  },
);

onEveryStore("a guest undoes their own changes, the owner everyone's", async (store) => {
  await using life = await shared("editor", store);
  const { ada, bob, bobs: { open } } = life;
  const theirs = await ada.call("update_goal", { goal_id: open.goal, title: "Theirs" });
  const owners = await bob.call("update_task", { task_id: open.task, title: "Owner's" });

  const refused = await ada.refused("undo", { change_id: owners.change_id });
  const undone = await ada.call("undo", { change_id: theirs.change_id });
  const redone = await ada.call("undo", { change_id: undone.change_id });
  await bob.call("undo", { change_id: redone.change_id });
  const since = await ada.refused("undo", { since: "2026-11-01", client: "test" });
  const last = await ada.call("undo", { last: true, client: "owner" });

  assert.match(refused, /^not_found: Cannot find change \d+/);
  assert.match(since, /^not_found: /);
  assert.doesNotMatch(JSON.stringify(last), /bob/);
  assert.equal((await bob.call("get_goal", { goal_id: open.goal })).goal.title, "bob open");
  assert.equal((await bob.call("get_task", { task_id: open.task })).task.title, "Owner's");
});

Deno.test("no item of two lives is connected with another, whatever names it", async () => {
  await using life = await shared("editor");
  const { app, ada, mine, bobs } = life;
  const [own, theirs] = [mine.open, bobs.open];
  const before = await dumpOf(app);

  const texts = [
    await ada.refused("update_goal", { goal_id: own.goal, parent_goal_id: theirs.goal }),
    await ada.refused("update_goal", { goal_id: theirs.goal, parent_goal_id: own.goal }),
    await ada.refused("update_goal", { goal_id: own.goal, life_area_id: theirs.area }),
    await ada.refused("update_goal", { goal_id: theirs.goal, life_area_id: own.area }),
    await ada.refused("update_task", { task_id: own.task, goal_id: theirs.goal }),
    await ada.refused("update_task", { task_id: theirs.task, goal_id: own.goal }),
    await ada.refused("update_task", { task_id: own.task, depends_on: [theirs.task] }),
    await ada.refused("update_task", { task_id: theirs.task, parent_task_id: own.task }),
    await ada.refused("create_task", { title: "x", goal_id: own.goal, depends_on: [theirs.task] }),
    await ada.refused("create_tasks", {
      tasks: [{ title: "x", goal_id: theirs.goal }, { title: "y", goal_id: own.goal }],
    }),
  ];

  for (const text of texts) assert.match(text, /^conflict: .*with an item of bob\nTry: /s);
  assert.deepEqual(await dumpOf(app), before);
});

Deno.test("an editor reaches nothing of the owner's that is not shared", async () => {
  await using life = await shared("editor");
  const { app, ada, bobs: { open } } = life;
  const before = await dumpOf(app);

  const texts = [
    await ada.refused("update_goal", { goal_id: open.goal, life_area_id: null }),
    await ada.refused("create_goal", { title: "x", parent_goal_id: open.goal }),
    await ada.refused("create_task", { title: "x", parent_task_id: open.task }),
    await ada.refused("update_task", { task_id: open.task, goal_id: null }),
    await ada.refused("delete_goal", { goal_id: open.goal }),
    await ada.refused("delete_task", { task_id: open.task }),
    await ada.refused("save_life_area", { life_area_id: open.area, name: "bob secret" }),
    await ada.refused("save_life_area", { life_area_id: open.area, name: "bob open" }),
  ];

  for (const text of texts) {
    assert.match(text, /^permission_denied: .*bob.*\nTry: /s);
    assert.doesNotMatch(text, /secret/);
  }
  assert.deepEqual(await dumpOf(app), before);
});

Deno.test("a narrow key sees of what others share only what it names, and so it writes", async () => {
  await using life = await shared("editor");
  const { app, mine, bobs } = life;
  const one = await holder(app, { user_id: "ada", areas: [mine.open.area] });
  const both = await holder(app, { user_id: "ada", areas: [mine.open.area, bobs.open.area] });

  const seen = [];
  for (const key of [one, both]) seen.push((await key.call("list_goals")).total);
  const wrong = await found(one, bobs.open, mine.open);
  const { change_id } = await both.call("update_goal", { goal_id: bobs.open.goal, title: "New" });
  const undone = await both.call("undo", { change_id });

  assert.deepEqual(seen, [2, 4]);
  assert.deepEqual(wrong, []);
  assert.equal(undone.undone[0], change_id);
  assert.match(await one.refused("undo", { change_id }), /^not_found: /);
});

Deno.test("an admin who acts for another person sees what that person sees", async () => {
  await using life = await shared("editor");
  const { app, bobs } = life;
  const admin = app.as("local", { level: "admin" });

  const { goals } = await admin.call("list_goals", { user_id: "ada", query: "bob" });
  const made = await admin.call("create_task", {
    ...{ user_id: "ada", title: "For both", goal_id: bobs.open.goal },
  });

  assert.deepEqual(titlesOf(goals), ["bob open", "bob open, below"]);
  assert.equal(made.task.owner, "bob");
  const { changes: [change] } = await life.bob.call("list_changes", { limit: 1 });
  assert.deepEqual([change.tool, change.guest], ["create_task", "ada"]);
  assert.equal((await admin.call("list_goals", { query: "bob" })).total, 0);
});

Deno.test("a guest's words are read in their zone, and kept by the clock of the owner", async () => {
  await using life = await shared("editor");
  const { app, bobs, ada, bob } = life;
  await app.app.life.users.update(ownerOf("ada", "users update"), { time_zone: "Asia/Tokyo" });
  const { goal } = bobs.open;

  const timed = await ada.call("create_task", {
    title: "x",
    goal_id: goal,
    due_date: "tomorrow 5pm",
  });
  const day = await ada.call("create_task", { title: "y", goal_id: goal, due_date: "2026-12-01" });

  assert.equal(timed.task.due_date, "2026-11-23T08:00:00+00:00");
  assert.equal(day.task.due_date, "2026-12-01");
  const { tasks } = await bob.call("list_tasks", {
    query: "x",
    goal_id: goal,
    due_before: "2026-11-24",
  });
  assert.equal(tasks[0].due_date, timed.task.due_date);
});

Deno.test("a narrow key of a guest cannot tell what is withheld of their own life from nothing", async () => {
  await using life = await shared("editor");
  const { app, mine, bobs } = life;
  const narrow = await holder(app, { user_id: "ada", areas: [bobs.open.area] });
  const refusal = async (parent_goal_id: number) =>
    (await narrow.refused("create_goal", {
      ...{ title: "New", life_area_id: bobs.open.area, parent_goal_id },
    })).replace(`goal ${parent_goal_id}`, "goal N");

  assert.equal(await refusal(mine.closed.goal), await refusal(9999));
});

onEveryStore("an idempotency key means one call, in whichever life it wrote", async (store) => {
  await using life = await shared("editor", store);
  const { ada, bobs, mine } = life;
  const call = (title: string, goal_id: number) => ({ title, goal_id, idempotency_key: "one" });
  const theirs = await ada.call("create_task", call("Theirs", bobs.open.goal));

  const other = await ada.refused("create_task", call("Other", mine.open.goal));
  const again = await ada.call("create_task", call("Theirs", bobs.open.goal));

  assert.match(other, /^conflict: .*"one" as it was used with other arguments/);
  assert.deepEqual([again.replayed, again.task.id], [true, theirs.task.id]);
  assert.doesNotMatch(JSON.stringify(await ada.call("list_tasks", { limit: 100 })), /Other/);
});
