import assert from "node:assert/strict";
import { linesOf, recordsOf } from "../audit/records.ts";
import { BY_SCOPE, METADATA_PARAMETER, startIssued } from "./issued.ts";
import { openSession, type TestNetwork } from "./network.ts";

type Headers = Record<string, string>;

const call = (name: string, args: object = {}) => ({
  jsonrpc: "2.0",
  id: 2,
  method: "tools/call",
  params: { name, arguments: args },
});

const CREATE = call("create_goal", { title: "Wide" });

/** Every way to call a tool with a request of its own. */
const ways: {
  way: string;
  send(network: TestNetwork, message: object, headers: Headers): Promise<Response>;
}[] = [
  { way: "in the era of 2026", send: postModern },
  {
    way: "in a session",
    send: async (network, message, headers) =>
      await network.post(message, {
        ...headers,
        "mcp-session-id": await openSession(network, headers),
      }),
  },
  {
    way: "in a batch",
    send: async (network, message, headers) => {
      const session = { ...headers, "mcp-session-id": await openSession(network, headers) };
      const list = { ...call("list_goals"), id: 1 };
      return await network.post(JSON.stringify([list, message]), session);
    },
  },
  { way: "over HTTP+SSE", send: postBesideStream },
];

for (const { way, send } of ways) {
  Deno.test(`a call that a wider scope would allow asks for that, ${way}, and runs with it`, async () => {
    await using issued = await startIssued();
    const { network } = issued;

    const narrow = await send(network, CREATE, await issued.shown({ scope: "life:read other" }));
    const { total } = await network.app.as("ada").call("list_goals");
    const wide = await send(network, CREATE, await issued.shown({ scope: "life:read life:write" }));

    assert.equal(narrow.status, 403);
    assert.equal(
      narrow.headers.get("www-authenticate"),
      `Bearer ${METADATA_PARAMETER}, scope="life:write", error="insufficient_scope", ` +
        'error_description="Cannot call create_goal as level read_only allows list_*, get_*, ' +
        'search_*, query_*, analyze_*, catch_up"',
    );
    const { error } = await narrow.json();
    assert.match(error.advice, /sign in again with the scope life:write/);
    assert.equal(total, 0);
    assert.ok(wide.ok, `${wide.status}`);
    await wide.text();
    const { goals } = await network.app.as("ada").call("list_goals");
    assert.deepEqual(goals.map(({ title }: { title: string }) => title), ["Wide"]);
    const kept = await linesOf(network.app);
    assert.deepEqual(kept.filter((line) => line.includes("create_goal")), [
      "ada on ada: tools/call create_goal permission_denied",
      "ada on ada: tools/call create_goal ok",
    ]);
  });
}

const asking: {
  what: string;
  send: typeof postModern;
  id: string | number | undefined;
  kept: { client: string | null; request_id: string | null };
}[] = [
  { what: "an id", send: postModern, id: 2, kept: { client: "test", request_id: "2" } },
  { what: "no id", send: postModern, id: undefined, kept: { client: "test", request_id: null } },
  {
    what: "an id of 65 characters",
    send: postModern,
    id: "x".repeat(65),
    kept: { client: "test", request_id: null },
  },
  {
    what: "no word of its client",
    send: (network, message, headers) => network.post(message, headers),
    id: 2,
    kept: { client: null, request_id: "2" },
  },
];
for (const { what, send, id, kept } of asking) {
  Deno.test(`a call with ${what} that is asked for a wider scope is in the trail as it came`, async () => {
    await using issued = await startIssued();
    const headers = await issued.shown({ scope: "life:read" });
    const message = { ...CREATE, id };

    const response = await send(issued.network, message, headers);

    await response.text();
    assert.equal(response.status, 403);
    const [{ client, request_id } = assert.fail("there is no record")] = await recordsOf(
      issued.network.app,
    );
    assert.deepEqual({ client, request_id }, kept);
  });
}

const unasked = [
  { who: "an API key", terms: BY_SCOPE, claims: undefined, tool: "create_goal" },
  { who: "a token for a tool that is not", terms: BY_SCOPE, claims: "life:read", tool: "create_x" },
  {
    who: "a token whose issuer has no wider scope",
    terms: { levelClaim: "scope", levelMap: { "life:read": "read_only" } } as const,
    claims: "life:read",
    tool: "create_goal",
  },
  {
    who: "a token whose level is no matter of scopes",
    terms: { levelClaim: "roles" },
    claims: "read_only",
    tool: "create_goal",
  },
];
for (const { who, terms, claims, tool } of unasked) {
  Deno.test(`${who} is asked for no scope: the tool refuses`, async () => {
    await using issued = await startIssued(terms);
    const { network } = issued;
    const { key } = await network.issue("ada", "read_only");
    const headers = claims === undefined
      ? { authorization: `Bearer ${key}` }
      : await issued.shown({ scope: claims, roles: claims });

    const response = await postModern(network, call(tool, { title: "No" }), headers);

    assert.equal(response.headers.get("www-authenticate"), null);
    assert.match(await response.text(), /permission_denied|Unknown tool/);
    assert.notEqual(response.status, 403);
    assert.equal((await network.app.as("ada").call("list_goals")).total, 0);
  });
}

Deno.test("what a narrow token allows runs, and leaves nobody asked", async () => {
  await using issued = await startIssued();
  const headers = await issued.shown({ scope: "life:read" });

  for (const message of [call("list_goals"), call("query_user_stats")]) {
    const response = await postModern(issued.network, message, headers);

    assert.equal(response.status, 200);
    assert.match(await response.text(), /structuredContent/);
  }
});

const powerless = [
  { terms: BY_SCOPE, claims: { scope: "mail:read" }, scope: 'scope="life:read", ' },
  { terms: BY_SCOPE, claims: {}, scope: 'scope="life:read", ' },
  { terms: { levelClaim: "roles" }, claims: { roles: "guest" }, scope: "" },
];
for (const { terms, claims, scope } of powerless) {
  Deno.test(`a token of ${JSON.stringify(claims)} by ${terms.levelClaim} opens nothing`, async () => {
    await using issued = await startIssued(terms);
    const headers = await issued.shown(claims);

    for (const path of ["/mcp", "/mcp/sse", "/mcp/ws", "/mcp/metrics"]) {
      const response = await issued.network.send(path, { headers });

      const { error } = await response.json();
      assert.equal(response.status, 403, path);
      assert.match(error.message, /gives no level/);
      const challenge = response.headers.get("www-authenticate") ?? "";
      const start = `Bearer ${METADATA_PARAMETER}, ${scope}error="insufficient_scope", `;
      assert.ok(challenge.startsWith(start), challenge);
      assert.match(
        challenge,
        /error_description="Cannot let 'ada-1' of http.* gives no level: [^"]*"$/,
      );
    }
  });
}

const faults = [
  { claims: { exp: 1 }, says: "Cannot authenticate as the token expired on 1970-01-01 00:00 UTC" },
  { claims: { aud: "other" }, says: "Cannot authenticate as the token is for somebody else" },
  {
    claims: { sub: 'e"ve\\, scope="life:write", error="x", ü 🙂' },
    says: "Cannot authenticate as the token is that of somebody who is not known here",
  },
];
for (const { claims, says } of faults) {
  Deno.test(`a token of ${JSON.stringify(claims)} is told what is wrong with it, safely`, async () => {
    await using issued = await startIssued();
    const headers = await issued.shown({ scope: "life:read", ...claims });

    const response = await postModern(issued.network, call("list_goals"), headers);

    await response.text();
    assert.equal(response.status, 401);
    const challenge = response.headers.get("www-authenticate") ?? "";
    const start = `Bearer ${METADATA_PARAMETER}, scope="life:read", error="invalid_token", ` +
      `error_description="${says}`;
    assert.ok(challenge.startsWith(start), challenge);
    assert.match(challenge.slice(start.length), /^[\x20\x21\x23-\x5b\x5d-\x7e]*"$/);
  });
}

Deno.test("in a session each token may do what it may do, and the wider one keeps it", async () => {
  await using issued = await startIssued({ levelClaim: "roles" });
  const { network } = issued;
  const [wide, narrow] = [
    await issued.shown({ roles: "read_write" }),
    await issued.shown({ roles: "read_only" }),
  ];
  const begun = { "mcp-session-id": await openSession(network, narrow) };
  const listed = { jsonrpc: "2.0", id: 3, method: "tools/list" };

  const [refused, made] = await Promise.all([
    network.post(call("create_goal", { title: "Narrow" }), { ...narrow, ...begun }),
    network.post(call("create_goal", { title: "Wide" }), { ...wide, ...begun }),
  ]);
  const all = await network.post(listed, { ...wide, ...begun });
  const late = await network.post(listed, { ...narrow, ...begun });

  assert.match(
    await refused.text(),
    /permission_denied: Cannot call create_goal as level read_only/,
  );
  assert.match(await made.text(), /"title":"Wide"/);
  assert.match(await all.text(), /"create_goal"/);
  await late.text();
  assert.deepEqual([all.status, late.status], [200, 404]);
  const { goals } = await network.app.as("ada").call("list_goals");
  assert.deepEqual(goals.map(({ title }: { title: string }) => title), ["Wide"]);
});

Deno.test("a session that a token began is not open to a key of the same person", async () => {
  await using issued = await startIssued();
  const { network } = issued;
  const mine = await issued.shown({ scope: "life:write" });
  const session = { "mcp-session-id": await openSession(network, mine) };

  const response = await network.post(call("list_goals"), session);

  await response.text();
  assert.equal(response.status, 404);
});

async function postModern(
  network: TestNetwork,
  { params, ...message }: { params?: { name?: string } } & object,
  headers: Headers,
): Promise<Response> {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  return await network.post({ ...message, params: { ...params, _meta } }, {
    "mcp-protocol-version": "2026-07-28",
    "mcp-method": "tools/call",
    "mcp-name": params?.name ?? "",
    ...headers,
  });
}

/** Answers the status of the post; once it was taken, waits for what comes down the stream. */
async function postBesideStream(
  network: TestNetwork,
  message: object,
  headers: Headers,
): Promise<Response> {
  const stream = await network.send("/mcp/sse", { headers });
  const events = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await events.read();
  const path = /data: (\S+)/.exec(value)?.[1] ?? "";
  const send = (body: object) =>
    network.send(path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const clientInfo = { name: "test", version: "1" };
  const params = { protocolVersion: "2024-11-05", capabilities: {}, clientInfo };
  await (await send({ jsonrpc: "2.0", id: 1, method: "initialize", params })).text();
  await events.read();
  const response = await send(message);
  if (response.ok) await events.read();
  await events.cancel();
  return response;
}
