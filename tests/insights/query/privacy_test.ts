import assert from "node:assert/strict";
import { type Caller, onEveryStore, startApp, type TestApp } from "../../harness.ts";
import { furnish, holder, share, unshare } from "../../household.ts";

const TABLES = ["life_areas", "goals", "tasks", "task_tags", "task_dependencies", "memories", "me"];

/** All that somebody can read. */
async function everything({ call }: Caller): Promise<string> {
  const answers = [];
  for (const table of TABLES) {
    answers.push(await call("query_data", { sql: `select * from ${table}`, limit: 1000 }));
  }
  return JSON.stringify(answers);
}

async function titles({ call }: Caller, where = "1 = 1"): Promise<string[]> {
  const sql = `select title from goals where ${where} union all
    select title from tasks where ${where} union all
    select content from memories where ${where} order by 1`;
  const { rows } = await call("query_data", { sql, limit: 1000 });
  return rows.flat();
}

/** Two furnished lives, of which nothing is shared. */
async function lives(store: "sqlite" | "postgres") {
  const app = await startApp({ store });
  const [ada, bob] = [await furnish(app, "ada"), await furnish(app, "bob")];
  return { app, ada, bob, [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
}

onEveryStore(
  "a statement sees all of one's own life, and nothing of a neighbour's",
  async (store) => {
    await using world = await lives(store);
    const { app } = world;

    const seen = await everything(app.as("ada"));

    assert.doesNotMatch(seen, /bob/);
    assert.match(seen, /ada open, below/);
    assert.match(seen, /ada secret, about nothing/);
  },
);

onEveryStore(
  "with a narrow key it sees these areas alone, and how much is withheld",
  async (store) => {
    await using world = await lives(store);
    const { app, ada } = world;
    const key = await holder(app, { user_id: "ada", level: "read_only", areas: [ada.open.area] });

    const seen = await everything(key);

    assert.doesNotMatch(seen, /bob|secret/);
    assert.deepEqual(await titles(key), ["ada open", "ada open", "ada open", "ada open, below"]);
    const { withheld } = await key.call("query_data", { sql: "select 1" });
    const { withheld: counted } = await key.call("query_user_stats");
    assert.ok(withheld > 0);
    assert.equal(withheld, counted);
  },
);

onEveryStore("no link leads to what is not seen, also once it is moved there", async (store) => {
  await using world = await lives(store);
  const { app, ada, bob } = world;
  const narrow = await holder(app, { user_id: "ada", level: "read_only", areas: [ada.open.area] });
  await share(app, "bob", bob.open.area, "ada", "reader");
  const links = `select parent_goal_id as up, 'goals' as list from goals union all
    select parent_task_id, 'tasks' from tasks union all select goal_id, 'goals' from memories union all
    select task_id, 'tasks' from memories union all select depends_on_id, 'tasks' from task_dependencies`;
  const loose = `select up, list from (${links}) where up is not null and
    case list when 'goals' then up not in (select id from goals)
      else up not in (select id from tasks) end`;
  for (const caller of [narrow, app.as("ada")]) {
    assert.deepEqual((await caller.call("query_data", { sql: loose })).rows, []);
  }

  const owner = app.as("ada");
  const { task } = await owner.call("create_task", {
    ...{ title: "ada open, below a task", goal_id: ada.open.goal, parent_task_id: ada.open.task },
  });
  const parent = `select parent_task_id from tasks where id = ${task.id}`;
  assert.deepEqual((await narrow.call("query_data", { sql: parent })).rows, [[ada.open.task]]);
  await owner.call("delete_goal", { goal_id: ada.closed.goal });

  assert.deepEqual((await narrow.call("query_data", { sql: loose })).rows, []);
});

onEveryStore("it sees what others share, whose it is, and not a moment longer", async (store) => {
  await using world = await lives(store);
  const { app, bob } = world;
  const ada = app.as("ada");
  await titles(ada);

  await share(app, "bob", bob.open.area, "ada", "reader");
  const shared = await titles(ada, "owner is not null");
  const { rows: owners } = await ada.call("query_data", {
    sql: "select distinct owner from tasks order by 1",
  });
  const all = await everything(ada);
  await unshare(app, "bob", bob.open.area, "ada");
  const after = await everything(ada);

  assert.deepEqual(shared, ["bob open", "bob open", "bob open", "bob open, below"]);
  assert.deepEqual(owners, [[null], ["bob"]]);
  assert.doesNotMatch(all, /bob secret/);
  assert.doesNotMatch(after, /bob/);
});

onEveryStore(
  "two who ask at once, each with several statements, see each their own",
  async (store) => {
    await using world = await lives(store);
    const { app, ada } = world;
    const narrow = await holder(app, { user_id: "ada", areas: [ada.open.area] });
    const asking: readonly (readonly [Caller, RegExp])[] = [
      [app.as("ada"), /^ada/],
      [app.as("bob"), /^bob/],
      [narrow, /^ada open/],
    ];

    const answers = await Promise.all(
      Array.from({ length: 4 }, () => asking).flat()
        .map(async ([caller, own]) => ({ own, seen: await titles(caller) })),
    );

    for (const { own, seen } of answers) {
      assert.ok(seen.length > 0);
      for (const title of seen) assert.match(title, own);
    }
  },
);

Deno.test("more people than there are copies are all answered, with what is theirs", async () => {
  await using app = await startApp();
  const people = ["ada", "bob", "cleo", "dan", "eve", "fay"];
  for (const user of people.slice(2)) await addPerson(app, user);
  for (const user of people) await app.as(user).call("create_task", { title: `of ${user}` });

  const rounds = await Promise.all([...people, ...people].map((user) => titles(app.as(user))));

  assert.deepEqual(rounds, [...people, ...people].map((user) => [`of ${user}`]));
});

async function addPerson({ app }: TestApp, user_id: string): Promise<void> {
  const actor = { user_id, principal: "local", client: "test", tool: "users create" };
  await app.life.users.create({ ...actor, operator: true }, {});
}
