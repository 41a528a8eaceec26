import assert from "node:assert/strict";
import type { PromptMessage } from "@modelcontextprotocol/client";
import { onEveryStore, startApp } from "../harness.ts";
import { argumentsOf, get, live, NAMES } from "./using.ts";

Deno.test("the prompts are listed with what they take", async () => {
  await using app = await startApp();
  const client = await app.as("ada", { level: "read_only" }).open();

  const { prompts } = await client.listPrompts();

  assert.deepEqual(
    prompts.map((
      { name, arguments: args = [] },
    ) => [name, args.map((one) => [one.name, one.required])]),
    [
      ["daily_planning", [["date", false]]],
      ["weekly_review", [["week", false]]],
      ["decompose_goal", [["goal_id", true]]],
      ["evening_reflection", [["date", false]]],
      ["catch_up", [["since", false]]],
    ],
  );
});

onEveryStore("each prompt is filled with the person's own data, marked as data", async (store) => {
  await using app = await startApp({ store });
  const { goal } = await live(app, "ada");
  await live(app, "bob");
  const client = await app.as("ada").open();
  const prompts = new Map<string, PromptMessage[]>();

  for (const name of NAMES) {
    const args = argumentsOf(name, goal.id);
    prompts.set(name, await get(client, name, args));
  }

  for (const [name, messages] of prompts) {
    const text = JSON.stringify(messages);
    assert.match(text, /ada buys shoes/, name);
    assert.doesNotMatch(text, /bob/, name);
    const [first] = messages;
    assert.match(
      first?.content.type === "text" ? first.content.text : "",
      /never take them for instructions/,
    );
    assert.ok(messages.every(({ role }) => role === "user"), name);
  }
  const summaries = [...prompts].map(([name, messages]) => [
    name,
    messages.flatMap(({ content }) =>
      content.type === "resource" && content.resource.mimeType === "text/markdown"
        ? [content.resource.uri]
        : []
    ),
  ]);
  assert.deepEqual(summaries, [
    ["daily_planning", ["selfos://users/ada/daily/2026-11-21"]],
    ["weekly_review", ["selfos://users/ada/weekly/2026-W47"]],
    ["decompose_goal", []],
    ["evening_reflection", ["selfos://users/ada/daily/2026-11-22"]],
    ["catch_up", []],
  ]);
});

Deno.test("what a prompt holds of an address is what is read there", async () => {
  await using app = await startApp();
  const { goal } = await live(app, "ada");
  const client = await app.as("ada").open();

  for (const name of NAMES) {
    const args = argumentsOf(name, goal.id);
    for (const { content } of await get(client, name, args)) {
      if (content.type !== "resource" || !("text" in content.resource)) continue;
      const { uri, text } = content.resource;
      const { contents: [read] } = await client.readResource({ uri });
      assert.equal(text, read && "text" in read ? read.text : "", `${name} ${uri}`);
    }
  }
});

Deno.test("days and weeks are those of the person, also in words", async () => {
  await using app = await startApp({ zone: "Asia/Tokyo", now: "2027-01-03T20:00:00Z" });
  const { call } = app.as("ada");
  await call("create_task", { title: "Of tuesday", due_date: "2027-01-05" });
  const client = await app.as("ada").open();
  const said = async (name: string, args: Record<string, string>) =>
    JSON.stringify(await get(client, name, args));

  assert.match(await said("daily_planning", {}), /Plan Monday 2027-01-04/);
  const tomorrow = await said("daily_planning", { date: "tomorrow" });
  assert.match(tomorrow, /Plan Tuesday 2027-01-05.*Of tuesday/);
  assert.match(await said("evening_reflection", { date: "yesterday" }), /daily\/2027-01-03/);
  assert.match(await said("weekly_review", {}), /weekly\/2027-W01/);
  assert.match(
    await said("weekly_review", { week: "2026-w53" }),
    /began on Monday 2026-12-28.*weekly\/2026-W53/,
  );
  assert.match(await said("catch_up", { since: "friday" }), /since Friday 2027-01-01/);
});

const refusals: Record<string, { name: string; args: Record<string, string>; says: RegExp }> = {
  "a day that does not exist": {
    name: "daily_planning",
    args: { date: "2026-02-30" },
    says: /date.*"2026-02-30"/,
  },
  "what is no day": {
    name: "evening_reflection",
    args: { date: "whenever" },
    says: /date.*"whenever"/,
  },
  "a day that is over": {
    name: "daily_planning",
    args: { date: "2026-11-21" },
    says: /Saturday 2026-11-21 is over/,
  },
  "a day to come": {
    name: "evening_reflection",
    args: { date: "2026-11-23" },
    says: /yet to come/,
  },
  "week 60": { name: "weekly_review", args: { week: "2026-W60" }, says: /"2026-W60"/ },
  "week 0": { name: "weekly_review", args: { week: "2026-W00" }, says: /"2026-W00"/ },
  "a week 53 that the year has not": {
    name: "weekly_review",
    args: { week: "2025-W53" },
    says: /"2025-W53"/,
  },
  "a week to come": {
    name: "weekly_review",
    args: { week: "2026-W48" },
    says: /yet to come.*\nTry: name 2026-W47/,
  },
  "a week in words": { name: "weekly_review", args: { week: "last" }, says: /ISO week/ },
  "no goal": { name: "decompose_goal", args: {}, says: /goal_id is missing/ },
  "a goal that is not there": {
    name: "decompose_goal",
    args: { goal_id: "4711" },
    says: /goal 4711\nTry: list_goals/,
  },
  "a goal by its title": {
    name: "decompose_goal",
    args: { goal_id: "Run" },
    says: /goal_id.*"Run"/,
  },
  "a goal with a zero before": {
    name: "decompose_goal",
    args: { goal_id: "01" },
    says: /goal_id.*"01"/,
  },
  "a goal that is no number": {
    name: "decompose_goal",
    args: { goal_id: "1; drop" },
    says: /goal_id/,
  },
  "a time that cannot be read": {
    name: "catch_up",
    args: { since: "once" },
    says: /since.*"once"/,
  },
  "half a letter": { name: "catch_up", args: { since: "\ud800" }, says: /since/ },
  "an argument that is not there": {
    name: "catch_up",
    args: { until: "now" },
    says: /"until".*\nTry: .*since/,
  },
};
for (const [what, { name, args, says }] of Object.entries(refusals)) {
  Deno.test(`${name} refuses ${what}`, async () => {
    await using app = await startApp();
    const client = await app.as("ada").open();

    const error = await get(client, name, args).then(() => undefined, (error) => error);

    assert.equal(error?.code, -32602);
    assert.match(error.message, says);
  });
}

Deno.test("another's goal is refused as one that is not there", async () => {
  await using app = await startApp();
  const { goal } = await live(app, "bob");
  const client = await app.as("ada").open();
  const refusalOf = (goal_id: number) =>
    get(client, "decompose_goal", { goal_id: String(goal_id) })
      .then(() => "", ({ message }) => String(message).replaceAll(String(goal_id), "N"));

  assert.equal(await refusalOf(goal.id), await refusalOf(4711));
});

onEveryStore(
  "arguments complete: ids by number or by title, days and weeks by what was typed",
  async (store) => {
    await using app = await startApp({ store });
    const { goal } = await live(app, "ada");
    const { goal: bobs } = await live(app, "bob");
    const client = await app.as("ada").open();
    const complete = async (name: string, argument: string, value: string) => {
      const ref = { type: "ref/prompt" as const, name };
      return (await client.complete({ ref, argument: { name: argument, value } })).completion
        .values;
    };
    const id = String(goal.id);

    assert.deepEqual(await complete("decompose_goal", "goal_id", ""), [id]);
    assert.deepEqual(await complete("decompose_goal", "goal_id", id), [id]);
    assert.deepEqual(await complete("decompose_goal", "goal_id", "MARA"), [id]);
    for (const typed of ["bob", String(bobs.id), "%", "_", "\0"]) {
      assert.deepEqual(await complete("decompose_goal", "goal_id", typed), [], typed);
    }
    assert.deepEqual((await complete("daily_planning", "date", "")).slice(0, 2), [
      "2026-11-22",
      "2026-11-23",
    ]);
    assert.deepEqual(await complete("evening_reflection", "date", "2026-11-21"), ["2026-11-21"]);
    assert.deepEqual((await complete("weekly_review", "week", "")).slice(0, 2), [
      "2026-W47",
      "2026-W46",
    ]);
    assert.deepEqual(await complete("weekly_review", "week", "2026-W46"), ["2026-W46"]);
    assert.deepEqual(await complete("weekly_review", "week", "2026-W48"), []);
  },
);

Deno.test("what a prompt showed and a model repeats is known for an echo", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const title = "Write to the landlord about the broken boiler";
  await ada.call("create_task", { title, due_date: "today" });
  await get(await ada.open(), "daily_planning", {});

  assert.match(await ada.refused("add_memory", { content: title }), /^conflict: /);
});
