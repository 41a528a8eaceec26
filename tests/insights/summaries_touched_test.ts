import assert from "node:assert/strict";
import { type Caller, onEveryStore, startApp, type StoreKind } from "../harness.ts";
import { plusDays } from "./summary_reference.ts";
import { firstArea, newPerson, takeTimed, timedSteps } from "./summary_steps.ts";
import { isNamed, namedBy, textsOf } from "./summary_texts.ts";
import fc from "../properties.ts";

const RUNS: Record<StoreKind, number> = { sqlite: 20, postgres: 2 };

/** Around the day on which every history begins. */
const NAMES = [
  ...Array.from({ length: 28 }, (_, index) => ({ date: plusDays("2026-10-14", index) })),
  ...["2026-W42", "2026-W43", "2026-W44", "2026-W45", "2026-W46"].map((week) => ({ week })),
];

onEveryStore("every summary that a change gives another text is named with it", async (store) => {
  await using app = await startApp({ store, serves: false });
  let person = 0;
  await fc.assert(
    fc.asyncProperty(
      timedSteps,
      fc.constantFrom("monday", "sunday"),
      async (history, weekStart) => {
        const user_id = `person-${++person}`;
        await newPerson(app, user_id, weekStart);
        const areas = await firstArea(app, user_id);
        let before = await textsOf(app, user_id, areas, NAMES);
        for (const { after, ...step } of history) {
          if (after > 0) {
            app.clock.now = new Date(app.clock.now.getTime() + after * 60_000);
            before = await textsOf(app, user_id, areas, NAMES);
          }

          const named = await namedBy(app, () => takeTimed(app, user_id, step));
          const texts = await textsOf(app, user_id, areas, NAMES);

          const changed = [...texts].filter(([key, text]) => before.get(key) !== text);
          const untold = changed.filter(([key]) => !isNamed(named, user_id, key));
          assert.deepEqual(
            untold.map(([key, text]) => [key, before.get(key), text]),
            [],
            step.tool,
          );
          before = texts;
        }
      },
    ),
    { numRuns: RUNS[store] },
  );
});

onEveryStore("a change names the days and weeks that show it, and no others", async (store) => {
  await using app = await startApp({ store, serves: false });
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Tax", due_date: "2026-12-10" });
  const { task: old } = await ada.call("create_task", { title: "Old", due_date: "2026-11-20" });
  const { memory } = await ada.call("add_memory", { content: "Met", occurred_at: "2026-11-03" });

  const daysBefore = (day: string) => [0, 1, 2, 3, 4, 5, 6, 7].map((days) => plusDays(day, -days));
  const cases: [string, object, string[], string[]][] = [
    ["update_task", { task_id: task.id, description: "Of last year" }, [], []],
    ["update_task", { task_id: task.id, title: "Taxes" }, daysBefore("2026-12-10"), [
      "2026-W49",
      "2026-W50",
    ]],
    [
      "update_task",
      { task_id: old.id, priority: "high" },
      [...daysBefore("2026-11-20"), "2026-11-22"],
      ["2026-W46", "2026-W47"],
    ],
    ["complete_task", { task_id: old.id }, [...daysBefore("2026-11-20"), "2026-11-22"], [
      "2026-W46",
      "2026-W47",
    ]],
    ["update_memory", { memory_id: memory.id, content: "Met Eve" }, ["2026-11-03"], ["2026-W45"]],
    ["add_memory", { content: "Now" }, ["2026-11-22"], ["2026-W47"]],
    ["create_goal", { title: "Any" }, ["*"], ["*"]],
    ["save_life_area", { name: "Any" }, ["*"], ["*"]],
  ];
  for (const [tool, args, days, weeks] of cases) {
    const named = await namedBy(app, () => ada.call(tool, args));

    const uris = named.filter((uri) => /daily|weekly/.test(uri)).sort();
    const wanted = [
      ...days.map((day) => `selfos://users/ada/daily/${day}`),
      ...weeks.map((week) => `selfos://users/ada/weekly/${week}`),
    ].sort();
    assert.deepEqual(uris, wanted, `${tool} ${JSON.stringify(args)}`);
  }
});

onEveryStore(
  "an undo names the days of what it undoes, also where that is nothing",
  async (store) => {
    await using app = await startApp({ store, serves: false });
    const ada = app.as("ada");
    const { task } = await ada.call("create_task", { title: "Tax", due_date: "2026-12-10" });
    const move = async (day: string, due_date: string) => {
      app.clock.now = new Date(`${day}T12:00:00Z`);
      await ada.call("update_task", { task_id: task.id, due_date });
    };
    await move("2026-11-23", "2026-12-20");
    await move("2026-11-26", "2026-12-10");
    app.clock.now = new Date("2026-11-28T12:00:00Z");
    const undo = () => ada.call("undo", { since: "2026-11-23", client: "test" });

    const named = await namedBy(app, undo);

    const uris = named.filter((uri) => uri.includes("daily"));
    assert.deepEqual(uris.sort(), [
      ...["2026-11-23", "2026-11-26"].map((day) => `selfos://users/ada/daily/${day}`),
    ]);
  },
);

Deno.test("a change that shows on more than fifty days names all", async () => {
  await using app = await startApp({ serves: false });
  const tasks = Array.from({ length: 7 }, (_, index) => ({
    title: `Task ${index}`,
    due_date: plusDays("2026-12-01", 8 * index),
  }));

  const named = await namedBy(app, () => app.as("ada").call("create_tasks", { tasks }));

  assert.ok(named.includes("selfos://users/ada/daily/*"));
  assert.ok(named.includes("selfos://users/ada/weekly/2026-W49"));
});

/** Changes that show on days of which their own items say nothing. */
const FAR: Record<string, { change: (ada: Caller, ids: Ids) => Promise<unknown>; days: string[] }> =
  {
    "a new task of a goal of which one was done": {
      change: (ada, { below }) => ada.call("create_task", { title: "More", goal_id: below }),
      days: ["2026-11-02", "2026-11-05"],
    },
    "a task that goes to another goal": {
      change: (ada, { open, other }) => ada.call("update_task", { task_id: open, goal_id: other }),
      days: ["2026-11-02", "2026-11-05", "2026-11-11"],
    },
    "another title of a task that was moved": {
      change: (ada, { moved }) => ada.call("update_task", { task_id: moved, title: "Other" }),
      days: ["2026-11-04", "2026-11-12"],
    },
    "the trash, for what took the place of a memory that took that of another": {
      change: async (ada, { newest, newer }) => {
        await ada.call("forget_memory", { memory_id: newer });
        await ada.call("forget_memory", { memory_id: newest });
      },
      days: ["2026-11-07", "2026-11-13"],
    },
    "an undo of two moves that led nowhere": {
      change: (ada) => ada.call("undo", { since: "2026-11-12", client: "mover" }),
      days: ["2026-11-12", "2026-11-13"],
    },
  };
type Ids = Record<"below" | "open" | "other" | "moved" | "newest" | "newer", number>;

for (const [what, { change, days }] of Object.entries(FAR)) {
  onEveryStore(`a far day is named with ${what}`, async (store) => {
    await using app = await startApp({ store, serves: false });
    const ada = app.as("ada");
    const on = (day: string) => app.clock.now = new Date(`${day}T12:00:00Z`);
    const newId = async (tool: string, args: object): Promise<number> => {
      const { goal, task, memory, life_area } = await ada.call(tool, args);
      return (goal ?? task ?? memory ?? life_area).id;
    };
    const area = await newId("save_life_area", { name: "Home" });
    const goal = await newId("create_goal", { title: "House", life_area_id: area });
    const given = { parent_goal_id: goal, life_area_id: area };
    const below = await newId("create_goal", { title: "Roof", ...given });
    const other = await newId("create_goal", { title: "Garden" });
    on("2026-11-02");
    for (const [day, goal_id] of [["02", goal], ["05", below]] as const) {
      on(`2026-11-${day}`);
      const task_id = await newId("create_task", { title: "Done", goal_id });
      await ada.call("complete_task", { task_id });
    }
    const open = await newId("create_task", { title: "Open", goal_id: below });
    await newId("add_memory", { content: "Of it", task_id: open, occurred_at: "2026-11-11" });
    const moved = await newId("create_task", { title: "Moved", due_date: "2026-12-24" });
    for (
      const [day, due_date] of [["04", "2026-12-30"], ["12", "2027-01-10"], ["13", "2026-12-30"]]
    ) {
      on(`2026-11-${day}`);
      const client = day === "04" ? "test" : "mover";
      await app.as("ada", { client }).call("update_task", { task_id: moved, due_date });
    }
    const oldest = await newId("add_memory", { content: "One", occurred_at: "2026-11-07" });
    const newer = await newId("add_memory", { content: "Two", supersedes: oldest });
    const newest = await newId("add_memory", { content: "Three", supersedes: newer });
    on("2026-11-22");
    const names = Array.from({ length: 30 }, (_, day) => ({ date: plusDays("2026-11-01", day) }));
    const before = await textsOf(app, "ada", [area], names);

    const named = await namedBy(
      app,
      () => change(ada, { below, open, other, moved, newest, newer }),
    );

    const texts = await textsOf(app, "ada", [area], names);
    const changed = [...texts.keys()].filter((key) => before.get(key) !== texts.get(key));
    assert.deepEqual(changed.filter((key) => !isNamed(named, "ada", key)), []);
    const far = new Set(changed.map((key) => key.slice(6, 16)));
    assert.deepEqual(days.filter((day) => !far.has(day)), []);
  });
}
