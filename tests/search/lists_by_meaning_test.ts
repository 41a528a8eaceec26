import assert from "node:assert/strict";
import { type Answer, type Caller, onEveryStore, startApp, type TestApp } from "../harness.ts";
import { furnish, holder, share } from "../household.ts";
import { titlesOf } from "../tools/answers.ts";
import { settled } from "./memories.ts";

async function furnished({ as }: TestApp) {
  const { call } = as("ada");
  const { goal: health } = await call("create_goal", { title: "Become physically fit" });
  await call("create_goal", { title: "Learn to play the violin" });
  await call("create_goal", { title: "Refinance the mortgage" });
  const tasks = [
    { title: "See the physician about my knee", due_date: "2026-11-25", goal_id: health.id },
    { title: "Pay the electricity bill", due_date: "2026-11-30" },
    { title: "Practise scales", description: "On the fiddle, half an hour" },
    { title: "Ring the dental surgery", due_date: "2026-12-20", goal_id: health.id },
  ];
  for (const task of tasks) await call("create_task", task);
  await as("bob").call("create_goal", { title: "Bob's exercise" });
  await as("bob").call("create_task", { title: "Bob's appointment with a doctor" });
  return health.id as number;
}

onEveryStore("list_goals finds by meaning where no goal has the words", async (store) => {
  await using app = await startApp({ store });
  await furnished(app);
  const ada = app.as("ada");

  const found = await settled(ada, "list_goals", { query: "sports and workouts" });
  const words = await settled(ada, "list_goals", { query: "violin" });
  const nothing = await settled(ada, "list_goals", { query: "%" });

  assert.deepEqual([found.matched, found.next_cursor], ["meaning", null]);
  assert.equal(found.goals[0].title, "Become physically fit");
  assert.equal(found.total, found.goals.length);
  assert.doesNotMatch(JSON.stringify(found), /Bob/);
  assert.deepEqual([titlesOf(words.goals), words.matched], [
    ["Learn to play the violin"],
    undefined,
  ]);
  assert.deepEqual([nothing.goals, nothing.total, nothing.matched], [[], 0, undefined]);
});

onEveryStore("list_tasks finds by meaning, within its filters", async (store) => {
  await using app = await startApp({ store });
  const health = await furnished(app);
  const ada = app.as("ada");
  const query = "visit the doctor";
  const found = async (args: object) => {
    const { tasks, matched, total } = await settled(ada, "list_tasks", { query, ...args });
    assert.doesNotMatch(JSON.stringify(tasks), /Bob/);
    assert.ok(total >= tasks.length);
    assert.equal(matched, tasks.length > 0 ? "meaning" : undefined);
    return titlesOf(tasks);
  };

  assert.equal((await found({}))[0], "See the physician about my knee");
  assert.deepEqual(await found({ due_before: "2026-11-24" }), []);
  assert.deepEqual(await found({ status: "completed" }), []);
  assert.ok((await found({ goal_id: health })).every((title) => /physician|dental/.test(title)));
  assert.deepEqual(await found({ due_date: "2026-12-20" }), ["Ring the dental surgery"]);
  assert.equal((await found({ limit: 1 })).length, 1);
});

onEveryStore(
  "a list by meaning is filtered first, counted, and shown page by page",
  async (store) => {
    await using app = await startApp({ store });
    const { call } = app.as("ada");
    const { task: open } = await call("create_task", { title: "Purchase cat litter" });
    for (let batch = 0; batch < 3; batch++) {
      const tasks = Array.from({ length: 50 }, (_, at) => ({
        title: `Buy groceries such as milk and bread, week ${batch * 50 + at}`,
        priority: "low",
      }));
      await call("create_tasks", { tasks });
    }
    await app.as("bob").call("create_task", { title: "Bob's supermarket" });
    const query = "supermarket shopping errands";

    const few = await settled(app.as("ada"), "list_tasks", { query, priority: "medium" });
    const pages = [];
    let cursor: string | null = null;
    do {
      const next: Answer = cursor === null ? {} : { cursor };
      const page = await settled(app.as("ada"), "list_tasks", { query, limit: 60, ...next });
      pages.push(page);
      cursor = page.next_cursor;
    } while (cursor !== null);

    assert.deepEqual(few.tasks.map(({ id }: { id: number }) => id), [open.id]);
    assert.equal(few.total, 1);
    const ids = pages.flatMap(({ tasks }) => tasks.map(({ id }: { id: number }) => id));
    assert.ok(ids.length >= 150 && new Set(ids).size === ids.length, `${ids.length} were shown`);
    assert.deepEqual(pages.map(({ total }) => total), pages.map(() => ids.length));
    assert.match(
      await app.as("ada").refused("list_tasks", { query, cursor: "likest-x" }),
      /cursor/,
    );
  },
);

const forged = [
  { args: { cursor: "likest-5" } },
  { args: { cursor: "likest-5", query: "" } },
  { args: { cursor: "likest-5", query: " \n" } },
  { args: { cursor: "likest-x", query: "sports" } },
  { args: { cursor: "likest-", query: "sports" } },
];
for (const { args } of forged) {
  onEveryStore(`a list refuses what no list gave out: ${JSON.stringify(args)}`, async (store) => {
    await using app = await startApp({ store, serves: false });
    await furnished(app);

    for (const tool of ["list_goals", "list_tasks"]) {
      const text = await app.as("ada").refused(tool, args);

      assert.match(text, /^invalid_input: Cannot use cursor "likest-x?5?" as no list gave it out/);
    }
  });
}

onEveryStore(
  "a list finds by meaning what was just changed, not what is in the trash",
  async (store) => {
    await using app = await startApp({ store });
    await furnished(app);
    const ada = app.as("ada");
    const best = async () =>
      (await settled(ada, "list_goals", { query: "sports" })).goals[0]?.title;
    const before = await best();

    const { change_id } = await ada.call("delete_goal", { goal_id: 1 });
    const gone = await best();
    await ada.call("undo", { change_id });
    await ada.call("update_goal", { goal_id: 1, title: "Buy a house" });
    const { goals } = await settled(ada, "list_goals", { query: "purchase some real estate" });

    assert.equal(before, "Become physically fit");
    assert.notEqual(gone, "Become physically fit");
    assert.equal(goals[0].title, "Buy a house");
  },
);

onEveryStore(
  "a list that has the words is not searched by meaning on later pages",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    for (const title of ["Swim a mile", "Swim a lake", "Exercise more"]) {
      await ada.call("create_goal", { title });
    }

    const first = await settled(ada, "list_goals", { query: "swim", limit: 1 });
    const second = await ada.call("list_goals", {
      query: "swim",
      limit: 1,
      cursor: first.next_cursor,
    });

    assert.deepEqual([first.total, first.matched, second.matched], [2, undefined, undefined]);
    assert.deepEqual([second.goals.length, second.next_cursor], [1, null]);
    assert.match(second.goals[0].title, /^Swim/);
  },
);

onEveryStore(
  "a narrow key finds by meaning within its areas alone, a guest in what is shared",
  async (store) => {
    await using app = await startApp({ store });
    const ada = await furnish(app, "ada");
    const bob = await furnish(app, "bob");
    await share(app, "bob", bob.open.area, "ada", "reader");
    for (const [user, { open, closed }] of Object.entries({ ada, bob })) {
      const { call } = app.as(user);
      await call("create_goal", { title: `${user} runs for exercise`, life_area_id: open.area });
      await call("create_goal", {
        title: `${user} swims for exercise`,
        life_area_id: closed.area,
      });
      await call("create_task", { title: `${user} runs for exercise`, goal_id: open.goal });
      await call("create_task", { title: `${user} swims for exercise`, goal_id: closed.goal });
    }
    const key = await holder(app, { user_id: "ada", areas: [ada.open.area] });
    const titles = async (caller: Caller) => {
      const { goals, ...ofGoals } = await settled(caller, "list_goals", {
        query: "sports and workouts",
      });
      const { tasks, ...ofTasks } = await settled(caller, "list_tasks", {
        query: "sports and workouts",
      });
      const found = [titlesOf(goals).sort(), titlesOf(tasks).sort()];
      return { found, withheld: [ofGoals["withheld"], ofTasks["withheld"]] };
    };

    const narrow = await titles(key);
    const guest = await titles(app.as("ada"));

    const [run, swim] = ["ada runs for exercise", "ada swims for exercise"];
    assert.deepEqual(narrow, { found: [[run], [run]], withheld: [4, 5] });
    const all = [run, swim, "bob runs for exercise"];
    assert.deepEqual(guest, { found: [all, all], withheld: [undefined, undefined] });
  },
);
