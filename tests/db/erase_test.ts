import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { onEveryStore, startApp } from "../harness.ts";

onEveryStore("an erasure that fails half way changes nothing", async (store) => {
  await using test = await startApp({ store });
  const { db, life } = test.app;
  await test.as("ada").call("create_task", { title: "Hers" });
  const fail = () => Promise.reject(new Error("half way"));

  await assert.rejects(() => life.users.purge("ada", fail), /half way/);
  const { total } = await test.as("ada").call("list_tasks");
  const { answer } = await db.erase(
    "ada",
    (tx) => tx.selectFrom("tasks").select("title").where("user_id", "=", "ada").execute(),
  );

  assert.equal(total, 1);
  assert.deepEqual(answer.map(({ title }) => title), ["Hers"]);
});

onEveryStore("a person who writes while they are erased has nothing afterwards", async (store) => {
  await using test = await startApp({ store, serves: false });
  const { db, life } = test.app;
  const ada = ownerOf("ada", "test");
  const outcomes: string[] = [];
  const writing = (async () => {
    while (outcomes.at(-1) !== "not_found") {
      const made = life.tasks.create(ada, { title: "Again" });
      outcomes.push(await made.then(() => "made", ({ code }) => code));
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  })();
  while (outcomes.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  await life.users.purge("ada");
  await writing;
  const left = await db.read.selectFrom("tasks").select("id").execute();

  assert.deepEqual(left, []);
  assert.equal(outcomes[0], "made");
  assert.deepEqual([...new Set(outcomes)].sort(), ["made", "not_found"]);
});
