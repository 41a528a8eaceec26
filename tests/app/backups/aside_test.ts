import assert from "node:assert/strict";
import { sql } from "kysely";
import { BackupsAside } from "../../../src/app/backups/aside.ts";
import { openLog } from "../../../src/log.ts";
import { startApp } from "../../harness.ts";

Deno.test("a backup is made, though older ones cannot be removed, and that is logged", async () => {
  await using app = await startApp({ serves: false });
  const { config, app: { db } } = app;
  const told: string[] = [];
  const log = {
    ...openLog({ logLevel: "error", logFormat: "text" }),
    error: (message: string, fields?: object) => told.push(`${message} ${JSON.stringify(fields)}`),
  };
  await using aside = new BackupsAside(config, { log, isServer: false });
  const keep = { days: 1, weeks: 0, months: 0, years: 0 };
  const first = await aside.run({ reason: "scheduled", keep });
  await db.write("test", async (tx) => {
    await sql`create trigger no_end before delete on backups
      begin select raise(abort, 'nothing ends'); end`.execute(tx);
  });

  const second = await aside.run({ reason: "scheduled", keep });

  assert.ok(first.verified_at !== null && second.verified_at !== null);
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /^Cannot remove older backups: .*nothing ends/);
  const files = [...Deno.readDirSync(`${config.dataDir}/backups`)].map(({ name }) => name);
  assert.deepEqual(files, [`${second.id}.selfos.gz`]);
});
