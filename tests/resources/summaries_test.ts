import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { ownerOf } from "../../src/app.ts";
import { onEveryStore, startApp } from "../harness.ts";
import { holder } from "../household.ts";
import { livelyLife } from "../insights/lively_life.ts";
import { until } from "../until.ts";

const DAILY = "selfos://users/{user_id}/daily/{date}";
const WEEKLY = "selfos://users/{user_id}/weekly/{week}";

for (const revision of [undefined, "2026-07-28"] as const) {
  onEveryStore(`a summary is read in Markdown, as of ${revision ?? "2025"}`, async (store) => {
    await using app = await livelyLife(store);
    for (const level of ["read_only", "read_write", "admin"] as const) {
      const client = await app.as("ada", { level, ...(revision ? { revision } : {}) }).open();
      for (const who of ["me", "ada"]) {
        for (const [path, file] of [["daily/2026-11-19", "daily"], ["weekly/2026-W47", "weekly"]]) {
          const uri = `selfos://users/${who}/${path}`;

          const { contents } = await client.readResource({ uri });

          const text = await Deno.readTextFile(new URL(`../insights/${file}.txt`, import.meta.url));
          assert.deepEqual(contents, [{ uri, mimeType: "text/markdown", text }]);
        }
      }
    }
  });
}

const nothing = [
  ...["2026-02-29", "2026-13-01", "today", "", "2026-11-22/", "%", "2026-11-22?user_id=bob"],
  ...["..%2F..%2Fbob%2Fdaily%2F2026-11-22", "%2532026-11-22", "9".repeat(3000)],
].map((date) => `selfos://users/me/daily/${date}`).concat(
  ["2026-W00", "2026-W60", "2025-W53", "2026-W7", "this%20week", "", "2026-11-22"]
    .map((week) => `selfos://users/me/weekly/${week}`),
  ["selfos://users//daily/2026-11-22", "selfos://users/me/monthly/2026-11", DAILY],
);
Deno.test("an address of no date or week is not found", async () => {
  await using app = await startApp();
  const client = await app.as("ada", { level: "admin" }).open();
  for (const uri of nothing) {
    await assert.rejects(client.readResource({ uri }), { code: -32602 }, uri);
  }
});

onEveryStore("the summary of another person is denied, but to an admin", async (store) => {
  await using app = await startApp({ store });
  await app.as("bob").call("create_task", { title: "Secret", due_date: "2026-11-22" });
  const uri = "selfos://users/bob/daily/2026-11-22";

  const ada = await app.as("ada").open();
  const admin = await app.as("ada", { level: "admin" }).open();

  await assert.rejects(ada.readResource({ uri }), /permission_denied/);
  await assert.rejects(
    admin.readResource({ uri: uri.replace("bob", "nobody") }),
    /not_found/,
  );
  assert.match(textIn(await admin.readResource({ uri })), /Secret/);
});

onEveryStore("dates and weeks complete, the nearest first, in the person's time", async (store) => {
  await using app = await startApp({ store, now: "2026-11-22T12:00:00Z" });
  await app.app.life.users.update(ownerOf("ada", "users update"), {
    time_zone: "Pacific/Auckland",
    week_start: "sunday",
  });
  const client = await app.as("ada").open();
  const [date, week] = [completing(client, DAILY, "date"), completing(client, WEEKLY, "week")];

  // In Auckland it is Monday already.
  assert.deepEqual((await date("")).slice(0, 4), [
    ...["2026-11-23", "2026-11-22", "2026-11-24", "2026-11-21"],
  ]);
  assert.deepEqual(await date("2026-11-0"), range(9, 1, (day) => `2026-11-0${day}`));
  assert.deepEqual(await date("To"), ["2026-11-23", "2026-11-24"]);
  assert.deepEqual(await date("yest"), ["2026-11-22"]);
  assert.deepEqual(await date("2019"), []);
  assert.deepEqual((await week("")).slice(0, 4), [
    ...["2026-W48", "2026-W47", "2026-W49", "2026-W46"],
  ]);
  assert.deepEqual(await week("2026-W3"), range(39, 30, (week) => `2026-W${week}`));
  assert.deepEqual(await week("last"), ["2026-W47"]);
  for (const form of [DAILY, WEEKLY]) {
    assert.deepEqual(await completing(client, form, "user_id")(""), ["me", "ada"]);
    assert.deepEqual(await completing(client, form, "user_id")("b"), []);
  }
});

onEveryStore(
  "who subscribed to a summary is told of what it shows, and of no other",
  async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const client = await ada.open();
    const told: string[] = [];
    client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
      told.push(params.uri);
    });
    const [today, later, week] = ["daily/2026-11-22", "daily/2026-12-24", "weekly/2026-W52"]
      .map((path) => `selfos://users/me/${path}`);
    for (const uri of [today, later, week]) await client.subscribeResource({ uri: uri ?? "" });

    await app.as("bob").call("create_task", { title: "Secret", due_date: "2026-12-24" });
    const { task } = await ada.call("create_task", { title: "Tree", due_date: "2026-12-24" });
    await until(() => told.length === 2);
    await ada.call("add_memory", { content: "The tree is by the door" });
    await until(() => told.length === 3);
    await ada.call("update_task", { task_id: task.id, due_date: "2026-12-30" });
    await until(() => told.length === 6);
    await ada.call("create_goal", { title: "Christmas" });
    await until(() => told.length === 9);

    assert.deepEqual(told.slice(0, 2).sort(), [later, week]);
    assert.deepEqual(told[2], today);
    assert.deepEqual(told.slice(3, 6).sort(), [today, later, week].sort());
  },
);

onEveryStore("a narrow key reads what of a summary is in its life areas", async (store) => {
  await using app = await livelyLife(store);
  const work = app.ids["Work"] ?? 0;
  const narrow = await holder(app, { user_id: "ada", areas: [work] });
  const client = await narrow.open();

  const text = textIn(await client.readResource({ uri: "selfos://users/me/weekly/2026-W47" }));

  assert.match(text, /^2 tasks done, 1 moved, 1 still due, 1 memory\.$/m);
  assert.match(text, /\n- #2 The login bug came from a stale session cookie · /);
  assert.doesNotMatch(text, /Run|passport|plants|presents|Dentist|tango|Health|Family|Bob/);
  assert.match(text, /^12 items withheld/m);
});

function completing(client: Client, uri: string, name: string) {
  return async (value: string): Promise<string[]> => {
    const ref = { type: "ref/resource", uri } as const;
    return (await client.complete({ ref, argument: { name, value } })).completion.values;
  };
}

function range(from: number, to: number, nameOf: (number: number) => string): string[] {
  return Array.from({ length: from - to + 1 }, (_, index) => nameOf(from - index));
}

function textIn({ contents: [content] }: { contents: object[] }): string {
  return content && "text" in content ? String(content.text) : "";
}
