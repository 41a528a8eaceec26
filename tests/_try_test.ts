import { startApp } from "/tmp/w/formats/tests/harness.ts";
import { collect } from "/tmp/w/formats/src/formats/collect.ts";
import { writeJson, readJson } from "/tmp/w/formats/src/formats/json.ts";
import { importReading } from "/tmp/w/formats/src/formats/import/import.ts";
import { ownerOf } from "/tmp/w/formats/src/app.ts";
Deno.test("x", async () => {
await using a = await startApp({zone: "Europe/Berlin"});
const ada = a.as("ada");
await ada.call("save_life_area", { name: "Home", weight: 2, private: true });
await ada.call("create_goal", { title: "G1", life_area_id: 1, target_date: "next friday 5pm" });
await ada.call("create_goal", { title: "G2" });
await ada.call("update_goal", { goal_id: 1, parent_goal_id: 2 });
await ada.call("create_tasks", { tasks: [{ title: "A", goal_id: 1, tags: ["b","a"] , due_date: "2026-12-01", recurrence: "every monday"}, { title: "B", depends_on: ["#1"] }] });
await ada.call("complete_task", { task_id: 1 });
await ada.call("add_memory", { content: "hello", metadata: { b: 1, a: [2] }, goal_id: 1 });
await ada.call("add_memory", { content: "hello two", supersedes: 1 });
const doc = await collect(a.app.db, { user_id: "ada" });
const text = writeJson(doc);
console.log(text.length);
await using b = await startApp({zone: "UTC"});
const store = { db: b.app.db, events: b.app.events, now: () => b.clock.now };
const done = await importReading(store, ownerOf("bob", "import"), readJson(text), { skipBad: false });
console.log(done);
const again = writeJson(await collect(b.app.db, { user_id: "bob" }));
if (again !== text) { console.log(text); console.log(again); }
console.log(await importReading(store, ownerOf("bob", "import"), readJson(text), { skipBad: false }));
console.log((await b.app.life.history.undo(ownerOf("bob", "undo"), { last: true })).items.length);
console.log(await importReading(store, ownerOf("bob", "import"), readJson(text), { skipBad: false }));
});
