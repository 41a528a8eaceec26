import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { contentsFound, remember, settled } from "./memories.ts";

onEveryStore("memory_type leaves other types out, in whatever case", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await remember(
    ada,
    { content: "Saffron rice tastes of hay", memory_type: "reflection" },
    { content: "Saffron costs a fortune", memory_type: "fact" },
    { content: "Never buy saffron again", memory_type: "house rule" },
  );
  await remember(app.as("bob"), { content: "Saffron is Bob's", memory_type: "fact" });

  const ofType = async (memory_type: string) =>
    (await contentsFound(ada, "saffron", { memory_type })).sort();

  assert.deepEqual(await ofType("fact"), ["Saffron costs a fortune"]);
  assert.deepEqual(await ofType("House Rule"), ["Never buy saffron again"]);
  assert.deepEqual(await ofType("event"), []);
});

const DAYS = [
  ...["2025-11-21", "2026-02-28", "2026-03-01", "2026-03-31", "2026-05-31", "2026-06-01"],
  ...["2026-11-07", "2026-11-08", "2026-11-21", "2026-11-22"],
];
const periods = [
  {
    given: { since: "last spring", until: "last spring" },
    finds: DAYS.slice(2, 5),
    resolved: { since: "Sunday 2026-03-01", until: "Sunday 2026-05-31" },
  },
  {
    given: { since: "March 2026", until: "March 2026" },
    finds: DAYS.slice(2, 4),
    resolved: { since: "Sunday 2026-03-01", until: "Tuesday 2026-03-31" },
  },
  {
    given: { since: "past 2 weeks" },
    finds: DAYS.slice(7),
    resolved: { since: "Sunday 2026-11-08" },
  },
  {
    given: { until: "2026-03-01" },
    finds: DAYS.slice(0, 3),
    resolved: { until: "Sunday 2026-03-01" },
  },
  {
    given: { since: "2026-06-01" },
    finds: DAYS.slice(5),
    resolved: { since: "Monday 2026-06-01" },
  },
  {
    given: { since: "yesterday", until: "yesterday" },
    finds: ["2026-11-21"],
    resolved: { since: "Saturday 2026-11-21", until: "Saturday 2026-11-21" },
  },
  {
    given: { until: "last year" },
    finds: ["2025-11-21"],
    resolved: { until: "Wednesday 2025-12-31" },
  },
  {
    given: { since: "today", until: "2026-01-01" },
    finds: [],
    resolved: { since: "Sunday 2026-11-22", until: "Thursday 2026-01-01" },
  },
];
onEveryStore(
  "since and until bound when it happened, and are echoed as understood",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    await remember(ada, ...DAYS.map((day) => ({ content: `${day} it rained`, occurred_at: day })));
    await remember(app.as("bob"), { content: "It rained", occurred_at: "2026-04-01" });

    for (const { given, finds, resolved } of periods) {
      // One query with a word that is there, one by meaning alone.
      for (const query of ["rained", "wet weather"]) {
        const answer = await settled(ada, "search_memory", { query, limit: 50, ...given });

        const days = answer.memories.map(({ content }: { content: string }) =>
          content.slice(0, 10)
        );
        assert.deepEqual(days.sort(), finds, JSON.stringify(given));
        assert.deepEqual(answer.resolved, resolved);
      }
    }
  },
);

onEveryStore("both bounds and a type may be given together", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  for (const occurred_at of ["2026-03-10", "2026-07-10"]) {
    for (const memory_type of ["event", "note"]) {
      await remember(ada, { content: `${memory_type} ${occurred_at}`, occurred_at, memory_type });
    }
  }

  const found = await contentsFound(ada, "what happened", {
    ...{ since: "last spring", until: "last spring", memory_type: "event" },
  });

  assert.deepEqual(found, ["event 2026-03-10"]);
});

/** Each is written when it is such a day in one zone, and another in the other. */
const zones = [
  { zone: "Pacific/Auckland", now: "2026-11-22T11:30:00Z", day: "2026-11-23" },
  { zone: "America/Los_Angeles", now: "2026-11-23T07:30:00Z", day: "2026-11-22" },
];
for (const { zone, now, day } of zones) {
  onEveryStore(
    `without a date, what was remembered counts by the day in ${zone}`,
    async (store) => {
      await using app = await startApp({ store, zone, now });
      const ada = app.as("ada");
      await remember(ada, "The bell rang");
      app.clock.now = new Date(Date.parse(now) + 3 * 24 * 60 * 60_000);
      const [before = "", after = ""] = [-1, 1].map((days) =>
        new Date(Date.parse(day) + days * 24 * 60 * 60_000).toISOString().slice(0, 10)
      );

      const on = async (given: object) => (await contentsFound(ada, "bell", given)).length;

      assert.equal(await on({ since: day, until: day }), 1);
      assert.equal(await on({ until: before }), 0);
      assert.equal(await on({ since: after }), 0);
      assert.equal(await on({ since: before, until: after }), 1);
    },
  );

  onEveryStore(`a moment belongs to its day in ${zone}, a day to itself`, async (store) => {
    await using app = await startApp({ store, zone, now });
    const ada = app.as("ada");
    await remember(
      ada,
      { content: "Bell at the start", occurred_at: "2026-05-05T00:00" },
      { content: "Bell at the end", occurred_at: "2026-05-05T23:59" },
      { content: "Bell of the whole day", occurred_at: "2026-05-05" },
      { content: "Bell just before", occurred_at: "2026-05-04T23:59" },
      { content: "Bell just after", occurred_at: "2026-05-06T00:00" },
    );

    const day = await contentsFound(ada, "bell", { since: "2026-05-05", until: "2026-05-05" });
    const evening = await contentsFound(ada, "bell", {
      ...{ since: "2026-05-05T18:00", until: "2026-05-05T23:59" },
    });

    assert.deepEqual(day.sort(), ["Bell at the end", "Bell at the start", "Bell of the whole day"]);
    assert.deepEqual(evening.sort(), ["Bell at the end", "Bell of the whole day"]);
  });
}

onEveryStore("what happened long ago counts by then, whenever it was remembered", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");
  await remember(ada, { content: "The bell was cast", occurred_at: "1950-06-01" }, "The bell rang");

  const recent = await contentsFound(ada, "bell", { since: "last week" });
  const old = await contentsFound(ada, "bell", { until: "2000" });

  assert.deepEqual([recent, old], [["The bell rang"], ["The bell was cast"]]);
});
