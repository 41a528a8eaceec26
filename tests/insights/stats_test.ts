import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";

/** In Berlin the clocks go back from three to two at 01:00 in UTC. */
const times = [
  { now: "2026-10-25T00:40:00Z", due: "2026-10-25T02:30:00+02:00", overdue: 1 },
  { now: "2026-10-25T00:40:00Z", due: "2026-10-25T02:30:00+01:00", overdue: 0 },
  { now: "2026-10-25T01:15:00Z", due: "2026-10-25T02:30:00+02:00", overdue: 1 },
  { now: "2026-10-25T01:15:00Z", due: "2026-10-25T02:30:00+01:00", overdue: 0 },
  { now: "2026-10-25T22:59:00Z", due: "2026-10-25T23:59:30+01:00", overdue: 0 },
  { now: "2026-10-25T22:59:00Z", due: "2026-10-25", overdue: 0 },
  { now: "2026-10-25T23:00:00Z", due: "2026-10-25", overdue: 1 },
  { now: "2026-03-29T21:59:00Z", due: "2026-03-29", overdue: 0 },
  { now: "2026-03-29T22:00:00Z", due: "2026-03-29", overdue: 1 },
];
for (const { now, due, overdue } of times) {
  onEveryStore(`at ${now}, ${overdue} of one due ${due} is overdue in Berlin`, async (store) => {
    await using app = await startApp({ store, zone: "Europe/Berlin", now });
    await app.as("ada").call("create_task", { title: "Task", due_date: due });
    await app.as("bob").call("create_task", { title: "Bob's", due_date: "2026-01-01" });

    const ada = app.as("ada");
    const { overdue_tasks } = await ada.call("query_user_stats");
    const { totals } = await ada.call("catch_up");
    const client = await ada.open();
    const { contents: [content] } = await client.readResource({ uri: "selfos://users/me/today" });
    const today = JSON.parse(content && "text" in content ? content.text : "{}");

    assert.deepEqual([overdue_tasks, totals.overdue, today.overdue.total], Array(3).fill(overdue));
  });
}
