import assert from "node:assert/strict";
import fc from "fast-check";
import { summaryMarkdown } from "../../src/insights/summaries/markdown.ts";
import { type Named, summarize } from "../../src/insights/summaries/summary.ts";
import type { Touched } from "../../src/insights/summaries/touched.ts";
import { silentExchange } from "../../src/mcp/exchange.ts";
import { onEveryStore, startApp, type StoreKind, type TestApp } from "../harness.ts";
import { plusDays } from "./summary_reference.ts";
import { firstArea, newPerson, takeTimed, timedSteps } from "./summary_steps.ts";

const RUNS: Record<StoreKind, number> = { sqlite: 12, postgres: 2 };

/** Days around the one on which every history begins. */
const DAYS = Array.from({ length: 32 }, (_, index) => plusDays("2026-10-14", index));
const WEEKS = ["2026-W41", "2026-W42", "2026-W43", "2026-W44", "2026-W45", "2026-W46", "2026-W47"];

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
        let before = await textsOf(app, user_id, areas);
        for (const { after, ...step } of history) {
          if (after > 0) {
            app.clock.now = new Date(app.clock.now.getTime() + after * 60_000);
            before = await textsOf(app, user_id, areas);
          }

          const named = await namedBy(app, () => takeTimed(app, user_id, step));
          const texts = await textsOf(app, user_id, areas);

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

/** What the resources say is touched by the changes that some work makes. */
async function namedBy({ app, clock }: TestApp, work: () => Promise<unknown>): Promise<string[]> {
  const changes: Touched[] = [];
  const end = app.events.listen((change) => changes.push(change));
  await work();
  end();
  const { engine: { registry, contextOf } } = app;
  const named: string[] = [];
  for (const change of changes) {
    const { user_id } = change;
    const context = contextOf({
      ...silentExchange("test", new AbortController().signal),
      principal: { user_id, level: "read_only", id: "events" },
      ...{ user_id, tool: "events" },
    });
    named.push(...await registry.resources.touchedBy(change, { ...context, now: clock.now }));
  }
  return named;
}

/** The text of each summary, for who sees all of the life and who sees a part. */
async function textsOf({ app: { db }, clock: { now } }: TestApp, user_id: string, areas: number[]) {
  const texts = new Map<string, string>();
  const names: Named[] = [...DAYS.map((date) => ({ date })), ...WEEKS.map((week) => ({ week }))];
  for (const viewer of [{ user_id }, { user_id, areas }]) {
    for (const name of names) {
      const text = summaryMarkdown(await summarize(db, viewer, name, now));
      const path = "date" in name ? `daily/${name.date}` : `weekly/${name.week}`;
      texts.set(`${path} ${"areas" in viewer ? "in part" : "whole"}`, text);
    }
  }
  return texts;
}

function isNamed(named: readonly string[], user_id: string, key: string): boolean {
  const [path = ""] = key.split(" ");
  const [kind] = path.split("/");
  return [path, `${kind}/*`].some((one) => named.includes(`selfos://users/${user_id}/${one}`));
}
