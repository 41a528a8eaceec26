import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { dumpOf } from "../tools/answers.ts";

const ids = [
  0,
  -1,
  1.5,
  1e300,
  9007199254740993,
  "9007199254740993",
  "1e3",
  "",
  "one",
  true,
  [1],
  {},
];
const idArguments = [
  ["get_goal", "goal_id"],
  ["update_goal", "goal_id"],
  ["delete_goal", "goal_id"],
  ["list_goals", "life_area_id"],
  ["list_tasks", "goal_id"],
  ["get_task", "task_id"],
  ["update_task", "task_id"],
  ["complete_task", "task_id"],
  ["delete_task", "task_id"],
  ["update_memory", "memory_id"],
  ["forget_memory", "memory_id"],
  ["add_memory", "goal_id"],
  ["add_memory", "task_id"],
  ["add_memory", "supersedes"],
  ["undo", "change_id"],
] as const;
for (const [tool, argument] of idArguments) {
  onEveryStore(`${tool} refuses every ${argument} that can be none`, async (store) => {
    await using app = await startApp({ store });
    const ada = app.as("ada");
    const before = await dumpOf(app);

    for (const id of ids) {
      const text = await ada.refused(tool, { [argument]: id });
      assert.match(text, new RegExp(`^invalid_input: .*${argument} must be`), JSON.stringify(id));
    }

    assert.deepEqual(await dumpOf(app), before);
  });
}

onEveryStore("the largest id that there can be is not found", async (store) => {
  await using app = await startApp({ store });
  const ada = app.as("ada");

  for (const tool of ["get_task", "update_task", "complete_task", "delete_task"]) {
    const text = await ada.refused(tool, { task_id: Number.MAX_SAFE_INTEGER });
    assert.match(text, /^not_found: .*9007199254740991/);
  }
});
