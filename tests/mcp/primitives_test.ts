import assert from "node:assert/strict";
import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import { servePrimitives } from "../conformance/primitives.ts";
import { recordingLog } from "../events/recording_log.ts";
import { startApp, type TestApp } from "../harness.ts";
import type { Outcome } from "../../src/outcome.ts";
import { watchCalls } from "../../src/telemetry/calls.ts";
import { serveConnection } from "../../src/transports/connection.ts";

// deno-lint-ignore no-explicit-any
type Json = any;

/** A client of the test-only primitives, which answers what it is asked only where told so. */
async function connect(app: TestApp, { user = "ada", capabilities = {}, modern = false } = {}) {
  const { log, records } = recordingLog();
  const mode = modern ? { pin: "2026-07-28" } : "legacy" as const;
  const client = new Client({ name: "test", version: "1" }, {
    capabilities,
    versionNegotiation: { mode },
    inputRequired: { autoFulfill: false },
  });
  const [near, far] = InMemoryTransport.createLinkedPair();
  const principal = { user_id: user, level: "read_write", id: user } as const;
  const outcomes: Outcome[] = [];
  const watch = watchCalls((_, outcome) => outcomes.push(outcome));
  serveConnection({ ...servePrimitives(app.app, log), watch }, principal, far as Json, "test");
  await client.connect(near);
  return {
    client,
    records,
    outcomes,
    [Symbol.asyncDispose]: () => client.close(),
  };
}

async function refusalOf(work: Promise<unknown>): Promise<Json> {
  const error = await work.then(() => undefined, (error) => error);
  assert.ok(error instanceof Error, "it was not refused");
  return error;
}

const NAME = "test_prompt_with_arguments";
const refusals: Record<string, { ask: (client: Client) => Promise<unknown>; says: RegExp }> = {
  "a prompt that is not there": {
    ask: (client) => client.getPrompt({ name: "test_simple_promt" }),
    says: /test_simple_promt.*\nTry: use test_simple_prompt/,
  },
  "a prompt without an argument it needs": {
    ask: (client) => client.getPrompt({ name: NAME, arguments: { arg1: "a" } }),
    says: /arg2 is missing\nTry: its arguments are arg1, arg2/,
  },
  "a prompt with an argument it has not": {
    ask: (client) =>
      client.getPrompt({ name: NAME, arguments: { arg1: "a", arg2: "b", arg3: "" } }),
    says: /no argument "arg3"/,
  },
  "a cursor that was never given out": {
    ask: (client) => client.listResources({ cursor: "-1" }),
    says: /got "-1"/,
  },
  "a cursor beyond the end": {
    ask: (client) => client.listPrompts({ cursor: "4711" }),
    says: /got "4711"/,
  },
  "subscribing to what nobody tells changes of": {
    ask: (client) => client.subscribeResource({ uri: "test://static-text" }),
    says: /test:\/\/static-text.*nobody is told/,
  },
  "completing an argument that a prompt has not": {
    ask: (client) =>
      client.complete({
        ref: { type: "ref/prompt", name: NAME },
        argument: { name: "arg3", value: "" },
      }),
    says: /no argument "arg3"/,
  },
};
for (const [what, { ask, says }] of Object.entries(refusals)) {
  Deno.test(`${what} is refused, with what to try`, async () => {
    await using app = await startApp();
    await using connection = await connect(app);

    const error = await refusalOf(ask(connection.client));

    assert.equal(error.code, -32602);
    assert.match(error.message, /invalid_input|not_found/);
    assert.match(error.message, says);
  });
}

Deno.test("an argument that nobody completes completes to nothing", async () => {
  await using app = await startApp();
  await using connection = await connect(app);

  const { completion } = await connection.client.complete({
    ref: { type: "ref/prompt", name: NAME },
    argument: { name: "arg2", value: "x" },
  });

  assert.deepEqual(completion, { values: [], total: 0, hasMore: false });
});

Deno.test("what a resource declares of itself is listed", async () => {
  await using app = await startApp();
  await using connection = await connect(app);

  const { resources: [first] } = await connection.client.listResources();

  assert.deepEqual([first?.uri, first?.size, first?.annotations], [
    "test://static-text",
    49,
    { audience: ["user"], priority: 0.5, lastModified: "2026-11-22T12:00:00Z" },
  ]);
});

Deno.test("a call that was cancelled is no defect, and is counted as cancelled", async () => {
  await using app = await startApp();
  await using connection = await connect(app);
  const cancel = new AbortController();
  const call = connection.client.callTool({ name: "test_slow", arguments: {} }, {
    signal: cancel.signal,
  });
  setTimeout(() => cancel.abort(), 20);

  await assert.rejects(call);
  await new Promise((resolve) => setTimeout(resolve, 50));

  assert.deepEqual(connection.records, []);
  assert.deepEqual(connection.outcomes, ["cancelled"]);
});

Deno.test("whom a client cannot ask, its tools do not", async () => {
  await using app = await startApp();
  await using connection = await connect(app);

  const { isError, content: [text] }: Json = await connection.client.callTool({
    name: "test_elicitation",
    arguments: { message: "Who?" },
  });

  assert.equal(isError, true);
  assert.match(text.text, /elicitation/);
});

/** The first round of a call that asks twice, and what its answer carries. */
async function firstRound({ client }: { client: Client }): Promise<Json> {
  const name = "test_input_required_result_multi_round";
  return await client.callTool({ name, arguments: {} }, { allowInputRequired: true });
}

async function secondRound({ client }: { client: Client }, requestState: string): Promise<Json> {
  const answer = { action: "accept", content: { name: "Ada" } };
  return await client.callTool({
    name: "test_input_required_result_multi_round",
    arguments: {},
    inputResponses: { step1: answer },
    requestState,
  } as Json, { allowInputRequired: true });
}

Deno.test("what a client carries between two rounds is worth nothing to another, nor changed", async () => {
  await using app = await startApp();
  const options = { capabilities: { elicitation: {} }, modern: true };
  await using ada = await connect(app, options);
  await using bob = await connect(app, { ...options, user: "bob" });
  const { requestState } = await firstRound(ada);

  for (const [who, state] of [[bob, requestState], [ada, `${requestState}x`]] as const) {
    const error = await refusalOf(secondRound(who, state));
    assert.deepEqual([error.code, error.data?.reason], [-32602, "invalid_request_state"]);
  }
  const { inputRequests } = await secondRound(ada, requestState);
  assert.deepEqual(Object.keys(inputRequests), ["step2"]);
});
