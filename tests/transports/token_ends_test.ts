import assert from "node:assert/strict";
import { WebSocket } from "ws";
import { ADA, claimsAt, NOW_S } from "../auth/tokens/world.ts";
import { trash, wait } from "../auth/making.ts";
import { makeSigner, signed } from "../services/issuer.ts";
import { until } from "../until.ts";
import { openSession, type TestNetwork } from "./network.ts";
import { ADMIN, bearer, makeWorld, type World } from "./token_world.ts";

const MINUTE = 60_000;

const call = (name: string, args = {}) => ({
  ...{ jsonrpc: "2.0", id: 2, method: "tools/call" },
  params: { name, arguments: args },
});

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
  {
    when: "its key is withdrawn",
    async end({ network, issuer }) {
      issuer.keys = [(await makeSigner("second")).jwk];
      wait(network.app, 10 * MINUTE);
    },
  },
];
Deno.test("a stream of a token is cut within 30 s once its grounds are gone", async () => {
  // All at once, as each waits for the next look.
  await Promise.all(ends.map(async ({ when, end }) => {
    await using world = await makeWorld();
    const headers = await bearer(world.issuer, ADMIN);
    const response = await world.network.send("/mcp/sse", { headers });
    let ended = false;
    const read = response.text().then(() => ended = true);

    await end(world);
    await until(() => ended, 35_000).catch(() => assert.fail(`it goes on once ${when}`));

    await read;
  }));
});

Deno.test("a session goes on with a token of the new key once that of the old one is withdrawn", async () => {
  await using world = await makeWorld();
  const { network, issuer } = world;
  const id = await openSession(network, await bearer(issuer, { ...ADMIN, exp: NOW_S + 7200 }));
  const next = await makeSigner("next");
  issuer.keys = [next.jwk];
  wait(network.app, 10 * MINUTE);
  const claims = { ...claimsAt(issuer.url, NOW_S), ...ADMIN };
  const token = await signed(next, { alg: next.alg, kid: next.kid }, claims);
  const headers = { authorization: `Bearer ${token}`, "mcp-session-id": id };
  const status = async () => {
    const response = await network.post(call("list_tasks"), headers);
    await response.text();
    return response.status;
  };

  const first = await status();
  await new Promise((resolve) => setTimeout(resolve, 16_000));

  assert.deepEqual([first, await status()], [200, 200]);
});

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
