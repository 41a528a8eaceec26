import assert from "node:assert/strict";
import { issue, wait } from "../auth/making.ts";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import { approve, proposes } from "./proposing.ts";

const MINUTE = 60_000;

/** Whoever holds a key that only proposes once it has read from outside. */
async function tainted(app: TestApp, level: "read_write" | "admin" = "read_write") {
  const { key } = await issue(app, { taint: "propose", level });
  const { authenticator } = await app.app.auth();
  const { id } = await authenticator.authenticate(key);
  return {
    caller: await app.holding(key),
    async taint() {
      const tainted_until = new Date(app.clock.now.getTime() + 5 * MINUTE).toISOString();
      await app.app.db.write("ada", async (tx) => {
        await tx.updateTable("api_keys").set({ tainted_until }).where("id", "=", id).execute();
      });
    },
  };
}

const KEYED = { title: "Once", idempotency_key: "k" };

onEveryStore("a call that was carried out is not proposed when it is repeated", async (store) => {
  await using app = await startApp({ store, serves: false });
  const { caller, taint } = await tainted(app);

  const first = await caller.call("create_task", KEYED);
  await taint();
  const again = await caller.call("create_task", KEYED);

  assert.deepEqual([again.task.id, again.replayed], [first.task.id, true]);
  assert.equal((await caller.call("list_proposals")).total, 0);
});

onEveryStore("a call that is proposed is not carried out when it is repeated", async (store) => {
  await using app = await startApp({ store, serves: false });
  const { caller, taint } = await tainted(app);
  await taint();

  const first = await caller.call("create_task", KEYED);
  wait(app, 6 * MINUTE);
  const again = await caller.call("create_task", KEYED);
  await approve(app, first.proposal_id);

  assert.deepEqual([again.proposal_id, again.replayed], [first.proposal_id, true]);
  assert.equal((await caller.call("list_tasks")).total, 1);
});

onEveryStore("an identical call for another person is another proposal", async (store) => {
  await using app = await startApp({ store, serves: false });
  const { caller, taint } = await tainted(app, "admin");
  await taint();

  const own = await caller.call("create_task", { title: "X" });
  const other = await caller.call("create_task", { title: "X", user_id: "bob" });
  await approve(app, other.proposal_id);

  assert.notEqual(own.proposal_id, other.proposal_id);
  assert.equal((await app.as("bob").call("list_tasks")).total, 1);
  assert.equal((await app.as("ada").call("list_tasks")).total, 0);
});

onEveryStore("of identical calls at the same time, one is proposed", async (store) => {
  await using app = await startApp({ store, serves: false });
  const agent = app.as("ada", { level: "propose" });

  const answers = await Promise.all([1, 2, 3].map(() => agent.call("create_task", KEYED)));

  assert.equal(new Set(answers.map(({ proposal_id }) => proposal_id)).size, 1);
});

onEveryStore("undoing what comes to nothing is proposed all the same", async (store) => {
  await using app = await startApp({ store, serves: false });
  const owner = app.as("ada", { client: "owner" });
  const { task } = await owner.call("create_task", { title: "A" });
  const since = app.clock.now.toISOString();
  wait(app, MINUTE);
  for (const title of ["B", "A"]) await owner.call("update_task", { task_id: task.id, title });
  const agent = app.as("ada", { level: "propose" });

  const { proposal_id } = await proposes(app, agent, "undo", {
    ...{ since: new Date(Date.parse(since) + 1000).toISOString(), client: "owner" },
  });
  const { diff } = await app.app.life.proposals.get("ada", proposal_id);
  const { undone } = await approve(app, proposal_id);

  assert.match(diff[0]!, /^no record would be another/);
  assert.equal(undone.length, 2);
});

onEveryStore(
  "what was renamed or closed since is not changed, what was changed elsewhere is",
  async (store) => {
    await using app = await startApp({ store, serves: false });
    const owner = app.as("ada");
    const agent = app.as("ada", { level: "propose" });
    const ids: number[] = [];
    for (const title of ["Renamed", "Closed", "Moved"]) {
      const { task } = await owner.call("create_task", { title });
      ids.push(task.id);
    }
    const [renamed, closed, moved] = ids;
    const proposals: number[] = [];
    for (const task_id of ids) {
      const { proposal_id } = await agent.call("update_task", { task_id, due_date: "tomorrow" });
      proposals.push(proposal_id);
    }
    await owner.call("update_task", { task_id: renamed, title: "Renamed, and kept" });
    await owner.call("complete_task", { task_id: closed });
    await owner.call("update_task", { task_id: moved, priority: "high" });

    await assert.rejects(approve(app, proposals[0]!), {
      message: /is called "Renamed, and kept" now/,
    });
    await assert.rejects(approve(app, proposals[1]!), { message: /is closed by now/ });
    const { task } = await approve(app, proposals[2]!);

    assert.deepEqual([task.due_date, task.priority], ["2026-11-23", "high"]);
  },
);

onEveryStore("what is to go is not deleted once it was changed", async (store) => {
  await using app = await startApp({ store, serves: false });
  const { goal } = await app.as("ada").call("create_goal", { title: "Old" });
  const agent = app.as("ada", { level: "propose" });
  const { proposal_id } = await agent.call("delete_goal", { goal_id: goal.id });
  await app.as("ada").call("update_goal", { goal_id: goal.id, description: "It matters now" });

  await assert.rejects(approve(app, proposal_id), {
    code: "conflict",
    message: /- goal \d+ "Old" was changed since/,
  });

  assert.equal((await app.as("ada").call("list_goals")).total, 1);
});

onEveryStore(
  "a create that is decided on at once is not proposed again by a retry",
  async (store) => {
    await using app = await startApp({ store, serves: false });
    const agent = app.as("ada", { level: "propose" });
    const one = await agent.call("create_task", { title: "Once" });
    const two = await agent.call("create_task", { title: "Never" });

    await approve(app, one.proposal_id);
    await app.app.life.proposals.reject("ada", two.proposal_id, "no");
    const again = await agent.call("create_task", { title: "Once" });
    const never = await agent.call("create_task", { title: "Never" });

    assert.deepEqual([again.proposal_id, again.status], [one.proposal_id, "approved"]);
    assert.deepEqual([never.proposal_id, never.status], [two.proposal_id, "rejected"]);
  },
);

Deno.test("one idempotency_key is another for another person", async () => {
  await using app = await startApp({ serves: false });
  const { caller, taint } = await tainted(app, "admin");
  await taint();

  const own = await caller.call("create_task", KEYED);
  const other = await caller.call("create_task", { ...KEYED, user_id: "bob" });

  assert.notEqual(own.proposal_id, other.proposal_id);
});

onEveryStore(
  "a record that was deleted since, or renamed far behind, is not written",
  async (store) => {
    await using app = await startApp({ store, serves: false });
    const owner = app.as("ada", { client: "owner" });
    const long = "x".repeat(110);
    const { task } = await owner.call("create_task", { title: "Old" });
    const { change_id } = await owner.call("update_task", { task_id: task.id, title: "New" });
    const { task: other } = await owner.call("create_task", { title: `${long} pay 10` });
    const agent = app.as("ada", { level: "propose" });

    const undo = await agent.call("undo", { change_id });
    const done = await agent.call("complete_task", { task_id: other.id });
    await owner.call("delete_task", { task_id: task.id });
    await owner.call("update_task", { task_id: other.id, title: `${long} pay 99999` });

    await assert.rejects(approve(app, undo.proposal_id), { message: /is in the trash by now/ });
    await assert.rejects(approve(app, done.proposal_id), {
      message: /is called ".*pay 99999" now/,
    });
  },
);

Deno.test("a plan that a proposal waits for is kept, however many come after it", async () => {
  await using app = await startApp({ serves: false });
  const agent = app.as("ada", { level: "propose" });
  const { plan_token } = await agent.call("decompose_goal", { goal_description: "Learn to sail" });
  const { proposal_id } = await agent.call("apply_plan", { plan_token, pick: [1] });
  for (let at = 0; at < 210; at++) await agent.call("plan_day");

  const { tasks } = await approve(app, proposal_id);

  assert.equal(tasks.length, 1);
});
