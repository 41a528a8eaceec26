import assert from "node:assert/strict";
import { openDatabase } from "../../src/app/database.ts";
import { Backups } from "../../src/archive/backups.ts";
import { NOW, POSTGRES_URL } from "../harness.ts";
import { startPostgres } from "../services/postgres.ts";

const ADA = {
  ...{ id: "ada", name: "Ada", email: null, time_zone: "UTC", week_start: 1 },
  ...{ work_start: "09:00", work_end: "17:00", work_days: "1,2,3,4,5" },
  ...{ created_at: NOW, updated_at: NOW, deleted_at: null },
};

for (
  const [step, says] of [
    ["write", /^check that it runs.*; earlier archives are as they were$/],
    ["prove", /^check that it runs.*; .*\.selfos\.gz was written, and is not proven; earlier arch/],
  ] as const
) {
  Deno.test({
    name: `who loses PostgreSQL at the step "${step}" of a backup is told what there is`,
    ignore: POSTGRES_URL === undefined,
    async fn() {
      await using server = await startPostgres();
      const folder = await Deno.makeTempDir({ prefix: "selfos-archive-" });
      const place = { databaseUrl: `${server.url}/postgres`, dataDir: folder };
      await using db = await openDatabase(place);
      await db.migrate();
      let at: string | undefined;
      let isLost = false;
      const backups = new Backups({
        ...{ db, folder, selfos: "test", now: () => new Date() },
        progress: (step) => () => void (at = step),
        async rest() {
          if (at !== step || isLost) return;
          isLost = true;
          await server.stop();
        },
      });
      await db.write("ada", async (tx) => {
        await tx.insertInto("users").values(ADA).execute();
      });

      const error = await backups.make({}).catch((error) => error);

      assert.equal(error.code, "unavailable");
      assert.match(error.message, /^Cannot use PostgreSQL at /);
      assert.match(error.advice, says);
      const left = [...Deno.readDirSync(folder)].map(({ name }) => name);
      assert.equal(left.length, step === "write" ? 0 : 1);
      await Deno.remove(folder, { recursive: true });
    },
  });
}
