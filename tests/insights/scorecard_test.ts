import assert from "node:assert/strict";
import { approve } from "../tools/proposing.ts";
import { holder } from "../household.ts";
import { onEveryStore, startApp } from "../harness.ts";
import { until } from "../until.ts";

onEveryStore("the scorecard tells for each client what became of its writes", async (store) => {
  await using app = await startApp({ store, serves: false });
  const good = app.as("ada", { client: "good" });
  const eager = app.as("ada", { client: "eager", level: "propose" });
  const reader = app.as("ada", { client: "reader", level: "read_only" });
  await app.as("bob", { client: "good" }).call("create_task", { title: "Bob's" });
  for (const title of ["A", "B", "C"]) await good.call("create_task", { title });
  await good.call("undo", { last: true });
  const ids: number[] = [];
  for (const title of ["D", "E", "F"]) {
    ids.push((await eager.call("create_task", { title })).proposal_id);
  }
  await approve(app, ids[0]!);
  await app.app.life.proposals.reject("ada", ids[1]!, null);
  await reader.refused("create_task", { title: "G" });
  await reader.refused("delete_task", { task_id: 1 });

  // The audit log is written behind the calls.
  const scores = async () => (await good.call("query_user_stats", { by: "client" })).clients;
  await until(async () => (await scores()).some(({ denied }: { denied: number }) => denied === 2));
  const clients = await scores();

  const none = { kept: 0, undone: 0, proposed: 0, approved: 0, rejected: 0, denied: 0 };
  assert.deepEqual(clients.filter(({ client }: { client: string }) => client !== "selfos"), [
    { client: "eager", ...none, kept: 1, proposed: 3, approved: 1, rejected: 1 },
    { client: "good", ...none, kept: 2, undone: 1 },
    { client: "reader", ...none, denied: 2 },
  ]);
  assert.equal((await good.call("query_user_stats")).clients, undefined);
});

onEveryStore("a narrowed key sees of the scorecard what it may see", async (store) => {
  await using app = await startApp({ store, serves: false });
  const owner = app.as("ada", { client: "owner" });
  const { life_area } = await owner.call("save_life_area", { name: "Open" });
  const { goal } = await owner.call("create_goal", { title: "G", life_area_id: life_area.id });
  await owner.call("create_task", { title: "Seen", goal_id: goal.id });
  await owner.call("create_task", { title: "Secret" });
  await app.as("ada", { client: "secret", level: "propose" }).call("create_task", { title: "X" });
  const narrow = await holder(app, { user_id: "ada", areas: [life_area.id] });

  const { clients } = await narrow.call("query_user_stats", { by: "client" });

  assert.deepEqual(clients.map(({ client, kept }: Record<string, unknown>) => [client, kept]), [
    ["owner", 3],
  ]);
});
