import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { furnish, holder } from "../household.ts";
import { exportedText } from "../formats/world.ts";

onEveryStore("export_user_data tells the caller's own life, in each format", async (store) => {
  await using app = await startApp({ store });
  await furnish(app, "bob");
  await furnish(app, "ada");

  const answers = [];
  for (const format of ["json", "markdown", "ics", "csv"]) {
    answers.push(await app.as("ada").call("export_user_data", { format }));
  }

  for (const { content } of answers) {
    assert.match(content, /ada/);
    assert.doesNotMatch(content, /bob/);
  }
  const [json] = answers;
  assert.equal(json?.["content"], await exportedText(app, "ada"));
  assert.equal(json?.["tasks"], JSON.parse(json?.["content"]).tasks.length);
});

onEveryStore("export_user_data tells a narrow key no more than it sees", async (store) => {
  await using app = await startApp({ store });
  const { open } = await furnish(app, "ada");
  const key = await holder(app, { user_id: "ada", areas: [open.area] });

  for (const format of ["json", "markdown", "ics", "csv"]) {
    const { content, withheld } = await key.call("export_user_data", { format });
    assert.doesNotMatch(content, /secret|profile|time_zone/);
    assert.match(content, /ada open/);
    assert.ok(withheld > 0);
  }
});

Deno.test("export_user_data refuses what does not fit, and says what does", async () => {
  await using app = await startApp();
  const description = "x".repeat(20_000);
  const tasks = Array.from({ length: 50 }, () => ({ title: "Long", description }));
  await app.as("ada").call("create_tasks", { tasks });

  const text = await app.as("ada").refused("export_user_data", { format: "csv" });

  assert.match(text, /^invalid_input: Cannot export as csv in an answer as it is \d+ bytes/);
  assert.match(text, /selfos export --format csv --user ada --out PATH/);
  assert.match(
    await app.as("ada", { level: "read_only" }).refused("export_user_data", { format: "csv" }),
    /^permission_denied/,
  );
});
