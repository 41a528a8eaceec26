import assert from "node:assert/strict";
import { assertRefused, openShell, type Shell } from "./selfos.ts";

/** Has a key that only proposes make a call; answers the id of the proposal. */
async function propose(shell: Shell, ...call: string[]): Promise<number> {
  const { proposal_id } = await shell.json("call", ...call, "--level", "propose");
  return proposal_id;
}

Deno.test("a person lists, reads, approves and undoes what is proposed", async () => {
  await using shell = await openShell();
  const id = await propose(shell, "create_task", "title=Paint the door", "due_date=2030-01-02");

  const listed = await shell.run(["proposals", "list"]);
  const shown = await shell.run(["proposals", "show", `${id}`]);
  const approved = await shell.run(["proposals", "approve", `${id}`]);
  const { tasks } = await shell.json("call", "list_tasks");
  const history = await shell.run(["history", "--limit", "1"]);
  const { proposals } = await shell.json("proposals", "list", "--status", "approved");
  await shell.json("undo", `${proposals[0].change_id}`);

  const [head, row] = listed.stdout.split("\n");
  assert.match(head!, /^ID +STATUS +PROPOSED +CLIENT +TOOL +WHAT$/);
  assert.match(row!, /^1 +pending +.* selfos +create_task +\+ task #1 "Paint the door"/);
  assert.match(shown.stdout, /\+ task #1 "Paint the door": .*due_date "2030-01-02"/);
  assert.match(shown.stdout, /selfos proposals approve 1, or selfos proposals reject 1/);
  assert.match(
    approved.stdout,
    /^Approved proposal 1 as change (\d+); selfos undo \1 takes it back/,
  );
  assert.deepEqual(tasks.map(({ title }: { title: string }) => title), ["Paint the door"]);
  assert.match(history.stdout, /selfos, approved by local +create_task/);
  assert.equal((await shell.json("call", "list_tasks")).total, 0);
});

Deno.test("a rejection gives the agent its reason", async () => {
  await using shell = await openShell();
  const id = await propose(shell, "create_task", "title=Paint");

  const { proposal } = await shell.json("proposals", "reject", `${id}`, "--reason", "not now");
  const { proposals } = await shell.json("call", "list_proposals");

  assert.deepEqual([proposal.status, proposals[0].reason], ["rejected", "not now"]);
  assertRefused(await shell.run(["proposals", "approve", `${id}`]), 1, /was rejected on 2/);
});

const refusals = [
  { argv: ["approve", "7"], status: 1, says: /Cannot find proposal 7 of "local"/ },
  { argv: ["show", "x"], status: 2, says: /Cannot use x as the id of a proposal/ },
  {
    argv: ["list", "--status", "open"],
    status: 2,
    says: /are open\nTry: {3}write one of pending, /,
  },
] as const;
for (const { argv, status, says } of refusals) {
  Deno.test(`proposals ${argv.join(" ")} is refused`, async () => {
    await using shell = await openShell();

    assertRefused(await shell.run(["proposals", ...argv]), status, says);
  });
}

Deno.test("decisions are in the audit log, without what was decided", async () => {
  await using shell = await openShell();
  const [one, two] = [
    await propose(shell, "create_task", "title=Secret paint"),
    await propose(shell, "create_task", "title=Other paint"),
  ];
  await shell.json("proposals", "approve", `${one}`);
  await shell.json("proposals", "reject", `${two}`, "--reason", "secret");

  const { records } = await shell.json("audit", "list", "--limit", "2");

  const told = records.map((
    { action, target, outcome }: Record<string, unknown>,
  ) => [action, target, outcome]);
  assert.deepEqual(told, [["proposals reject", "2", "ok"], ["proposals approve", "1", "ok"]]);
  assert.doesNotMatch(JSON.stringify(records), /secret|paint/i);
});

Deno.test("keys create --taint is kept, shown, and takes only propose", async () => {
  await using shell = await openShell();
  const { id } = await shell.json("keys", "create", "--name", "k", "--taint", "propose");

  const { taint } = await shell.json("keys", "show", id);
  const wrong = await shell.run(["keys", "create", "--name", "k", "--taint", "refuse"]);

  assert.equal(taint, "propose");
  assertRefused(wrong, 2, /is to refuse\nTry: {3}write --taint propose/);
});

Deno.test("history --by client tells how the writes of each client fared", async () => {
  await using shell = await openShell();
  await shell.json("call", "create_task", "title=A");
  await propose(shell, "create_task", "title=B");

  const { stdout } = await shell.run(["history", "--by", "client"]);
  const wrong = await shell.run(["history", "--by", "tool"]);

  assert.match(
    stdout,
    /^CLIENT +KEPT +UNDONE +PROPOSED +APPROVED +REJECTED +DENIED\nselfos +2 +0 +1 +0 +0 +0$/m,
  );
  assertRefused(wrong, 2, /Cannot tell by tool/);
});
