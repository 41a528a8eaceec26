import assert from "node:assert/strict";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import { localDay } from "./journal_reference.ts";

/** Clocks that change at night, at midnight, by half an hour, in the south, around Ramadan, and never. */
const ZONES = [
  ...["Europe/Berlin", "America/New_York", "America/St_Johns", "America/Havana"],
  ...["America/Santiago", "America/Asuncion", "Africa/Cairo", "Africa/Casablanca", "Asia/Beirut"],
  ...["Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Auckland", "Pacific/Chatham"],
  ...["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"],
];

const END = Date.parse("2026-11-22T12:00:00Z");
const HOUR = 3_600_000;

for (const zone of ZONES) {
  onEveryStore(`what is completed in ${zone} counts on its local day`, async (store) => {
    await using app = await startApp({ store, zone });
    const instants = [...changesOf(zone), END - 100 * HOUR].flatMap(around);
    await complete(app, "ada", instants);

    const answer = await app.as("ada").call("analyze_progress", { period: "1y" });

    const expected = new Map<string, number>();
    for (const instant of instants) {
      const day = localDay(instant, zone);
      expected.set(day, (expected.get(day) ?? 0) + 1);
    }
    const counted = answer.progress_data
      .filter(({ tasks_completed }: { tasks_completed: number }) => tasks_completed > 0)
      .map(({ date, tasks_completed }: Record<string, unknown>) => [date, tasks_completed]);
    assert.deepEqual(new Map(counted), expected);
    assert.equal(answer.progress_data.length, 365);
    assert.equal(answer.totals.tasks_completed, instants.length);
  });
}

/** The instants of the last year at which the offset of the zone is another than an hour before. */
function changesOf(timeZone: string): number[] {
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const offsetAt = (time: number) =>
    format.formatToParts(time).find(({ type }) => type === "timeZoneName")?.value;
  const changes = [];
  for (let time = END - 360 * 24 * HOUR; time < END; time += HOUR) {
    if (offsetAt(time) !== offsetAt(time - HOUR)) changes.push(time);
  }
  return changes;
}

/** A day and a half before and after, every quarter of an hour and a moment before each. */
function around(time: number): string[] {
  return Array.from({ length: 288 }, (_, step) => time + (step - 144) * HOUR / 4)
    .flatMap((time) => [time - 1, time]).map((time) => new Date(time).toISOString());
}

async function complete(app: TestApp, user_id: string, instants: readonly string[]) {
  const { task } = await app.as(user_id).call("create_task", { title: "Done" });
  const { db } = app.app;
  const { id: _, ...row } = await db.read.selectFrom("tasks").selectAll()
    .where("id", "=", task.id).executeTakeFirstOrThrow();
  const rows = instants.map((completed_at) => ({
    ...row,
    completed_at,
    status: "completed",
    closed: 1,
  }));
  await db.write(user_id, async (tx) => {
    for (let from = 0; from < rows.length; from += 500) {
      await tx.insertInto("tasks").values(rows.slice(from, from + 500)).execute();
    }
  });
}
