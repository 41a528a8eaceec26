import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";

onEveryStore("query_data answers rows of the columns that were asked for", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const { goal } = await ada.call("create_goal", { title: "Run", target_date: "2027-05-01" });
  for (const [title, priority] of [["Shoes", "high"], ["Plan", "low"], ["Track", "high"]]) {
    await ada.call("create_task", { title, priority, goal_id: goal.id, estimated_duration: 30 });
  }
  await app.as("bob").call("create_task", { title: "Secret", priority: "high" });

  const answer = await ada.call("query_data", {
    sql: `select priority, count(*) as many, sum(t.estimated_duration), g.title
      from tasks t join goals g on g.id = t.goal_id group by priority order by many desc;`,
  });

  assert.deepEqual(answer, {
    columns: ["priority", "many", "sum(t.estimated_duration)", "title"],
    rows: [["high", 2, 60, "Run"], ["low", 1, 30, "Run"]],
  });
});

Deno.test("its text has a line for every row", async () => {
  await using app = await startApp();
  const client = await app.as("ada").open();

  const { content } = await client.callTool({
    name: "query_data",
    arguments: { sql: "select 'done' as status, 3 as many union all select 'open', null" },
  });

  const text = 'columns: ["status","many"]\n- done · 3\n- open · null';
  assert.deepEqual(content, [{ type: "text", text }]);
});

Deno.test("a day is the person's own, across daylight-saving changes", async () => {
  await using app = await startApp({ zone: "Europe/Berlin" });
  const ada = app.as("ada");
  const instants = [
    ["2026-03-28T22:59:59.999Z", "2026-03-28"],
    ["2026-03-28T23:00:00.000Z", "2026-03-29"],
    ["2026-03-29T21:59:59.999Z", "2026-03-29"],
    ["2026-03-29T22:00:00.000Z", "2026-03-30"],
    ["2026-10-24T22:00:00.000Z", "2026-10-25"],
    ["2026-10-25T22:59:59.999Z", "2026-10-25"],
    ["2026-10-25T23:00:00.000Z", "2026-10-26"],
    ["2026-12-31T23:00:00.000Z", "2027-01-01"],
  ] as const;
  for (const [instant] of instants) {
    app.clock.now = new Date(instant);
    const { task } = await ada.call("create_task", { title: instant });
    await ada.call("complete_task", { task_id: task.id });
  }

  const { rows } = await ada.call("query_data", {
    sql: "select completed_at, created_day, completed_day, today from tasks, me order by id",
  });

  assert.deepEqual(rows, instants.map(([instant, day]) => [instant, day, day, "2027-01-01"]));
});

Deno.test("a due date has the day that it names, whatever its offset", async () => {
  await using app = await startApp({ zone: "America/New_York" });
  const ada = app.as("ada");
  for (const due_date of ["2026-12-01", "2026-12-01T23:30:00", undefined]) {
    await ada.call("create_task", { title: "Task", due_date });
  }

  const { rows } = await ada.call("query_data", { sql: "select due_day from tasks order by id" });

  assert.deepEqual(rows, [["2026-12-01"], ["2026-12-01"], [null]]);
});

Deno.test("values that JSON has no word for are text", async () => {
  await using app = await startApp();

  const { rows } = await app.as("ada").call("query_data", {
    sql: `select 9007199254740991, 9007199254740993, -9223372036854775808, 1e999, -1e999,
      1e999 - 1e999, 0.5, x'00ff', null, true, char(0, 233, 128512)`,
  });

  assert.deepEqual(rows, [[
    ...[9007199254740991, "9007199254740993", "-9223372036854775808", "Infinity", "-Infinity"],
    ...[null, 0.5, "x'00ff'", null, 1, "\0é😀"],
  ]]);
});

Deno.test("rows beyond the limit are left out, which is said", async () => {
  await using app = await startApp();
  const { call } = app.as("ada");
  const sql = "with recursive r (x) as (select 1 union all select x + 1 from r) select x from r";

  const hundred = await call("query_data", { sql });
  const three = await call("query_data", { sql, limit: 3 });
  const all = await call("query_data", { sql: `${sql} limit 3`, limit: 3 });

  assert.equal(hundred["rows"].length, 100);
  assert.match(hundred["truncated"], /only the first 100 rows are here: raise limit/);
  assert.deepEqual(three["rows"], [[1], [2], [3]]);
  assert.match(three["truncated"], /only the first 3 rows/);
  assert.deepEqual(all, { columns: ["x"], rows: [[1], [2], [3]] });
});

Deno.test("what is too large is left out or cut, which is said", async () => {
  await using app = await startApp();
  const { call, refused } = app.as("ada");
  const long = "printf('%.*c', 7000, 'x')";
  const row = `with recursive r (x) as (select 1 union all select x + 1 from r)
    select x, ${long} as text from r`;

  const many = await call("query_data", { sql: row, limit: 1000 });
  const cut = await call("query_data", { sql: "select printf('%.*c', 90000, 'x') as text" });
  const wide = await refused("query_data", { sql: `select ${Array(20).fill(long).join(", ")}` });

  assert.equal(many["rows"].length, 9);
  assert.match(many["truncated"], /only the first 9 rows are here, as more are too large/);
  assert.equal(cut["rows"][0][0].length, 8000);
  assert.match(cut["truncated"], /texts are cut after 8000 characters: use substr\(\)/);
  assert.match(wide, /a row of it is too large\nTry: select fewer columns/);
});

Deno.test("a long text is copied as far as the schema says, with its whole length", async () => {
  await using app = await startApp();
  const { call } = app.as("ada");
  await call("add_memory", { content: "é".repeat(30_000) });

  const { rows } = await call("query_data", {
    sql: "select length(content), content_length, memory_type from memories",
  });

  assert.deepEqual(rows, [[10_000, 30_000, "reflection"]]);
});

const refusals = [
  { when: "there is no statement", args: {}, says: /sql/ },
  { when: "it is blank", args: { sql: "  \n " }, says: /sql/ },
  { when: "limit is 0", args: { sql: "select 1", limit: 0 }, says: /limit/ },
  { when: "limit is 1001", args: { sql: "select 1", limit: 1001 }, says: /limit/ },
  {
    when: "a table is unknown",
    args: { sql: "select * from taks" },
    says: /taks\nTry: read .*tasks/,
  },
  {
    when: "a column is unknown",
    args: { sql: "select titel from tasks" },
    says: /no such column: titel\nTry: .*selfos:\/\/schema/,
  },
  { when: "it is no SQL", args: { sql: "selct 1" }, says: /near "selct": syntax error\nTry: / },
  {
    when: "it writes",
    args: { sql: "delete from tasks" },
    says: /more than read\nTry: send one statement that begins with select/,
  },
];
for (const { when, args, says } of refusals) {
  Deno.test(`query_data refuses when ${when}`, async () => {
    await using app = await startApp();

    const refusal = await app.as("ada").refused("query_data", args);

    assert.match(refusal, /^invalid_input: /);
    assert.match(refusal, says);
  });
}
