/** Files of every format that cannot be imported, and what is said of them. */
import type { ImportFormat } from "../../src/formats/formats.ts";

/** An export with these parts. */
export const whole = (parts: object) =>
  JSON.stringify({ format: "selfos-export", version: 1, ...parts });
const todo = (...lines: string[]) =>
  ["BEGIN:VCALENDAR", "BEGIN:VTODO", ...lines, "END:VTODO", "END:VCALENDAR"].join("\r\n");
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const deep = nested(50_000);

/** Files that are refused as a whole. */
export const REFUSALS: { when: string; format: ImportFormat; text: string; says: RegExp }[] = [
  { when: "JSON is cut off", format: "json", text: '{"format":"selfos-ex', says: /as it is none/ },
  { when: "JSON is another's", format: "json", text: "[1]", says: /no export of selfos/ },
  {
    when: "a later SelfOS wrote it",
    format: "json",
    text: '{"format":"selfos-export","version":2}',
    says: /of version 2, not 1/,
  },
  {
    when: "a part is unknown",
    format: "json",
    text: whole({ keys: [] }),
    says: /- keys: an export has no such part/,
  },
  {
    when: "a field is unknown",
    format: "json",
    text: whole({ tasks: [{ uid: "a", title: "A", user_id: "bob" }] }),
    says: /- tasks\[0\]: there is no field user_id$/,
  },
  {
    when: "a status is unknown",
    format: "json",
    text: whole({ goals: [{ uid: "a", title: "A" }, { uid: "b", title: "B", status: "odd" }] }),
    says:
      /1 of 2 rows are bad; nothing was imported:\n- goals\[1\]: status must be one of active, completed, .*: got "odd"/,
  },
  {
    when: "several fields are bad",
    format: "json",
    text: whole({
      tasks: [{
        uid: "a",
        title: "A",
        description: "x".repeat(20_001),
        tags: ["a", "b\u0007b"],
        created_at: "today",
      }],
    }),
    says: new RegExp(
      [
        '- tasks\\[0\\]: created_at must be a time such as 2026-11-27T17:00:00Z: got "today"',
        'description must have at most 20000 characters: got "x+…',
        'tags\\[1\\]: it has a control character: got "b.u0007b"$',
      ].join("; "),
    ),
  },
  {
    when: "a part of metadata has too long a name",
    format: "json",
    text: whole({ memories: [{ uid: "a", content: "A", metadata: { ["k".repeat(101)]: 1 } }] }),
    says: /: the name of a part of metadata must have at most 100 characters: got "k/,
  },
  {
    when: "the profile is none",
    format: "json",
    text: whole({ profile: [], tasks: [{ uid: "a", title: "A" }] }),
    says: /1 of 2 rows are bad.*\n- profile: it must be object: got \[\]$/,
  },
  {
    when: "one row has several faults, and others are none",
    format: "json",
    text: whole({
      goals: [1, 2],
      tasks: [{ uid: "a", title: "A", goal: "x", depends_on: ["y", "z"] }],
    }),
    says: /as 3 of 3 rows are bad;.*(\n- goals.*){2}(\n- tasks\[0\].*){3}$/,
  },
  {
    when: "no row can be read",
    format: "csv",
    text: "title,goal\r\na,b,c\r\nd\r\n,Roof\r\n",
    says: /as 3 of 3 rows are bad;/,
  },
  {
    when: "two have one id",
    format: "json",
    text: whole({ tasks: [{ uid: "a", title: "A" }, { uid: "a", title: "B" }] }),
    says: /- tasks\[1\]: uid: tasks\[0\] has it already: got "a"/,
  },
  {
    when: "two areas have one name",
    format: "json",
    text: whole({ life_areas: [{ uid: "a", name: "Home" }, { uid: "b", name: "home" }] }),
    says: /- life_areas\[1\]: name: life_areas\[0\] has it already: "home"/,
  },
  {
    when: "tasks wait for each other",
    format: "json",
    text: whole({
      tasks: [
        ...[{ uid: "a", title: "A", depends_on: ["b"] }, {
          uid: "b",
          title: "B",
          depends_on: ["a"],
        }],
        { uid: "c", title: "C", depends_on: ["a"] },
      ],
    }),
    says: /2 of 3 rows.*\n- tasks\[0\]: depends_on: it waits for itself\n- tasks\[1\]/,
  },
  {
    when: "a goal is below itself",
    format: "json",
    text: whole({ goals: [{ uid: "a", title: "A", parent_goal: "a" }] }),
    says: /parent_goal: it is nested below itself/,
  },
  {
    when: "a link leads nowhere",
    format: "json",
    text: whole({ tasks: [{ uid: "a", title: "A", goal: "x" }] }),
    says: /- tasks\[0\]: goal: there is no goal "x" in the file or here/,
  },
  {
    when: "a day does not exist",
    format: "json",
    text: whole({ tasks: [{ uid: "a", title: "A", due_date: "2026-02-30" }] }),
    says: /- tasks\[0\]: Cannot read due_date as a date: got "2026-02-30"/,
  },
  {
    when: "a rule is none",
    format: "json",
    text: whole({ tasks: [{ uid: "a", title: "A", recurrence: "FREQ=NEVER" }] }),
    says: /- tasks\[0\]: Cannot .*FREQ=NEVER/,
  },
  {
    when: "a text has half a character",
    format: "json",
    text: whole({ tasks: [{ uid: "a", title: "A\ud800" }] }),
    says: /- tasks\[0\]: a text has a null character, or half/,
  },
  {
    when: "metadata is nested without end",
    format: "json",
    text:
      `{"format":"selfos-export","version":1,"memories":[{"uid":"a","content":"A","metadata":{"a":${deep}}}]}`,
    says: /- memories\[0\]: (it is nested too deeply|metadata: it is longer)/,
  },
  {
    when: "a row is nested without end",
    format: "json",
    text: `{"format":"selfos-export","version":1,"tasks":${nested(200_000)}}`,
    says: /- tasks\[0\]: it is no object: got (\[\[\[|what is nested too deeply)/,
  },
  {
    when: "the version is nested without end",
    format: "json",
    text: `{"format":"selfos-export","version":${nested(200_000)}}`,
    says: /of version (\[\[\[|what is nested too deeply)/,
  },
  {
    when: "the zone of the profile is none",
    format: "json",
    text: whole({
      profile: {
        ...{ name: null, email: null, time_zone: "Mars/Base", week_start: 1 },
        ...{ work_start: "09:00", work_end: "17:00", work_days: "1" },
      },
    }),
    says: /- profile: time zone must be an IANA name: got "Mars\/Base"/,
  },
  {
    when: "a table has no titles",
    format: "csv",
    text: "a,b\r\n1,2\r\n",
    says: /no column "title"/,
  },
  {
    when: "two columns have one name",
    format: "csv",
    text: "title,Title \r\na,b\r\n",
    says: /several of its columns have one name: got "title"/,
  },
  {
    when: "quotes do not match",
    format: "csv",
    text: 'title\r\n"a\r\n',
    says: /as CSV: Quote Not Closed/,
  },
  {
    when: "a row is too long",
    format: "csv",
    text: 'title,status\r\n"a\nb",done\r\nc,done,3\r\n',
    says: /- line 4: it has 3 cells under a header of 2/,
  },
  {
    when: "a cell is no date",
    format: "csv",
    text: "title,due_date\r\na,2026-12-01\r\nb,soonish\r\n",
    says: /- line 3: Cannot read due_date as a date: got "soonish"/,
  },
  {
    when: "a cell is no number",
    format: "csv",
    text: "title,estimated_duration\r\na,long\r\n",
    says: /- line 2: estimated_duration must be number: got "long"/,
  },
  {
    when: "a calendar is cut off",
    format: "ics",
    text: "BEGIN:VCALENDAR\r\nX",
    says: /as iCalendar: /,
  },
  { when: "a calendar is none", format: "ics", text: "hello", says: /as iCalendar: / },
  {
    when: "a task has no UID",
    format: "ics",
    text: todo("SUMMARY:A"),
    says: /- line 2: UID: it has none/,
  },
  {
    when: "the day of a task does not exist",
    format: "ics",
    text: todo("UID:1", "SUMMARY:A", "DUE;VALUE=DATE:20260230"),
    says: /- line 2: Cannot read due_date as a date: got "2026-02-30"/,
  },
  {
    when: "a time zone is not known",
    format: "ics",
    text: todo("UID:1", "SUMMARY:A", "DUE;TZID=Mars:20261201T100000"),
    says: /- line 2: DUE: the time zone "Mars" is not known/,
  },
  {
    when: "a line of a memory graph is none",
    format: "memory",
    text: '{"type":"entity","name":"A","entityType":"x","observations":["y"]}\n{"type":"odd"}\n{',
    says: /2 of 3 rows.*\n- line 2: type has the wrong form: got "odd"\n- line 3: it is no JSON: /,
  },
  {
    when: "a type of Todoist is unknown",
    format: "todoist",
    text: "TYPE,CONTENT\r\nproject,A\r\n",
    says: /- line 2: TYPE: it is none of task, section, note: got "project"/,
  },
  {
    when: "a row of Todoist has no type",
    format: "todoist",
    text: "TYPE,CONTENT\r\n,A\r\n,\r\n",
    says: /1 of 1 rows are bad.*\n- line 2: TYPE: it is none of task, section, note: got ""/,
  },
  {
    when: "a box is unknown",
    format: "markdown",
    text: "# A\n\n- [?] B\n",
    says: /- file line 3: status must be one of .*: got "\[\?\]"/,
  },
];
