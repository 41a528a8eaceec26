/** Whoever follows a profile, a day or a goal's context is told of what changes it, in both eras. */
import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { NewDays } from "../../src/app/new_days.ts";
import { tellOfDay } from "../../src/mcp/subscriptions.ts";
import { type Caller, startApp } from "../harness.ts";
import { until } from "../until.ts";

/** Longer than changes are gathered for. */
const SETTLED_MS = 250;

const eras = [
  {
    era: "2025",
    options: {},
    subscribe: async (client: Client, uris: string[]) => {
      for (const uri of uris) await client.subscribeResource({ uri });
    },
  },
  {
    era: "2026",
    options: { revision: "2026-07-28" },
    subscribe: async (client: Client, uris: string[]) => {
      const { honoredFilter } = await client.listen({ resourceSubscriptions: uris });
      assert.deepEqual(honoredFilter.resourceSubscriptions, uris);
    },
  },
] as const;

for (const { era, options, subscribe } of eras) {
  Deno.test(`profile, today and contexts are told of, each of its own changes, as of ${era}`, async () => {
    await using app = await startApp();
    const ada = app.as("ada");
    const { goal } = await ada.call("create_goal", { title: "Run" });
    const { goal: other } = await ada.call("create_goal", { title: "Read" });
    const { goal: bobs } = await app.as("bob").call("create_goal", { title: "Secret" });
    const client = await app.as("ada", { ...options, client: "listener" }).open();
    const told = hear(client);
    const [today, profile] = ["selfos://users/me/today", "selfos://users/ada/profile"];
    const context = `selfos://goals/${goal.id}/context`;
    await subscribe(client, [today, profile, context]);
    const tells = async (make: () => Promise<unknown>, expected: string[]) => {
      await make();
      await until(() => told.length >= expected.length);
      await settled();
      assert.deepEqual(told.splice(0).sort(), [...expected].sort());
    };

    await tells(
      () => ada.call("create_task", { title: "Shoes", goal_id: goal.id }),
      [today, profile, context],
    );
    await tells(() => ada.call("update_goal", { goal_id: other.id, title: "Write" }), [
      today,
      profile,
    ]);
    await tells(() => ada.call("add_memory", { content: "It rained" }), [today]);
    await tells(() => ada.call("update_preferences", { name: "Ada" }), [today, profile]);
    await tells(() => ada.call("undo", { last: true }), [today, profile]);
    await tells(
      () => app.as("bob").call("update_goal", { goal_id: bobs.id, title: "Secret 2" }),
      [],
    );
  });

  Deno.test(`a day that begins is told to who follows it, and to nobody before, as of ${era}`, async () => {
    await using app = await startApp({ zone: "Europe/Berlin", now: "2026-11-22T22:59:00Z" });
    const { app: { db, engine }, clock } = app;
    const days = new NewDays({
      ...{ db, people: () => engine.subscriptions.people, now: () => clock.now },
      tell: (begun) => tellOfDay(engine, begun),
    });
    const client = await app.as("ada", { ...options, client: "listener" }).open();
    const told = hear(client);
    const named = (name: string) => `selfos://users/me/${name}`;
    const changing = [
      ...["daily/2026-11-22", "daily/2026-11-23", "daily/2026-11-24", "profile", "today"],
      "weekly/2026-W48",
    ].map(named);
    await subscribe(client, [...changing, named("daily/2026-11-25")]);
    await days.look();
    await days.look();
    await settled();
    assert.deepEqual(told, []);

    clock.now = new Date("2026-11-23T23:00:00Z");
    await days.look();
    await days.look();
    await settled();

    assert.deepEqual(told.sort(), changing);
  });

  Deno.test(`nobody follows the day, profile or goal of another, as of ${era}`, async () => {
    await using app = await startApp();
    const bob: Caller = app.as("bob");
    const { goal } = await bob.call("create_goal", { title: "Secret" });
    const client = await app.as("ada", { ...options, client: "listener" }).open();
    const told = hear(client);
    for (const path of ["users/bob/today", "users/bob/profile", `goals/${goal.id}/context`]) {
      await assert.rejects(subscribe(client, [`selfos://${path}`]));
    }

    await bob.call("create_task", { title: "Secret", goal_id: goal.id });
    await settled();

    assert.deepEqual(told, []);
  });
}

function hear(client: Client): string[] {
  const told: string[] = [];
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    told.push(params.uri);
  });
  return told;
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, SETTLED_MS));
}
