/** Lives of all kinds, as an export would have them. */
import { GOAL_STATUSES } from "../../src/life/goals/goal.ts";
import { PRIORITIES, TASK_STATUSES } from "../../src/life/tasks/task.ts";
import fc from "../properties.ts";

/** What formats trip over. */
const TRAPS = [
  ...['"', "'", "''=1", "=1+1", "-1", "+", "@x", ",", ";", "\\", "\\n", "\n", "\r\n", "\r", "\t"],
  ...["> q", "# h", "## Tasks", "- [x] t", "<!-- c -->", "<br>", "&#13;", "&amp;", "---", "\u2028"],
  ...[
    "BEGIN:VTODO",
    "END:VCALENDAR",
    "é",
    "e\u0301",
    "日本",
    "🇩🇪",
    "\u0007",
    "﷽",
    "\ufeff",
    "../../x",
    "%2D",
  ],
];

const piece = fc.oneof(fc.constantFrom(...TRAPS), fc.string({ unit: "grapheme", maxLength: 8 }));
const text = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join(" "))
  .filter((text) => !text.includes("\0") && text.isWellFormed());
const line = text.map((text) => text.trim()).filter((text) => text !== "" && text.length <= 300);
const description = fc.option(text);
const tag = line.map((tag) => tag.replace(/\p{Cc}/gu, "").toLowerCase().slice(0, 40).trim())
  .filter((tag) => tag !== "" && tag.isWellFormed() && tag === tag.toLowerCase());
const day = fc.date({
  min: new Date("1990-01-01"),
  max: new Date("2080-01-01"),
  noInvalidDate: true,
})
  .map((date) => date.toISOString().slice(0, 10));
const instant = fc.date({
  min: new Date("1990-01-01"),
  max: new Date("2030-01-01"),
  noInvalidDate: true,
}).map((date) => date.toISOString());
/** A time in UTC: the person's clock shows another. */
const when = fc.oneof(day, instant.map((text) => `${text.slice(0, 19)}Z`));
const minutes = fc.option(fc.integer({ min: 1, max: 1000 }));
const stamps = { created_at: instant, updated_at: instant };

const index = fc.option(fc.nat(100));
const below = (at: number, chosen: number | null, kind: string) =>
  chosen === null || at === 0 ? null : `${kind}-${chosen % at}`;
const among = (count: number, chosen: number | null, kind: string) =>
  chosen === null || count === 0 ? null : `${kind}-${chosen % count}`;

/** The lists of an export. */
export const lives = fc.record({
  areas: fc.uniqueArray(
    line.map((name) => name.slice(0, 90).trim()).filter((name) => name.isWellFormed()),
    {
      maxLength: 3,
      selector: (name) => name.normalize().toLowerCase(),
    },
  ),
  goals: fc.array(
    fc.record({
      ...{ title: line, description, status: fc.constantFrom(...GOAL_STATUSES), ...stamps },
      ...{ target_date: fc.option(when), area: index, parent: index },
    }),
    { maxLength: 5 },
  ),
  tasks: fc.array(
    fc.record({
      ...{ title: line, description, status: fc.constantFrom(...TASK_STATUSES), ...stamps },
      ...{ priority: fc.constantFrom(...PRIORITIES), due_date: fc.option(when) },
      ...{
        estimated_duration: minutes,
        actual_duration: minutes,
        tags: fc.uniqueArray(tag, { maxLength: 3 }),
      },
      ...{ goal: index, parent: index, others: fc.array(fc.nat(100), { maxLength: 3 }) },
      rule: fc.option(fc.constantFrom("FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY;INTERVAL=3")),
    }),
    { maxLength: 8 },
  ),
  memories: fc.array(
    fc.record({
      ...{ content: line, memory_type: tag, occurred_at: fc.option(when), ...stamps },
      metadata: fc.option(
        fc.dictionary(tag, fc.oneof(line, fc.integer(), fc.constant(null)), { maxKeys: 3 }),
      ),
      ...{ goal: index, task: index, older: index },
    }),
    { maxLength: 5 },
  ),
}).map(({ areas, goals, tasks, memories }) => ({
  format: "selfos-export",
  version: 1,
  life_areas: areas.map((name, at) => ({ uid: `area-${at}`, name, weight: at, private: at === 1 })),
  // The later ones come first: what they belong to is told after them.
  goals: goals.map(({ area, parent, ...goal }, at) => ({
    ...goal,
    uid: `goal-${at}`,
    life_area: among(areas.length, area, "area"),
    parent_goal: below(at, parent, "goal"),
  })).reverse(),
  tasks: tasks.map(({ goal, parent, others, rule, ...task }, at) => ({
    ...task,
    uid: `task-${at}`,
    recurrence: rule,
    goal: among(goals.length, goal, "goal"),
    parent_task: below(at, parent, "task"),
    depends_on: at === 0 ? [] : [...new Set(others.map((other) => `task-${other % at}`))],
  })).reverse(),
  memories: memories.map(({ goal, task, older, ...memory }, at) => ({
    ...memory,
    uid: `memory-${at}`,
    goal: among(goals.length, goal, "goal"),
    task: goal === null ? among(tasks.length, task, "task") : null,
    superseded_by: below(at, older, "memory"),
  })).reverse(),
}));
