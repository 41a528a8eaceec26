import assert from "node:assert/strict";
import { ownerOf } from "../../src/app.ts";
import { holder } from "../household.ts";
import { onEveryStore, startApp, type TestApp } from "../harness.ts";
import { approve, arrange, proposes } from "./proposing.ts";

const DAY_MS = 24 * 3600_000;

function agentOf(app: TestApp, client = "agent") {
  return app.as("ada", { level: "propose", client });
}

async function proposalOf(app: TestApp, id: number) {
  return await app.app.life.proposals.get("ada", id);
}

Deno.test("a proposal says in lines what would change", async () => {
  await using app = await startApp();
  const { goal, task } = await arrange(app);
  const agent = agentOf(app);

  const moved = await agent.call("update_task", { task_id: task, due_date: "tomorrow" });
  const made = await agent.call("create_tasks", {
    tasks: [{ title: "One", goal_id: goal }, { title: "Two", depends_on: ["#1"] }],
  });
  const gone = await agent.call("delete_task", { task_id: task });

  assert.deepEqual(moved.diff, [
    `~ task ${task} "Buy paint": due_date "2026-11-25" → "2026-11-23"`,
  ]);
  assert.deepEqual(made.diff, [
    `+ task #1 "One": goal_id ${goal}, status "pending", priority "medium"`,
    '+ task #2 "Two": status "pending", priority "medium", depends_on ["#1"]',
  ]);
  assert.deepEqual(gone.diff, [`- task ${task} "Buy paint"`, `- task ${task + 1} "Stir"`]);
});

onEveryStore("what is proposed is listed with what became of it", async (store) => {
  await using app = await startApp({ store });
  const { task } = await arrange(app);
  const agent = agentOf(app);
  const ids: number[] = [];
  for (const title of ["A", "B", "C", "D"]) {
    const { proposal_id } = await agent.call("update_task", { task_id: task, title });
    ids.push(proposal_id);
  }
  const [first, second, third, fourth] = ids as [number, number, number, number];

  await approve(app, first);
  await app.app.life.proposals.reject("ada", second, "not now");
  app.clock.now = new Date(app.clock.now.getTime() + 8 * DAY_MS);
  const all = await agent.call("list_proposals");
  const expired = await agent.call("list_proposals", { status: "expired", limit: 1 });

  const seen = all.proposals.map(({ id, status, reason }: Record<string, unknown>) =>
    [id, status, reason] as const
  );
  assert.deepEqual(seen, [
    [fourth, "expired", null],
    [third, "expired", null],
    [second, "rejected", "not now"],
    [first, "approved", null],
  ]);
  assert.deepEqual([expired.total, expired.proposals[0].id], [2, fourth]);
  assert.ok(expired.next_cursor);
  assert.equal((await app.as("ada").call("get_task", { task_id: task })).task.title, "A");
});

const undecidable = [
  { was: "approved", decide: (app: TestApp, id: number) => approve(app, id) },
  {
    was: "rejected",
    decide: (app: TestApp, id: number) => app.app.life.proposals.reject("ada", id, null),
  },
  {
    was: "expired",
    decide: (app: TestApp) => {
      app.clock.now = new Date(app.clock.now.getTime() + 8 * DAY_MS);
      return Promise.resolve();
    },
  },
];
for (const { was, decide } of undecidable) {
  onEveryStore(
    `a proposal that is ${was} is neither approved nor rejected any more`,
    async (store) => {
      await using app = await startApp({ store });
      const { proposal_id } = await agentOf(app).call("create_task", { title: "Once" });
      await decide(app, proposal_id);
      const { total } = await app.as("ada").call("list_tasks");

      const refusal = { code: "conflict", message: new RegExp(`${was} on 2026-`) };
      await assert.rejects(approve(app, proposal_id), refusal);
      await assert.rejects(app.app.life.proposals.reject("ada", proposal_id, null), refusal);

      assert.equal((await app.as("ada").call("list_tasks")).total, total);
    },
  );
}

const moves = [
  {
    when: "its field was changed since",
    propose: { tool: "update_task", title: "From the agent" },
    since: { tool: "update_task", title: "From Ada" },
    says: /task \d+ "From the agent": title is "From Ada" now, not "Buy paint"/,
  },
  {
    when: "somebody else did the same",
    propose: { tool: "update_task", title: "Same" },
    since: { tool: "update_task", title: "Same" },
    says: /task \d+ "Same" would not be changed any more/,
  },
  {
    when: "more would go with it now",
    propose: { tool: "delete_task" },
    since: { tool: "create_task", title: "Late", parent: true },
    says: /task \d+ "Late" would be trashed too/,
  },
  {
    when: "it is gone",
    propose: { tool: "update_task", title: "From the agent" },
    since: { tool: "delete_task" },
    says: /Cannot find task/,
  },
];
for (const { when, propose, since, says } of moves) {
  onEveryStore(`a proposal is not carried out when ${when}`, async (store) => {
    await using app = await startApp({ store });
    const { task } = await arrange(app);
    const call = ({ tool, title, parent }: { tool: string; title?: string; parent?: boolean }) =>
      [tool, {
        ...(parent ? { parent_task_id: task } : { task_id: task }),
        ...(title ? { title } : {}),
      }] as const;
    const { proposal_id } = await agentOf(app).call(...call(propose));
    await app.as("ada").call(...call(since));
    const before = await app.as("ada").call("list_tasks", { limit: 100 });

    await assert.rejects(approve(app, proposal_id), { message: says });

    assert.deepEqual(await app.as("ada").call("list_tasks", { limit: 100 }), before);
    assert.equal((await proposalOf(app, proposal_id)).status, "pending");
  });
}

onEveryStore("of two who approve at the same time, one does", async (store) => {
  await using app = await startApp({ store });
  const { proposal_id } = await agentOf(app).call("create_task", { title: "Once" });

  const ends = await Promise.allSettled([1, 2, 3].map(() => approve(app, proposal_id)));

  assert.equal(ends.filter(({ status }) => status === "fulfilled").length, 1);
  assert.equal((await app.as("ada").call("list_tasks")).total, 1);
});

Deno.test("what is refused, and what changes nothing, is no proposal", async () => {
  await using app = await startApp();
  const { task } = await arrange(app);
  const agent = agentOf(app);

  const wrong = await agent.refused("create_task", { title: "" });
  const unknown = await agent.refused("update_task", { task_id: 999, title: "X" });
  const cycle = await agent.refused("update_task", { task_id: task, depends_on: [task] });
  const nothing = await agent.call("update_task", { task_id: task, title: "Buy paint" });

  assert.match(wrong, /^invalid_input/);
  assert.match(unknown, /^not_found/);
  assert.match(cycle, /^invalid_input|^conflict/);
  assert.deepEqual([nothing.task.id, nothing.change_id], [task, null]);
  assert.equal((await agent.call("list_proposals")).total, 0);
});

onEveryStore("an identical call is proposed once", async (store) => {
  await using app = await startApp({ store });
  const agent = agentOf(app);
  const keyed = { title: "Keyed", idempotency_key: "k" };

  const one = await agent.call("create_task", { title: "Plain" });
  const again = await agent.call("create_task", { title: "Plain" });
  const first = await agent.call("create_task", keyed);
  const second = await agent.call("create_task", keyed);
  const other = await agent.refused("create_task", { ...keyed, title: "Other" });
  app.clock.now = new Date(app.clock.now.getTime() + 31_000);
  const later = await agent.call("create_task", { title: "Plain" });

  assert.deepEqual([again.proposal_id, again.replayed], [one.proposal_id, true]);
  assert.deepEqual([second.proposal_id, second.replayed], [first.proposal_id, true]);
  assert.match(other, /^conflict: .*idempotency_key "k"/);
  assert.notEqual(later.proposal_id, one.proposal_id);
});

onEveryStore("nobody sees or decides on the proposals of another", async (store) => {
  await using app = await startApp({ store });
  const { proposal_id } = await agentOf(app).call("create_task", { title: "Ada's secret" });

  const seen = await app.as("bob").call("list_proposals");

  assert.equal(seen.total, 0);
  await assert.rejects(approve(app, proposal_id, "bob"), { code: "not_found" });
  await assert.rejects(app.app.life.proposals.reject("bob", proposal_id, null), {
    code: "not_found",
  });
});

onEveryStore(
  "a narrowed key proposes within its areas, and sees its own proposals alone",
  async (store) => {
    await using app = await startApp({ store });
    const { area, goal } = await arrange(app);
    await agentOf(app).call("create_task", { title: "Secret" });
    const narrow = await holder(app, { user_id: "ada", level: "propose", areas: [area] });

    const outside = await narrow.refused("create_task", { title: "Nowhere" });
    const { proposal_id } = await proposes(app, narrow, "create_task", {
      ...{ title: "Inside", goal_id: goal },
    });
    const seen = await narrow.call("list_proposals");
    const { task } = await approve(app, proposal_id);

    assert.match(outside, /^permission_denied/);
    assert.deepEqual(seen.proposals.map(({ id }: { id: number }) => id), [proposal_id]);
    assert.equal(task.goal_id, goal);
  },
);

Deno.test("no tool decides on a proposal, and a client is told at the start that it only proposes", async () => {
  await using app = await startApp();
  const agent = agentOf(app);
  const { tools } = await (await agent.open()).listTools();

  const names = tools.map(({ name }) => name);
  assert.deepEqual(names.filter((name) => /approve|reject/.test(name)), []);
  assert.ok(names.includes("list_proposals") && names.includes("delete_goal"));
  assert.match(agent.client.getInstructions() ?? "", /proposal_id/);
  assert.doesNotMatch((await app.as("ada").open()).getInstructions() ?? "", /proposal_id/);
});

Deno.test("what a guest proposes for the life of another is the guest's to approve", async () => {
  await using app = await startApp();
  const { area, task } = await arrange(app);
  await app.app.life.shares.share("ada", String(area), "bob", "editor");
  const guest = app.as("bob", { level: "propose", client: "agent" });

  const { proposal_id } = await proposes(app, guest, "update_task", {
    ...{ task_id: task, title: "Buy red paint" },
  });
  await assert.rejects(approve(app, proposal_id, "ada"), { code: "not_found" });
  await approve(app, proposal_id, "bob");

  const { changes } = await app.as("ada").call("list_changes", { limit: 1 });
  assert.deepEqual([changes[0].guest, changes[0].approved_by], ["bob", "bob"]);
  assert.equal(
    (await app.as("ada").call("get_task", { task_id: task })).task.title,
    "Buy red paint",
  );
});

Deno.test("only so many proposals wait at once", async () => {
  await using app = await startApp();
  const { db } = app.app;
  const agent = agentOf(app);
  await agent.call("create_task", { title: "First" });
  const { id: _, ...row } = await db.read.selectFrom("proposals").selectAll()
    .executeTakeFirstOrThrow();
  await db.write("ada", async (tx) => {
    await tx.insertInto("proposals").values(Array.from({ length: 199 }, () => row)).execute();
  });

  assert.match(await agent.refused("create_task", { title: "Last" }), /^conflict: .*200 proposals/);
});

Deno.test("the operator rejects with a reason of bounded length", async () => {
  await using app = await startApp();
  const { proposal_id } = await agentOf(app).call("create_task", { title: "X" });

  await assert.rejects(app.app.life.proposals.reject("ada", proposal_id, "x".repeat(1001)), {
    code: "invalid_input",
  });
  assert.equal((await proposalOf(app, proposal_id)).status, "pending");
});

Deno.test("an approved change is undone like any other", async () => {
  await using app = await startApp();
  const { proposal_id } = await agentOf(app).call("create_task", { title: "X" });
  const { change_id, task } = await approve(app, proposal_id);

  await app.app.life.history.undo(ownerOf("ada", "undo"), { change_id });

  assert.match(await app.as("ada").refused("get_task", { task_id: task.id }), /^not_found/);
});
