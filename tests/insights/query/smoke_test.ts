import { onEveryStore, startApp } from "../../harness.ts";
onEveryStore("smoke", async (store) => {
  await using app = await startApp({ store, zone: "Europe/Berlin" });
  const ada = app.as("ada");
  const { life_area } = await ada.call("save_life_area", { name: "Work" });
  const { goal } = await ada.call("create_goal", { title: "G", life_area_id: life_area.id, target_date: "2027-01-01" });
  const { task } = await ada.call("create_task", { title: "T", goal_id: goal.id, due_date: "2026-12-01T17:00:00", tags: ["a", "b"], priority: "high" });
  const { task: t2 } = await ada.call("create_task", { title: "T2", depends_on: [task.id] });
  await ada.call("complete_task", { task_id: task.id });
  await ada.call("add_memory", { content: "hello", goal_id: goal.id, metadata: { a: 1 } });
  await app.as("bob").call("create_task", { title: "SECRET" });
  for (const t of ["life_areas","goals","tasks","task_tags","task_dependencies","memories","me"]) {
    const t0 = performance.now();
    const a = await ada.call("query_data", { sql: `select * from ${t}` });
    console.log(t, (performance.now()-t0).toFixed(0), JSON.stringify(a));
  }
  await ada.call("update_task", { task_id: t2.id, title: "changed", tags: ["z"] });
  await ada.call("delete_task", { task_id: task.id });
  for (const sql of ["select id, title from tasks", "select * from task_tags", "select * from task_dependencies", "with r(x) as (select 1 union all select x+1 from r) select count(*) from r", "select 1", "with r(x) as (select 1) select count(*) from r", "select 1 a, 2 a; -- x", "values (1),(2)"])
    try { console.log(JSON.stringify(await ada.call("query_data", { sql }))); } catch (e) { console.log(String(e)); }
});
