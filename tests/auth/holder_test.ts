import assert from "node:assert/strict";
import { onEveryStore, startApp } from "../harness.ts";
import { titlesOf } from "../tools/answers.ts";
import { issue, keysOf, wait } from "./making.ts";

onEveryStore(
  "the holder of a key sees the life of its person and no neighbour's",
  async (store) => {
    await using test = await startApp({ store });
    await test.as("bob").call("create_goal", { title: "Bob's" });
    await test.as("ada").call("create_goal", { title: "Ada's" });
    const holder = await test.holding((await issue(test)).key);

    const { goals } = await holder.call("list_goals");

    assert.deepEqual(titlesOf(goals), ["Ada's"]);
    assert.match(await holder.refused("list_goals", { user_id: "bob" }), /^permission_denied/);
  },
);

onEveryStore("the journal names the key that wrote", async (store) => {
  await using test = await startApp({ store });
  const { key, id } = await issue(test);
  const holder = await test.holding(key);

  await holder.call("create_goal", { title: "Ada's" });

  const { changes: [change] } = await test.as("ada").call("list_changes");
  assert.deepEqual([change.tool, change.principal], ["create_goal", id]);
  assert.ok(!JSON.stringify(change).includes(key));
});

onEveryStore("a read_only key shows and runs only what reads", async (store) => {
  await using test = await startApp({ store });
  const holder = await test.holding((await issue(test, { level: "read_only" })).key);

  const text = await holder.refused("create_goal", { title: "New" });
  const { tools } = await holder.client.listTools();

  assert.match(text, /^permission_denied: Cannot call create_goal as level read_only/);
  assert.ok(tools.length > 0);
  assert.ok(tools.every(({ annotations }) => annotations?.readOnlyHint));
  assert.equal((await holder.call("list_goals")).total, 0);
});

onEveryStore(
  "an admin key may name another person, and the journal there names it",
  async (store) => {
    await using test = await startApp({ store });
    const { key, id } = await issue(test, { level: "admin" });
    const holder = await test.holding(key);

    await holder.call("create_goal", { title: "For Bob", user_id: "bob" });

    const { changes: [change] } = await test.as("bob").call("list_changes");
    assert.equal(change.principal, id);
  },
);

onEveryStore("two keys of one person repeat nothing of each other's", async (store) => {
  await using test = await startApp({ store });
  const [one, other] = [
    await test.holding((await issue(test)).key),
    await test.holding((await issue(test)).key),
  ];
  const args = { title: "Twice", idempotency_key: "k" };

  const first = await one.call("create_goal", args);
  const second = await other.call("create_goal", args);
  const again = await one.call("create_goal", args);

  assert.notEqual(first.goal.id, second.goal.id);
  assert.deepEqual([second.replayed, again.replayed, again.goal.id], [
    undefined,
    true,
    first.goal.id,
  ]);
});

onEveryStore("calls and lists are refused once the key is revoked, and say why", async (store) => {
  await using test = await startApp({ store });
  const { key, id } = await issue(test);
  const holder = await test.holding(key);
  await holder.call("list_goals");
  await (await keysOf(test)).revoke(id);
  wait(test, 10_000);

  const text = await holder.refused("create_goal", { title: "Late" });

  assert.match(text, new RegExp(`^unauthenticated: Cannot authenticate as the API key ${id} was`));
  await assert.rejects(holder.client.listTools(), {
    code: -32600,
    message: /unauthenticated: Cannot authenticate as the API key \w+ was revoked/,
  });
  assert.equal((await test.as("ada").call("list_goals")).total, 0);
});
