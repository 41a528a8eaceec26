import assert from "node:assert/strict";
import { faultsOf, withStore } from "./invariants.ts";
import { PROGRAM } from "./programs.ts";
import { newPlace, startServer } from "./server.ts";

const damages = [
  {
    what: "a changed row",
    sql: "update tasks set title = 'Forged' where id = 1",
    fault: /^task 1: /,
  },
  { what: "a lost tag", sql: "delete from task_tags where tag = 'b'", fault: /^task 2: / },
  { what: "a lost dependency", sql: "delete from task_dependencies", fault: /^task 2: / },
  {
    what: "a row without an entry",
    sql: "delete from change_items where change_id = 2",
    fault: /^task 1: /,
  },
  { what: "an entry without a row", sql: "delete from goals", fault: /^goal 1: / },
  {
    what: "an empty change",
    sql: "delete from change_items where change_id = 4",
    fault: /no items/,
  },
  {
    what: "a half completion",
    sql: "update tasks set recurrence = 'FREQ=DAILY', status = 'completed' where id = 1",
    fault: /by half/,
  },
  {
    what: "a dangling reference",
    sql: "update tasks set goal_id = 77 where id = 1",
    fault: /foreign key/,
  },
];

Deno.test("the invariants hold in a sound store and notice every damage", async () => {
  for (const { what, sql, fault } of damages) {
    using place = newPlace();
    await using server = await startServer(PROGRAM, place);
    await server.call("create_task", { title: "First" });
    await server.call("create_task", { title: "Second", tags: ["a", "b"], depends_on: [1] });
    await server.call("create_goal", { title: "Goal" });
    await server.end();
    const before = faultsOf(place.dataDir);

    withStore(place.dataDir, (store) => store.exec(`pragma foreign_keys = off; ${sql}`));

    assert.deepEqual(before, []);
    assert.ok(faultsOf(place.dataDir).some((line) => fault.test(line)), `${what} was not noticed`);
  }
});
