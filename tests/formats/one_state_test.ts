import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { onEveryStore, startApp } from "../harness.ts";
import { exportedText } from "./world.ts";

onEveryStore("an export is of one state, whatever is written meanwhile", async (store) => {
  await using app = await startApp({ store });
  const { goals, tasks } = app.app.life;
  const actor = ownerOf("ada", "test");
  const write = async () => {
    for (let number = 1; number <= 30; number++) {
      const { goal } = await goals.create(actor, { title: `Goal ${number}` });
      await tasks.create(actor, { title: `Task ${number}`, goal_id: goal.id });
    }
  };
  const ended = write().then(() => true);

  const loose: unknown[] = [];
  const later = () => Promise.resolve(false);
  do {
    const { tasks } = JSON.parse(await exportedText(app, "ada"));
    loose.push(...tasks.filter(({ goal }: { goal: string | null }) => goal === null));
  } while (!await Promise.race([ended, later()]));

  assert.deepEqual(loose, []);
});
