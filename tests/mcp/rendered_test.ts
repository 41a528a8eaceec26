import assert from "node:assert/strict";
import { renderOnce } from "../../src/mcp/rendered.ts";
import { startApp } from "../harness.ts";

Deno.test("an answer that was rendered is written as it was, and looks as it did", () => {
  const answer = {
    tasks: [{ id: 1, title: 'Say "hi"\u2028' }],
    total: 1,
    next: null,
    resolved: {},
  };
  const written = JSON.stringify(answer);
  const copy = structuredClone(answer);

  renderOnce(answer);
  renderOnce(answer);

  assert.equal(JSON.stringify(answer), written);
  assert.deepEqual(answer, copy);
  assert.deepEqual(structuredClone(answer), copy);
});

Deno.test("a list that is answered again is the same, until something is written", async () => {
  await using app = await startApp();
  const { call } = app.as("ada");
  await call("create_task", { title: "One" });

  const answers = [];
  for (let time = 0; time < 3; time++) answers.push(JSON.stringify(await call("list_tasks")));
  await call("create_task", { title: "Two" });
  const { tasks } = await call("list_tasks");

  assert.equal(new Set(answers).size, 1);
  assert.deepEqual(tasks.map(({ title }: { title: string }) => title), ["One", "Two"]);
});
