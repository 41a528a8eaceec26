import { startApp } from "./harness.ts";
import { collect } from "../src/formats/collect.ts";
import { readAs, writeAs } from "../src/formats/formats.ts";
import { importReading } from "../src/formats/import/import.ts";
import { ownerOf } from "../src/app.ts";
Deno.test("x", async () => {
  await using a = await startApp({ zone: "Europe/Berlin" });
  const ada = a.as("ada");
  await ada.call("save_life_area", { name: "Home", weight: 2, private: true });
  await ada.call("create_goal", {
    title: 'G1, the = "x"',
    life_area_id: 1,
    target_date: "next friday 5pm",
    description: "# no\n> hm\n\n- [ ] x\\n <b>",
  });
  await ada.call("create_goal", { title: "G2" });
  await ada.call("update_goal", { goal_id: 1, parent_goal_id: 2 });
  await ada.call("create_tasks", {
    tasks: [{
      title: "=A",
      goal_id: 1,
      tags: ["b;x\\", "a"],
      due_date: "2026-12-01T17:00",
      recurrence: "every monday",
      description: 'a,b;c\\n\n"long ' + "äö".repeat(50),
    }, { title: "B", depends_on: ["#1"], priority: "urgent" }],
  });
  await ada.call("complete_task", { task_id: 1 });
  await ada.call("add_memory", {
    content: "hello\n## x\n> y",
    metadata: { b: 1, a: [2] },
    goal_id: 1,
  });
  await ada.call("add_memory", { content: "hello two", supersedes: 1 });
  const doc = await collect(a.app.db, { user_id: "ada" });
  for (const format of ["json", "csv", "ics", "markdown"] as const) {
    const files = await writeAs(format, doc, "Europe/Berlin");
    for (const [k, v] of files) console.log("-----", k, "\n" + v);
    await using b = await startApp({ zone: "Europe/Berlin" });
    const store = { db: b.app.db, events: b.app.events, now: () => b.clock.now };
    const read = async () =>
      await readAs(format, { name: "x", files, isFolder: format === "markdown" });
    const done = await importReading(store, ownerOf("bob", "import"), await read(), {
      skipBad: false,
    });
    console.log(done);
    const again = await writeAs(
      format,
      await collect(b.app.db, { user_id: "bob" }),
      "Europe/Berlin",
    );
    console.log(format, [...again].join() === [...files].join() ? "SAME" : "DIFFERENT");
    if ([...again].join() !== [...files].join()) {
      for (const [k, v] of again) console.log("-----", k, "\n" + v);
    }
    console.log(
      (await importReading(store, ownerOf("bob", "import"), await read(), { skipBad: false }))
        .counts,
    );
  }
});
