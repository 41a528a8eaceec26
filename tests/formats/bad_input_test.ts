import assert from "node:assert/strict";
import { AppError } from "../../src/errors.ts";
import { startApp } from "../harness.ts";
import { REFUSALS, whole } from "./bad_files.ts";
import { exportedText, imported } from "./world.ts";

for (const { when, format, text, says } of REFUSALS) {
  Deno.test(`an import of ${format} is refused as a whole when ${when}`, async () => {
    await using app = await startApp();
    await app.as("ada").call("create_task", { title: "Own" });
    const before = await exportedText(app, "ada");

    await assert.rejects(imported(app, "ada", format, text), (error) => {
      assert.ok(error instanceof AppError, String(error));
      assert.equal(error.code, "invalid_input");
      assert.match(error.message, says);
      return true;
    });

    assert.equal(await exportedText(app, "ada"), before);
  });
}

Deno.test("what is not bad is imported where that is asked for", async () => {
  await using app = await startApp();
  const text = whole({
    tasks: [
      { uid: "a", title: "A", depends_on: ["b"] },
      { uid: "b", title: "B", due_date: "2026-02-30" },
    ],
  });

  const done = await imported(app, "ada", "json", text, { skipBad: true });

  assert.deepEqual([done.created, done.problems.length], [['task "A"'], 1]);
  assert.deepEqual(done.notes, ["Links to what is not imported are left out: 1."]);
});

Deno.test("the names of another's items open nothing of theirs", async () => {
  await using app = await startApp();
  const { goal } = await app.as("bob").call("create_goal", { title: "Of Bob" });
  const bobs = await exportedText(app, "bob");
  const [item] = JSON.parse(bobs).goals;

  const text = whole({ goals: [{ ...item, title: "Taken" }] });
  await imported(app, "ada", "json", text);
  const link = whole({ tasks: [{ uid: "t", title: "T", goal: String(goal.id) }] });
  await assert.rejects(imported(app, "ada", "json", link), /there is no goal "1"/);

  assert.equal(await exportedText(app, "bob"), bobs);
  const { goals } = await app.as("ada").call("list_goals");
  assert.deepEqual(goals.map(({ id, title }: Record<string, unknown>) => [id === goal.id, title]), [
    [false, "Taken"],
  ]);
});
