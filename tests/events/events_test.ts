import assert from "node:assert/strict";
import type { Change } from "../../src/events/events.ts";
import { InProcessEvents } from "../../src/events/in_process.ts";
import { startApp } from "../harness.ts";
import { recordingLog } from "./recording_log.ts";

Deno.test("a write tells whoever listens what it touched, once it is committed", async () => {
  await using app = await startApp();
  const heard: Change[] = [];
  app.app.events.listen((change) => heard.push(change));
  const ada = app.as("ada");
  const { task, change_id } = await ada.call("create_task", { title: "Buy milk" });
  assert.deepEqual(heard, [{
    user_id: "ada",
    change_id,
    items: [{ entity: "task", id: task.id }],
  }]);
});

Deno.test("what was refused, and what changed nothing, is no news", async () => {
  await using app = await startApp();
  const ada = app.as("ada");
  const { task } = await ada.call("create_task", { title: "Buy milk" });
  const heard: Change[] = [];
  app.app.events.listen((change) => heard.push(change));
  await ada.refused("update_task", { task_id: task.id + 1, title: "Buy bread" });
  await ada.call("update_task", { task_id: task.id, title: "Buy milk" });
  await ada.call("list_tasks");
  assert.deepEqual(heard, []);
});

Deno.test("a listener that fails neither fails the write nor keeps it from the others", async () => {
  const { log, records } = recordingLog();
  const events = new InProcessEvents(log);
  const heard: number[] = [];
  events.listen(() => {
    throw new Error("a broken listener");
  });
  events.listen(({ change_id }) => heard.push(change_id));
  events.publish({ user_id: "ada", change_id: 7, items: [] });
  await Promise.resolve();
  assert.deepEqual(heard, [7]);
  assert.match(records.join("\n"), /broken listener/);
});

Deno.test("who stops listening hears no more", async () => {
  const events = new InProcessEvents(recordingLog().log);
  const heard: number[] = [];
  const stop = events.listen(({ change_id }) => heard.push(change_id));
  stop();
  events.publish({ user_id: "ada", change_id: 7, items: [] });
  await Promise.resolve();
  assert.deepEqual(heard, []);
});
