import assert from "node:assert/strict";
import { holder } from "../../household.ts";
import { startApp } from "../../harness.ts";

const COUNT = { sql: "select count(*) as goals from goals" };

Deno.test("the many keys of one person are all answered, each with what it sees, and the neighbour too", async () => {
  await using app = await startApp({ serves: false });
  const owner = app.as("ada", { client: "owner" });
  const areas: number[] = [];
  for (let index = 1; index <= 5; index++) {
    const { life_area } = await owner.call("save_life_area", { name: `Area ${index}` });
    for (let goal = 0; goal < index; goal++) {
      await owner.call("create_goal", { title: `Goal ${goal}`, life_area_id: life_area.id });
    }
    areas.push(life_area.id);
  }
  await app.as("bob").call("create_goal", { title: "Bob's" });
  const keys = await Promise.all(areas.map((id) => holder(app, { user_id: "ada", areas: [id] })));

  const rounds = await Promise.all([...keys, ...keys, app.as("bob")].map(async (caller) => {
    const { rows } = await caller.call("query_data", COUNT);
    return rows[0].goals ?? rows[0][0];
  }));

  assert.deepEqual(rounds, [1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1]);
});
