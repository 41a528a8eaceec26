import assert from "node:assert/strict";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { serveConnection } from "../../src/transports/connection.ts";
import { servePrimitives } from "../conformance/primitives.ts";
import { recordingLog } from "../events/recording_log.ts";
import { startApp, type TestApp } from "../harness.ts";

// deno-lint-ignore no-explicit-any
type Json = any;

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

/** Sends one request after another, in whatever form. */
async function connect({ app }: TestApp) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const principal = { user_id: "ada", level: "read_write", id: "ada" } as const;
  serveConnection(servePrimitives(app, recordingLog().log), principal, far, "test");
  let answered = (_: Json) => {};
  near.onmessage = (message) => answered(message);
  await near.start();
  let id = 0;
  return {
    async ask(method: string, params: object): Promise<Json> {
      const answer = new Promise<Json>((resolve) => answered = resolve);
      await near.send({ jsonrpc: "2.0", id: id++, method, params } as Json);
      return await answer;
    },
    [Symbol.asyncDispose]: () => near.close(),
  };
}

const HELLO = {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "test", version: "1" },
};
const either: [method: string, params: object, says: string][] = [
  ["tools/list", { cursor: 1 }, "params.cursor is 1: expected string"],
  ["tools/call", { name: 1 }, "params.name is 1: expected string"],
  ["resources/list", { cursor: 1 }, "params.cursor is 1: expected string"],
  ["resources/read", {}, "params.uri is missing"],
  ["prompts/get", { name: 1 }, "params.name is 1: expected string"],
  ["prompts/get", { name: "a", arguments: { b: 1 } }, "params.arguments.b is 1: expected string"],
  [
    "completion/complete",
    { ref: { type: "ref/nothing" } },
    'params.ref has the wrong form: got {"type":"ref/nothing"}; params.argument is missing',
  ],
];
const eras = [
  {
    era: "2025",
    first: { method: "initialize", params: HELLO },
    own: {},
    bad: [
      ...either,
      [
        "logging/setLevel",
        { level: "loud" },
        'params.level is "loud": expected one of "debug"|"info"|"notice"|"warning"|"error"|' +
        '"critical"|"alert"|"emergency"',
      ],
      ["resources/subscribe", { uri: 1 }, "params.uri is 1: expected string"],
      ["resources/unsubscribe", {}, "params.uri is missing"],
    ] satisfies typeof either,
  },
  {
    era: "2026",
    first: { method: "tools/list", params: {} },
    own: { _meta: META },
    bad: either,
  },
];
for (const { era, first, own, bad } of eras) {
  Deno.test(`parameters in the wrong form are refused in a sentence, as of ${era}`, async () => {
    await using app = await startApp();
    await using connection = await connect(app);
    const { result } = await connection.ask(first.method, { ...first.params, ...own });
    assert.ok(result);

    for (const [method, params, says] of bad) {
      const { error } = await connection.ask(method, { ...params, ...own });

      assert.deepEqual([error.code, error.message], [
        -32602,
        `invalid_input: Cannot answer ${method} as ${says}`,
      ]);
    }
  });
}

Deno.test("a first message in the wrong form is refused in a sentence", async () => {
  await using app = await startApp();
  await using connection = await connect(app);

  const { error } = await connection.ask("initialize", { ...HELLO, protocolVersion: undefined });

  assert.deepEqual([error.code, error.message], [
    -32602,
    "invalid_input: Cannot answer initialize as params.protocolVersion is missing",
  ]);
});
