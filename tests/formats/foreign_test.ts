import assert from "node:assert/strict";
import { startApp } from "../harness.ts";
import { imported } from "./world.ts";

const ZONE = "Europe/Berlin";

Deno.test("memory.json of the MCP memory server becomes memories, once", async () => {
  await using app = await startApp();
  const graph = [
    '{"type":"entity","name":"Ada","entityType":"person","observations":["Ada likes tea","lives in Bern"]}',
    '{"type":"entity","name":"Roof","entityType":"project","observations":[]}',
    '{"type":"relation","from":"Ada","to":"Roof","relationType":"works_on"}',
    '{"type":"entity","name":"Ada","entityType":"person","observations":["Ada likes tea"]}',
  ].join("\n");
  await app.as("ada").call("add_memory", { content: "ada likes  TEA" });

  const done = await imported(app, "ada", "memory", graph);
  const again = await imported(app, "ada", "memory", `${graph}\n`);

  const { memories } = await app.as("ada").call("list_memories");
  const shown = memories.map((
    { content, source, metadata }: Record<string, unknown>,
  ) => [content, source, metadata]);
  assert.deepEqual(shown, [
    ["Ada works on Roof", "memory", { from: "Ada", relation: "works_on", to: "Roof" }],
    ["Roof (project)", "memory", { entity: "Roof", entity_type: "project" }],
    ["Ada: lives in Bern", "memory", { entity: "Ada", entity_type: "person" }],
    ["ada likes  TEA", "client", null],
  ]);
  assert.deepEqual([done.counts.create, done.counts.same, again.change_id], [3, 1, null]);
});

Deno.test("a Todoist project becomes a goal with its tasks, 1 the most urgent", async () => {
  await using app = await startApp({ zone: ZONE });
  const csv = [
    "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE,DURATION,DURATION_UNIT",
    "meta,view_style=list,,,,,,,,,,",
    "task,Call Bob @phone,About the roof,1,1,Ada (1),,2026-12-01,en,Europe/Berlin,30,minute",
    "task,Ask for a price,,4,2,Ada (1),,tomorrow at 5pm,en,Europe/Berlin,,",
    "note,He is away,,,,Ada (1),,,,,,",
    ",,,,,,,,,,,",
    "section,Every week,,,,,,,,,,",
    "task,Sweep,,3,1,Ada (1),,every! monday at 9am,en,Europe/Berlin,,",
    "task,Odd,,9,1,Ada (1),,am dritten Tag,de,Europe/Berlin,,",
  ].join("\r\n");

  const done = await imported(app, "ada", "todoist", csv, { name: "House [2203].csv" });
  app.clock.now = new Date("2026-11-25T12:00:00Z");
  const again = await imported(app, "ada", "todoist", csv, { name: "House [2203].csv" });

  const { tasks } = await app.as("ada").call("list_tasks");
  const shown = Object.fromEntries(
    tasks.map((task: Record<string, unknown>) => [task["title"], task]),
  );
  const { goals: [goal] } = await app.as("ada").call("list_goals");
  assert.equal(goal.title, "House");
  const call = shown["Call Bob"];
  assert.deepEqual(
    [
      call.priority,
      call.due_date,
      call.tags,
      call.description,
      call.estimated_duration,
      call.goal_id,
    ],
    ["urgent", "2026-12-01", ["phone"], "About the roof", 30, goal.id],
  );
  const price = shown["Ask for a price"];
  assert.deepEqual(
    [price.priority, price.due_date, price.parent_task_id, price.description],
    ["low", "2026-11-23T17:00:00+01:00", call.id, "He is away"],
  );
  assert.deepEqual(
    [shown["Sweep"].recurrence, shown["Sweep"].due_date, shown["Sweep"].tags],
    ["FREQ=WEEKLY;BYDAY=MO", "2026-11-23", ["every week"]],
  );
  assert.deepEqual([shown["Odd"].description, shown["Odd"].priority], [
    "Date: am dritten Tag",
    "medium",
  ]);
  assert.deepEqual(done.notes, [
    'line 8: of the DATE "every monday at 9am", "at 9am" is left out.',
    'line 9: the PRIORITY "9" is not known, and left out.',
    'line 9: the DATE "am dritten Tag" is not understood, and kept in the description.',
  ]);
  assert.deepEqual([again.change_id, again.counts.same], [null, 5]);
});

Deno.test("tasks of any calendar are read in their time zones, events are counted", async () => {
  await using app = await startApp({ zone: ZONE });
  const todo = (
    uid: number,
    ...lines: string[]
  ) => ["BEGIN:VTODO", `UID:${uid}`, ...lines, "END:VTODO"];
  const ics = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Other//EN",
    ...["BEGIN:VTIMEZONE", "TZID:Odd Time", "BEGIN:STANDARD", "DTSTART:19700101T000000"],
    ...["TZOFFSETFROM:+0500", "TZOFFSETTO:+0500", "END:STANDARD", "END:VTIMEZONE"],
    ...["BEGIN:VEVENT", "UID:e", "DTSTART:20261201T100000Z", "END:VEVENT"],
    ...todo(1, "SUMMARY:Utc", "DUE:20261201T160000Z", "PRIORITY:1", "CATEGORIES:Home,Post"),
    ...todo(2, "SUMMARY:New", "  York", "DUE;TZID=America/New_York:20261201T100000", "PRIORITY:7"),
    ...todo(3, "SUMMARY:Floating", "DUE:20261201T170000", "STATUS:IN-PROCESS"),
    ...todo(4, "SUMMARY:Day", "DUE;VALUE=DATE:20261201", "STATUS:CANCELLED"),
    ...todo(5, "SUMMARY:Described", "DUE;TZID=Odd Time:20261201T210000", "RELATED-TO:1"),
    ...todo(6, "SUMMARY:Done", "COMPLETED:20261101T120000Z", "STATUS:NOT-KNOWN", "RELATED-TO:gone"),
    ...todo(7, "SUMMARY:Weekly", "DTSTART;VALUE=DATE:20261207", "RRULE:FREQ=WEEKLY;BYDAY=MO"),
    "END:VCALENDAR",
  ].join("\r\n");

  const done = await imported(app, "ada", "ics", ics);

  const { tasks } = await app.as("ada").call("list_tasks");
  const shown = (title: string, ...names: string[]) => {
    const task = tasks.find((task: { title: string }) => task.title === title);
    return names.map((name) => task[name]);
  };
  assert.deepEqual(shown("Utc", "due_date", "priority", "tags"), [
    ...["2026-12-01T17:00:00+01:00", "urgent", ["home", "post"]],
  ]);
  assert.deepEqual(shown("New York", "due_date", "priority"), ["2026-12-01T16:00:00+01:00", "low"]);
  assert.deepEqual(shown("Floating", "due_date", "status"), [
    "2026-12-01T17:00:00+01:00",
    "in_progress",
  ]);
  assert.deepEqual(shown("Day", "due_date", "status"), ["2026-12-01", "cancelled"]);
  assert.deepEqual(shown("Described", "due_date"), ["2026-12-01T17:00:00+01:00"]);
  assert.deepEqual(shown("Done", "status", "completed_at"), [
    "completed",
    "2026-11-01T12:00:00.000Z",
  ]);
  assert.deepEqual(shown("Weekly", "recurrence", "due_date"), [
    "FREQ=WEEKLY;BYDAY=MO",
    "2026-12-07",
  ]);
  assert.equal(shown("Described", "parent_task_id")[0], shown("Utc", "id")[0]);
  assert.deepEqual(done.notes, [
    'line 48: the STATUS "NOT-KNOWN" is not known, and left out.',
    "1 VEVENT left out: only tasks (VTODO) are imported.",
    "Links to what is not imported are left out: 1.",
  ]);
});

Deno.test("a table of a spreadsheet is read as far as its columns are known", async () => {
  await using app = await startApp();
  const csv = "\ufefftitle;status;priority;goal;cost\r\n" +
    '"Two\nlines";done;P1;Roof;3\r\n\'=not a formula;"waiting for";high;roof;4\r\n';
  await app.as("ada").call("create_goal", { title: "Roof" });

  const done = await imported(app, "ada", "csv", csv);
  const again = await imported(app, "ada", "csv", csv);

  const { tasks } = await app.as("ada").call("list_tasks");
  assert.deepEqual(
    tasks.map((
      { title, status, priority, goal_id }: Record<string, unknown>,
    ) => [title, status, priority, goal_id]),
    [["=not a formula", "pending", "high", 1], ["Two\nlines", "completed", "urgent", 1]],
  );
  assert.deepEqual(done.notes, [
    "Unknown columns are left out: cost.",
    'line 4: the status "waiting for" is not known, and left out.',
  ]);
  assert.equal(again.change_id, null);
});

Deno.test("a list of tasks that someone wrote in Markdown is read as a goal", async () => {
  await using app = await startApp();
  const text =
    "# Roof\n\nSo that it is dry.\n\n- [ ] Slates\n  - Due: tomorrow\n  - [x] Measure\n* [/] Gutter\n";

  await imported(app, "ada", "markdown", text, { name: "roof.md" });

  const { goals: [goal] } = await app.as("ada").call("list_goals");
  assert.deepEqual([goal.title, goal.description], ["Roof", "So that it is dry."]);
  const { tasks } = await app.as("ada").call("list_tasks", { goal_id: goal.id });
  const [slates, gutter, measure] = tasks;
  assert.deepEqual([slates.title, slates.due_date], ["Slates", "2026-11-23"]);
  assert.deepEqual([gutter.title, gutter.status], ["Gutter", "in_progress"]);
  assert.deepEqual([measure.status, measure.parent_task_id], ["completed", slates.id]);
});

Deno.test("columns are known however they are written, commas or semicolons between them", async () => {
  await using app = await startApp();
  const files = ["\n Title , STATUS,Goal\nA,done,x\n", '"title";"a, b";status\nB;;done\n'];

  for (const text of files) await imported(app, "ada", "csv", text);
  await imported(app, "ada", "todoist", "Type;Content;Priority\ntask;C;1\n", { name: "inbox.csv" });

  const { tasks } = await app.as("ada").call("list_tasks");
  assert.deepEqual(
    tasks.map(({ title, status, priority }: Record<string, string>) => [title, status, priority])
      .sort(),
    [["A", "completed", "medium"], ["B", "completed", "medium"], ["C", "pending", "urgent"]],
  );
});

Deno.test("what of a folder of notes is no item is told, file by file", async () => {
  await using app = await startApp();
  const files = new Map([
    ["README.md", "# About\n\nThese notes.\n"],
    ["deep/Plain.MD", "Only text.\n"],
    ["front.md", "---\ntitle: [broken\n---\nText\n- [ ] Task\n"],
    ["list.csv", "title\nA\n"],
    ["memories.md", "# Memories\nLoose\n\n## fact\nKept\n"],
    ["tasks.md", "# Tasks\n- Due: tomorrow\n\n## Later\nLost\n- [ ] Other\n"],
    ["void.md", ""],
  ]);

  const done = await imported(app, "ada", "markdown", files);

  assert.deepEqual(done.created, [
    ...['goal "About"', 'task "Task"', 'task "Other"', 'memory "Kept"'],
  ]);
  const lost = "is left out, as it belongs to no item.";
  assert.deepEqual(done.notes, [
    "deep/Plain.MD is left out, as it has no heading and no task.",
    `front.md line 1: the text above the first heading or task ${lost}`,
    "list.csv is left out, as it is no .md file.",
    `memories.md line 1: the text below "Memories" ${lost}`,
    `tasks.md line 1: the text below "Tasks" ${lost}`,
    'tasks.md line 4: "Later" is left out, as it is no part of an export.',
    "void.md is left out, as it has no heading and no task.",
  ]);
});

Deno.test("a table among projects of Todoist that is none of them is told", async () => {
  await using app = await startApp();
  const files = new Map([["costs.csv", "what,cost\nA,1\n"], [
    "inbox.csv",
    "TYPE,CONTENT\ntask,B\n",
  ]]);

  const done = await imported(app, "ada", "todoist", files);

  assert.deepEqual(done.created, ['task "B"']);
  assert.deepEqual(done.notes, [
    "costs.csv line 1: nothing is read, as it has not both the columns TYPE and CONTENT.",
  ]);
});
