import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { POSTGRES_URL, type StoreKind } from "../harness.ts";
import { steps, take } from "../life/history_steps.ts";
import { newWorld, rowsOf } from "./world.ts";
import fc from "../properties.ts";

const PAIRS: readonly (readonly [StoreKind, StoreKind, number])[] = [
  ["sqlite", "sqlite", 40],
  ["sqlite", "postgres", 12],
  ["postgres", "sqlite", 12],
];

for (const [from, to, numRuns] of PAIRS) {
  Deno.test({
    name:
      `whatever happened in a life, its archive restores it, twice, beside others [${from} → ${to}]`,
    ignore: POSTGRES_URL === undefined,
    async fn() {
      await using source = await newWorld(from);
      await using target = await newWorld(to);
      let people = 0;
      await fc.assert(
        fc.asyncProperty(steps, steps, async (before, after) => {
          const user = `p${++people}`;
          await source.app.app.life.users.create(ownerOf(user, "users create"), {});
          for (const step of before) await take(source.app, user, step);
          const { file } = await source.backups.create({ person: user });
          const others = await rowsOf(target.app.app, ["bob"]);
          const archived = await rowsOf(source.app.app, [user]);

          await target.backups.restore(file);
          const restored = await rowsOf(target.app.app, [user]);
          for (const step of after) await take(target.app, user, step);
          await target.backups.restore(file);

          assert.deepEqual(await rowsOf(target.app.app, [user]), restored);
          assert.deepEqual(await rowsOf(target.app.app, ["bob"]), others);
          // Ids are the same as long as nobody else has them: all people of the source move in turn.
          assert.deepEqual(restored, archived);
          await Deno.remove(file);
        }),
        { numRuns },
      );
    },
  });
}
