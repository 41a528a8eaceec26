import assert from "node:assert/strict";
import { onEveryStore, startApp, type TestApp } from "../../harness.ts";

/** Open tasks in great number, of many dates and goals, of which every third waits for the one before it. */
export async function fill(app: TestApp, many: number): Promise<void> {
  const at = "2026-11-01T00:00:00.000Z";
  await app.app.db.write("ada", async (tx) => {
    const goals = Array.from({ length: 50 }, (_, index) => ({
      ...{ user_id: "ada", title: `Goal ${index}`, description: null, status: "active" },
      target_date: `2027-01-${10 + index % 20}`,
      ...{ life_area_id: null, parent_goal_id: null, completed_at: null, closed: 0, words: "" },
      target_sort: `2027-01-${10 + index % 20}`,
      ...{ created_at: at, updated_at: at, deleted_at: null },
    }));
    const ids = await tx.insertInto("goals").values(goals).returning("id").execute();
    for (let start = 0; start < many; start += 500) {
      const rows = Array.from({ length: 500 }, (_, offset) => {
        const index = start + offset;
        const due = [null, "2026-11-10", "2026-11-23", "2026-11-28", "2027-03-01"][index % 5] ??
          null;
        return {
          ...{ user_id: "ada", goal_id: ids[index % 50]?.id ?? null, parent_task_id: null },
          ...{ title: `Task ${index}`, description: null, status: "pending" },
          ...{ priority: 1 + index % 4, due_date: due, due_sort: due ?? "~" },
          estimated_duration: index % 7 === 0 ? null : 5 + index % 90,
          ...{ actual_duration: null, completed_at: null, recurrence: null },
          ...{ recurrence_start: null, occurrence_date: null, next_task_id: null, closed: 0 },
          ...{ words: "", created_at: at, updated_at: at, deleted_at: null },
        };
      });
      const tasks = await tx.insertInto("tasks").values(rows).returning("id").execute();
      const links = tasks.flatMap(({ id }, index) => {
        const before = tasks[index - 1];
        return index % 3 === 1 && before ? [{ task_id: id, depends_on_id: before.id }] : [];
      });
      await tx.insertInto("task_dependencies").values(links).execute();
    }
  });
}

onEveryStore(
  "of 10,000 tasks a day is planned at once, in an answer that can be read",
  async (store) => {
    await using app = await startApp({ store, now: "2026-11-23T08:00:00Z", serves: false });
    await fill(app, 10_000);
    const ada = app.as("ada");
    await ada.call("plan_day");

    const times = [];
    let answer;
    for (let run = 0; run < 30; run++) {
      const began = performance.now();
      answer = await ada.call("plan_day", { date: run % 2 === 0 ? "2026-11-24" : "2026-11-23" });
      times.push(performance.now() - began);
    }

    times.sort((a, b) => a - b);
    console.log(
      store,
      times[15],
      times[29],
      JSON.stringify(answer).length,
      answer!.blocks.length,
      answer!.does_not_fit_total,
      answer!.moves.length,
    );
    assert.ok(times[15]! < 200, `${times[15]} ms`);
  },
);
