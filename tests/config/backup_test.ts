import assert from "node:assert/strict";
import { Cron } from "croner";
import { readConfig } from "../../src/config.ts";
import { AppError } from "../../src/errors.ts";
import { surroundings } from "../harness.ts";

function read(env: Record<string, string>) {
  return readConfig({}, surroundings({ HOME: "/home/ada", ...env }));
}

const schedules = {
  "daily 03:00": "0 3 * * *",
  daily: "0 3 * * *",
  hourly: "0 * * * *",
  "Weekly Mon 22:15": "15 22 * * 1",
  "weekly": "0 3 * * 0",
  "monthly 4:30": "30 4 1 * *",
  "*/15 0-6 1,15 jan-jun mon-fri": "*/15 0-6 1,15 jan-jun mon-fri",
};
for (const [text, cron] of Object.entries(schedules)) {
  Deno.test(`backups can be made ${text}`, () => {
    const { backupSchedule } = read({ SELFOS_BACKUP_SCHEDULE: text });

    assert.equal(backupSchedule, cron);
    assert.ok(new Cron(cron, { paused: true }).nextRun());
  });
}

for (
  const text of [
    "sometimes",
    "daily 25:00",
    "hourly 03:00",
    "* * * *",
    "61 * * * *",
    "* * * * 8",
    "*/0 * * * *",
    "5-1 * * * *",
    "daily mon 03:00",
  ]
) {
  Deno.test(`SELFOS_BACKUP_SCHEDULE refuses "${text}"`, () => {
    assert.throws(
      () => read({ SELFOS_BACKUP_SCHEDULE: text }),
      (error) =>
        error instanceof AppError &&
        /Cannot use SELFOS_BACKUP_SCHEDULE: schedule must be/.test(error.message),
    );
  });
}

Deno.test("what is kept is read as numbers of periods", () => {
  const { backupKeep } = read({ SELFOS_BACKUP_KEEP: "14d, 8w,2y" });

  assert.deepEqual(backupKeep, { days: 14, weeks: 8, months: 0, years: 2 });
  for (const text of ["7", "0d", "7d,7d", "7h", "-1d", "7d;4w", "1000d"]) {
    assert.throws(() => read({ SELFOS_BACKUP_KEEP: text }), /Cannot use SELFOS_BACKUP_KEEP/, text);
  }
});
