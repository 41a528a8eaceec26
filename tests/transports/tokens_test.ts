import assert from "node:assert/strict";
import { holderOf, type Principal } from "../../src/permissions.ts";
import { boxOf } from "../../src/transports/http/box.ts";
import { withRedis } from "../services/redis.ts";
import { INITIALIZE, openSession } from "./network.ts";
import { startPair } from "./pair.ts";
import {
  ADMIN,
  bearer,
  link,
  makeWorld,
  READER,
  startTrusted,
  tokenOf,
  trusting,
} from "./token_world.ts";

const call = (name: string, args = {}) => ({
  ...{ jsonrpc: "2.0", id: 2, method: "tools/call" },
  params: { name, arguments: args },
});

Deno.test("a token works at its level, and the journal names its identity", async () => {
  await using world = await makeWorld();
  const { post, app } = world.network;
  const created = async (claims: object) => {
    const session = { ...await bearer(world.issuer, claims) };
    const id = await openSession(world.network, session);
    const response = await post(call("create_task", { title: "Milk" }), {
      ...session,
      "mcp-session-id": id,
    });
    return await response.text();
  };

  const [written, refused] = [await created(ADMIN), await created(READER)];

  assert.match(written, /"title":"Milk"/);
  assert.match(refused, /permission_denied: Cannot call create_task as level read_only/);
  const { changes } = await app.as("ada").call("list_changes", { limit: 1 });
  assert.match(changes[0].principal, /^token:[0-9A-Za-z]{8}$/);
});

const barred: { when: string; claims: object; status: number; says: RegExp }[] = [
  { when: "gives no level", claims: { role: "guest" }, status: 403, says: /stands for no level/ },
  { when: "is wrong", claims: { aud: "other" }, status: 401, says: /for somebody else/ },
];
for (const { when, claims, status, says } of barred) {
  Deno.test(`a token that ${when} is answered with ${status}, by every transport`, async () => {
    await using world = await makeWorld();
    const { send } = world.network;
    const headers = await bearer(world.issuer, claims);

    for (const path of ["/mcp", "/mcp/sse", "/mcp/ws"]) {
      const response = await send(path, { headers });

      assert.equal(response.status, status);
      assert.match((await response.json()).error.message, says);
    }
  });
}

Deno.test("a token whose issuer is down is answered with 503, and not counted as a guess", async () => {
  await using world = await makeWorld();
  await world.issuer.stop();
  const headers = await bearer(world.issuer, ADMIN);

  for (let count = 0; count < 35; count++) {
    const response = await world.network.send("/mcp/sse", { headers });

    assert.deepEqual([response.status, response.headers.get("retry-after")], [503, "5"]);
    // Why, and from where, is for the log.
    assert.equal(
      (await response.json()).error.message,
      "unavailable: credentials cannot be verified now",
    );
  }
  world.issuer.start();
});

Deno.test("a token in the query string is refused, whatever it is called", async () => {
  await using world = await makeWorld();
  const token = await tokenOf(world.issuer, ADMIN);

  const response = await world.network.send(`/mcp/sse?x=${token}`, {}, "127.0.0.1", false);

  assert.equal(response.status, 400);
  assert.match((await response.json()).error.message, /may not stand in the query string/);
});

Deno.test("a session is bound to identity and level, not to one token", async () => {
  await using world = await makeWorld();
  const { network, issuer } = world;
  const session = { "mcp-session-id": await openSession(network, await bearer(issuer, ADMIN)) };
  const status = async (claims: object) => {
    const response = await network.post(call("list_tasks"), {
      ...session,
      ...await bearer(issuer, claims),
    });
    await response.text();
    return response.status;
  };

  assert.equal(await status({ ...ADMIN, jti: "another" }), 200);
  assert.equal(await status(READER), 404);
  assert.equal(await status({ ...ADMIN, sub: "ada-at-work" }), 404);
  assert.equal(await status(ADMIN), 200);
});

Deno.test("an SSE stream takes messages of its identity at its level alone", async () => {
  await using world = await makeWorld();
  const { network, issuer } = world;
  const stream = await network.send("/mcp/sse", { headers: await bearer(issuer, ADMIN) });
  const reader = stream.body!.pipeThrough(new TextDecoderStream()).getReader();
  const path = /data: (\S+)/.exec((await reader.read()).value ?? "")?.[1] ?? "";
  const status = async (claims: object) => {
    const response = await network.send(path, {
      method: "POST",
      body: JSON.stringify(INITIALIZE),
      headers: { "content-type": "application/json", ...await bearer(issuer, claims) },
    });
    await response.text();
    return response.status;
  };

  assert.deepEqual([await status(READER), await status({ ...ADMIN, jti: 2 })], [404, 202]);
  await reader.cancel();
});

Deno.test("the box of a stream is another for another level", () => {
  const principal = { user_id: "ada", id: "token:12345678" };
  const [reader, admin, later] = [
    { ...principal, level: "read_only", until: 1 } as const,
    { ...principal, level: "admin", until: 1 } as const,
    { ...principal, level: "admin", until: 2 } as const,
  ].map((principal: Principal) => boxOf("stream", holderOf(principal)));

  assert.notEqual(reader, admin);
  assert.equal(admin, later);
});

withRedis(
  "another instance takes up a session for its identity, at no narrower level",
  async () => {
    await using issuer = startTrusted();
    await using pair = await startPair({}, trusting(issuer));
    await link(issuer, pair);
    const opened = await pair.post(0, INITIALIZE, await bearer(issuer, ADMIN));
    await opened.text();
    const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };
    const status = async (claims: object) => {
      const headers = { ...session, ...await bearer(issuer, claims) };
      const response = await pair.post(1, { id: 3, method: "tools/list" }, headers);
      await response.text();
      return response.status;
    };

    assert.deepEqual([await status(READER), await status({ ...ADMIN, jti: 2 })], [404, 200]);
  },
);
