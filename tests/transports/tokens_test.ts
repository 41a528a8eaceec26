import assert from "node:assert/strict";
import { WebSocket } from "ws";
import { holderOf, type Principal } from "../../src/permissions.ts";
import { boxOf } from "../../src/transports/http/box.ts";
import type { TestOptions } from "../harness.ts";
import { type FakeIssuer, makeSigner, signed, startIssuer } from "../services/issuer.ts";
import { withRedis } from "../services/redis.ts";
import { ADA, AUDIENCE, claimsAt, NOW_S } from "../auth/tokens/world.ts";
import { trash, wait } from "../auth/making.ts";
import { until } from "../until.ts";
import { INITIALIZE, openSession, startNetwork, type TestNetwork } from "./network.ts";
import { startPair } from "./pair.ts";

const signer = await makeSigner("first");

const MINUTE = 60_000;
const ADMIN = { role: "admin" };
const READER = { role: "read_only" };

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
    assert.equal((await response.json()).error.message, "credentials cannot be verified now");
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
    await using issuer = startIssuer([signer]);
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

Deno.test("what a token holds open is cut within 30 s of its end, and what others hold is not", async () => {
  await using world = await makeWorld();
  const { network, issuer } = world;
  await using server = listen(network);
  const short = await bearer(issuer, { ...ADMIN, exp: NOW_S + 60 });
  const long = await bearer(issuer, { ...ADMIN, jti: 2 });
  const session = { "mcp-session-id": await openSession(network, short) };
  const ended: string[] = [];
  const streams: Promise<void>[] = [];
  const open = async (name: string, headers: Record<string, string>, path = "/mcp/sse") => {
    const accept = { accept: "text/event-stream" };
    const response = await network.send(path, { headers: { ...accept, ...headers } });
    assert.equal(response.status, 200);
    streams.push(response.text().then(() => void ended.push(name)));
  };
  await server.open("ws", short, ended);
  await server.open("other ws", long, ended);
  await open("sse", short);
  await open("session", { ...short, ...session }, "/mcp");
  await open("other", long);

  wait(network.app, 2 * MINUTE);
  await until(() => ended.length >= 3, 30_000);

  assert.deepEqual(ended.sort(), ["session", "sse", "ws"]);
  const late = await network.post(call("list_tasks"), { ...session, ...long });
  assert.equal(late.status, 404);
  await late.text();
  await network.network.stop(0);
  await Promise.all(streams);
});

Deno.test("a session lasts as long as the tokens that use it, one after the other", async () => {
  await using world = await makeWorld();
  const { network, issuer } = world;
  const short = await bearer(issuer, { ...ADMIN, exp: NOW_S + 60 });
  const long = await bearer(issuer, ADMIN);
  const [renewed, left] = [await openSession(network, short), await openSession(network, short)];
  const status = async (id: string) => {
    const response = await network.post(call("list_tasks"), { "mcp-session-id": id, ...long });
    await response.text();
    return response.status;
  };
  assert.equal(await status(renewed), 200);
  // Going back to the older one takes nothing away.
  await (await network.post(call("list_tasks"), { "mcp-session-id": renewed, ...short })).text();

  wait(network.app, 2 * MINUTE);
  await until(async () => {
    const metrics = await network.send("/mcp/metrics", {}, "127.0.0.1", false);
    return (await metrics.json()).connections.session === 1;
  }, 30_000);

  assert.deepEqual([await status(renewed), await status(left)], [200, 404]);
});

const ends: { when: string; end(world: World): Promise<void> }[] = [
  { when: "its person goes to the trash", end: ({ network }) => trash(network.app, "ada") },
  {
    when: "it is unlinked",
    async end({ network, issuer }) {
      const { identities } = await network.app.app.auth();
      await identities.unlink("ada", { issuer: issuer.url, subject: ADA });
    },
  },
];
for (const { when, end } of ends) {
  Deno.test(`a stream of a token is cut within 30 s once ${when}`, async () => {
    await using world = await makeWorld();
    const headers = await bearer(world.issuer, ADMIN);
    const response = await world.network.send("/mcp/sse", { headers });
    let ended = false;
    const read = response.text().then(() => ended = true);

    await end(world);
    await until(() => ended, 30_000);

    await read;
  });
}

interface World extends AsyncDisposable {
  readonly network: TestNetwork;
  readonly issuer: FakeIssuer;
}

/** A network server that trusts an issuer, which knows Ada by two names. */
async function makeWorld(): Promise<World> {
  const issuer = startIssuer([signer]);
  const network = await startNetwork({ maxConnections: 10 }, trusting(issuer));
  await link(issuer, network);
  return {
    ...{ network, issuer },
    async [Symbol.asyncDispose]() {
      await network[Symbol.asyncDispose]();
      await issuer[Symbol.asyncDispose]();
    },
  };
}

function trusting({ url: issuer }: FakeIssuer): TestOptions {
  return { flags: { oidc: JSON.stringify([{ issuer, audience: AUDIENCE, levelClaim: "role" }]) } };
}

async function link({ url: issuer }: FakeIssuer, { app }: Pick<TestNetwork, "app">): Promise<void> {
  const { identities } = await app.app.auth();
  for (const subject of [ADA, "ada-at-work"]) await identities.link("ada", { issuer, subject });
}

function tokenOf({ url }: FakeIssuer, claims: object): Promise<string> {
  return signed(signer, { alg: "RS256", kid: "first" }, { ...claimsAt(url, NOW_S), ...claims });
}

async function bearer(issuer: FakeIssuer, claims: object): Promise<Record<string, string>> {
  return { authorization: `Bearer ${await tokenOf(issuer, claims)}` };
}

/** A port for what needs a real socket. */
function listen({ network }: TestNetwork) {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    (request) => network.fetch(request, { address: "127.0.0.1" }),
  );
  const sockets: WebSocket[] = [];
  return {
    async open(name: string, headers: Record<string, string>, ended: string[]): Promise<void> {
      const socket = new WebSocket(`ws://127.0.0.1:${server.addr.port}/mcp/ws`, "mcp", {
        headers: { ...headers, host: "localhost" },
      });
      sockets.push(socket);
      await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
      socket.on("close", () => void ended.push(name));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.terminate();
      await server.shutdown();
    },
  };
}
