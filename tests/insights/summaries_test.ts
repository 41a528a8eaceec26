import assert from "node:assert/strict";
import { summaryMarkdown } from "../../src/insights/summaries/markdown.ts";
import { summarize } from "../../src/insights/summaries/summary.ts";
import { furnish, share } from "../household.ts";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import { livelyLife } from "./lively_life.ts";

onEveryStore(
  "a day reads as a person would tell it, each line with the id of its row",
  async (store) => {
    await using app = await livelyLife(store);

    const text = await daily(app, "2026-11-19");

    assert.equal(text, await Deno.readTextFile(new URL("daily.txt", import.meta.url)));
  },
);

onEveryStore(
  "a week reads as a person would tell it, with the days of its lines",
  async (store) => {
    await using app = await livelyLife(store);

    const text = await weekly(app, "2026-W47");

    assert.equal(text, await Deno.readTextFile(new URL("weekly.txt", import.meta.url)));
  },
);

const emptySpans = [
  { name: "daily", when: "2026-11-22", says: "# Sunday 22 November 2026\n\nNothing today.\n" },
  { name: "daily", when: "1900-01-01", says: "# Monday 1 January 1900\n\nNothing on this day.\n" },
  {
    name: "weekly",
    when: "2026-W53",
    says: "# Week 53 of 2026\n\nMonday 28 December 2026 to Sunday 3 January 2027\n\n" +
      "Nothing in this week.\n",
  },
  {
    name: "weekly",
    when: "2026-W47",
    says: "# Week 47 of 2026\n\nMonday 16 to Sunday 22 November 2026\n\nNothing this week.\n\n" +
      "No backup of this life is proven yet.\n",
  },
] as const;
for (const { name, when, says } of emptySpans) {
  Deno.test(`${name} ${when} of a life without rows says so in a line`, async () => {
    await using app = await startApp();
    await app.as("bob").call("create_task", { title: "Secret", due_date: "2026-11-22" });

    assert.equal(await (name === "daily" ? daily : weekly)(app, when), says);
  });
}

onEveryStore("long lists are cut, and their counts are exact", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  const tasks = Array.from(
    { length: 33 },
    (_, index) => ({ title: `Task ${index}`, due_date: "2026-11-20" }),
  );
  await ada.call("create_tasks", { tasks });

  const text = await daily(app, "2026-11-22");

  assert.match(text, /^33 overdue\.$/m);
  assert.equal(text.match(/^- #/gm)?.length, 20);
  assert.match(text, /- #20 Task 19 · Fri 20 Nov\n- and 13 more\n/);
});

onEveryStore("what is overdue goes by the day, not by the time of day", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await ada.call("create_task", { title: "Call", due_date: "2026-11-22T08:00:00Z" });
  await ada.call("create_task", { title: "Late", due_date: "2026-11-21T23:59:00Z" });

  const early = await daily(app, "2026-11-22");
  app.clock.now = new Date("2026-11-22T23:59:59Z");
  const late = await daily(app, "2026-11-22");
  app.clock.now = new Date("2026-11-23T00:00:00Z");
  const next = await daily(app, "2026-11-23");

  assert.equal(early, late);
  assert.match(early, /1 overdue, 1 still due/);
  assert.match(next, /2 overdue/);
});

onEveryStore(
  "what was undone was never moved, and who moves house moves no task",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const moved = async () => {
      const { moved: { rows } } = await summarize(
        ...[app.app.db, { user_id: "ada" }, { date: "2026-11-22" }, app.clock.now] as const,
      );
      return rows.map(({ from, to }) => [from, to]);
    };
    const { task } = await ada.call("create_task", {
      title: "Call",
      due_date: "2026-11-24T08:00:00Z",
    });
    const to = (due_date: string | null) => ada.call("update_task", { task_id: task.id, due_date });

    const { change_id } = await to("2026-11-25");
    const once = await moved();
    const { change_id: undo } = await ada.call("undo", { change_id });
    const never = await moved();
    await ada.call("undo", { change_id: undo });
    const again = await moved();
    await to("2026-11-26");
    const twice = await moved();
    await to("2026-11-24T08:00:00Z");
    const back = await moved();
    await app.app.life.users.update(
      { user_id: "ada", principal: "local", client: "selfos", tool: "users update" },
      { time_zone: "Asia/Tokyo" },
    );

    assert.deepEqual(once, [["2026-11-24T08:00:00+00:00", "2026-11-25"]]);
    assert.deepEqual([never, again], [[], once]);
    assert.deepEqual(twice, [["2026-11-24T08:00:00+00:00", "2026-11-26"]]);
    assert.deepEqual([back, await moved()], [[], []]);
  },
);

onEveryStore(
  "a key that is narrowed to a life area reads of no other, and how much it misses",
  async (store) => {
    await using app = await startApp({ store });
    const { open, closed } = await furnish(app, "ada");
    await furnish(app, "bob");
    const ada = app.as("ada");
    for (const { task, goal } of [closed, open]) {
      await ada.call("update_task", { task_id: task, due_date: "2026-11-26" });
      await ada.call("complete_task", { task_id: task, actual_duration: 30 });
      await ada.call("update_goal", { goal_id: goal, status: "completed" });
    }

    const text = await daily(app, "2026-11-22", [open.area]);
    const whole = await daily(app, "2026-11-22");

    assert.match(whole, /secret/);
    assert.doesNotMatch(text, /secret|bob/);
    assert.match(text, /^1 task done, 1 goal reached, 1 moved, 1 memory\.$/m);
    assert.match(text, /\| #\d+ ada open \| 1 \| 30 min \| 100% \| 100% \|/);
    assert.match(text, /^\d+ items withheld, as this key sees only some life areas\.$/m);
  },
);

onEveryStore("what others share with a person is in none of their summaries", async (store) => {
  await using app = await startApp({ store });
  const { open } = await furnish(app, "bob");
  await share(app, "bob", open.area, "ada", "editor");
  await app.as("ada").call("complete_task", { task_id: open.task });

  assert.match(await daily(app, "2026-11-22"), /Nothing today/);
  assert.match(await summaryOf(app, { date: "2026-11-22" }, { user_id: "bob" }), /1 task done/);
});

Deno.test("a person's text cannot break out of its line", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const nasty =
    "# A | b\n## `c` <b>[d](javascript:e)</b> *f* _g_ h_i ![j](k) \\ &lt; ~~l~~ \u202eabc\u2028- m";
  const { life_area } = await ada.call("save_life_area", { name: nasty.slice(0, 60) });
  const { goal } = await ada.call("create_goal", { title: nasty, life_area_id: life_area.id });
  const { task } = await ada.call("create_task", { title: nasty, goal_id: goal.id });
  await ada.call("create_task", { title: "\u202e\u200f", due_date: "2026-11-22" });
  await ada.call("complete_task", { task_id: task.id });
  await ada.call("update_goal", { goal_id: goal.id, status: "completed" });
  await ada.call("add_memory", { content: `${nasty}\n\n# ${nasty}`, memory_type: "a\nb|c" });

  const text = await daily(app, "2026-11-22");

  const shown =
    "# A \\| b ## \\`c\\` \\<b\\>\\[d\\](javascript:e)\\</b\\> \\*f\\* \\_g\\_ h_i !\\[j\\](k) " +
    "\\\\ \\&lt; \\~\\~l\\~\\~ abc - m";
  assert.ok(text.includes(`- #1 ${shown} · 12:00 · goal #1\n`), text);
  assert.ok(text.includes(`- #1 ${shown} # ${shown} · a b\\|c\n`), text);
  assert.match(text, /- #2 \(blank\)\n/);
  assert.deepEqual(text.match(/^#.*$/gm), [
    ...["# Sunday 22 November 2026", "## Done", "## Goals reached", "## Still due today"],
    ...["## Memories", "## Goals", "## Balance"],
  ]);
  assert.equal(
    text.split("\n").find((line) => line.startsWith("| #"))?.match(/(?<!\\)\|/g)?.length,
    6,
  );
});

async function daily(app: TestApp, date: string, areas?: readonly number[]): Promise<string> {
  return await summaryOf(app, { date }, { user_id: "ada", areas });
}

async function weekly(app: TestApp, week: string): Promise<string> {
  return await summaryOf(app, { week }, { user_id: "ada" });
}

async function summaryOf(
  { app: { db }, clock }: TestApp,
  ...[named, viewer]: [Parameters<typeof summarize>[2], Parameters<typeof summarize>[1]]
): Promise<string> {
  return summaryMarkdown(await summarize(db, viewer, named, clock.now));
}
