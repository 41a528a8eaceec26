import assert from "node:assert/strict";
import { withStore } from "./invariants.ts";
import { onEveryProgram } from "./programs.ts";
import { newPlace, ServerProcess, startServer } from "./server.ts";

const LEGACY_REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
const TOOLS = 33;

const envelope = {
  _meta: {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "envelope-test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  },
};

for (const revision of LEGACY_REVISIONS) {
  onEveryProgram(`a client of ${revision} shakes hands, lists and calls`, async (program) => {
    using place = newPlace();
    await using server = new ServerProcess(program, place);

    const { protocolVersion, serverInfo, capabilities } = await server.initialize(revision);
    const { result: { tools } } = await server.request("tools/list");
    const { goal } = await server.call("create_goal", { title: `Speak ${revision}` });

    assert.equal(protocolVersion, revision);
    assert.equal(serverInfo.name, "selfos");
    assert.ok(capabilities.tools);
    assert.equal(tools.length, TOOLS);
    assert.equal(goal.title, `Speak ${revision}`);
    assert.equal((await server.end()).code, 0);
  });
}

onEveryProgram("a client of an unknown revision is offered a known one", async (program) => {
  using place = newPlace();
  await using server = new ServerProcess(program, place);

  const { protocolVersion } = await server.initialize("1999-01-01");

  assert.ok(LEGACY_REVISIONS.includes(protocolVersion), protocolVersion);
});

onEveryProgram(
  "a client of 2026-07-28 discovers, lists and calls without a handshake",
  async (program) => {
    using place = newPlace();
    await using server = new ServerProcess(program, place);

    const { result: found } = await server.request("server/discover", envelope);
    const { result: { tools } } = await server.request("tools/list", envelope);
    const { result: made } = await server.request("tools/call", {
      name: "create_goal",
      arguments: { title: "Skip the handshake" },
      ...envelope,
    });
    const { result: log } = await server.request("tools/call", {
      name: "list_changes",
      arguments: {},
      ...envelope,
    });

    assert.ok(found.supportedVersions.includes("2026-07-28"));
    assert.ok(found.capabilities.tools);
    assert.equal(tools.length, TOOLS);
    assert.equal(made.structuredContent.goal.title, "Skip the handshake");
    assert.equal(log.structuredContent.changes[0].client, "envelope-test");
    assert.equal((await server.end()).code, 0);
  },
);

onEveryProgram("a call of 2026-07-28 without its envelope changes nothing", async (program) => {
  using place = newPlace();
  await using server = new ServerProcess(program, place);
  await server.request("tools/list", envelope);

  const { error } = await server.request("tools/call", {
    name: "create_goal",
    arguments: { title: "Unsigned" },
  });

  const { result } = await server.request("tools/call", { name: "list_goals", ...envelope });
  assert.equal(error.code, -32602);
  assert.deepEqual(result.structuredContent.goals, []);
});

const UNKNOWN_METHODS = ["resources/delete", "roots/list", "nope", "__proto__", "constructor"];
const UNKNOWN_TOOLS = ["nope", "", "__proto__", "constructor", "toString", "create_goal "];

onEveryProgram("unknown methods and tools are told apart", async (program) => {
  using place = newPlace();
  await using server = await startServer(program, place);

  const methods = await Promise.all(UNKNOWN_METHODS.map((name) => server.request(name)));
  const tools = await Promise.all(
    UNKNOWN_TOOLS.map((name) => server.request("tools/call", { name, arguments: {} })),
  );

  assert.deepEqual(methods.map(({ error }) => error?.code), UNKNOWN_METHODS.map(() => -32601));
  assert.deepEqual(tools.map(({ error }) => error?.code), UNKNOWN_TOOLS.map(() => -32602));
});

onEveryProgram(
  "a defect is answered under a reference and told only to the log",
  async (program) => {
    using place = newPlace();
    await using server = await startServer(program, place);
    await server.call("create_task", { title: "Before", tags: ["home"] });
    const damage = `update change_items set "after" = '{"private words'`;
    withStore(place.dataDir, (store) => store.exec(damage));

    const { error } = await server.request("tools/call", {
      name: "list_changes",
      arguments: {},
    });
    const { result } = await server.request("ping");

    const { stderr, code } = await server.end();
    const reference = /^Internal error \(ref ([0-9a-f]{8})\)$/.exec(error.message)?.[1];
    assert.equal(error.code, -32603);
    assert.ok(reference, error.message);
    assert.doesNotMatch(JSON.stringify(error), /JSON|words/i);
    assert.ok(stderr.includes(reference) && /JSON/.test(stderr), stderr);
    assert.deepEqual(result, {});
    assert.equal(code, 0);
  },
);
