import assert from "node:assert/strict";
import { ADA, AUDIENCE, claimsAt, NOW_S } from "../auth/tokens/world.ts";
import { makeSigner, signed, startIssuer } from "../services/issuer.ts";
import { withRedis } from "../services/redis.ts";
import { INITIALIZE } from "./network.ts";
import { startPair } from "./pair.ts";

withRedis("another instance takes up a session for a wider token of its identity", async () => {
  await using world = await openWorld();
  const session = await world.open("read_only");

  const wide = await world.create({ ...session, ...await world.shown("read_write") });
  const narrow = await world.create({ ...session, ...await world.shown("read_only") });

  assert.match(wide.text, /"title":"Milk"/);
  assert.equal(narrow.status, 404);
});

withRedis("a narrower token beside it keeps no session from its holder", async () => {
  await using world = await openWorld();
  const session = await world.open("read_write");
  const narrower = { ...session, ...await world.shown("read_only") };
  const holder = { ...session, ...await world.shown("read_write") };
  // Each token is known by then: what is left to wait for is the session.
  const unknown = { "mcp-session-id": crypto.randomUUID() };
  for (const token of [narrower, holder]) await world.create({ ...token, ...unknown });

  const [narrow, wide] = await Promise.all([world.create(narrower), world.create(holder)]);

  assert.equal(narrow.status, 404);
  assert.match(wide.text, /"title":"Milk"/);
});

withRedis("two tokens of its identity that come at once take a session up once", async () => {
  await using world = await openWorld();
  const session = await world.open("read_only");
  const [narrower, wider] = [await world.shown("read_only"), await world.shown("read_write")];
  const unknown = { "mcp-session-id": crypto.randomUUID() };
  for (const token of [narrower, wider]) await world.create({ ...unknown, ...token });

  await Promise.all([narrower, wider].map((token) => world.create({ ...session, ...token })));

  assert.equal(await world.sessions(), 1);
});

/** A pair that takes the tokens of an issuer; sessions open on one of the two, and go on on the other. */
async function openWorld() {
  const stack = new AsyncDisposableStack();
  const signer = await makeSigner("first");
  const issuer = stack.use(startIssuer([signer]));
  const trusted = { issuer: issuer.url, audience: AUDIENCE, levelClaim: "role" };
  const pair = stack.use(await startPair({}, { flags: { oidc: JSON.stringify([trusted]) } }));
  const { identities } = await pair.app.app.auth();
  await identities.link("ada", { issuer: issuer.url, subject: ADA });
  const shown = async (role: string) => {
    const claims = { ...claimsAt(issuer.url, NOW_S), role };
    const token = await signed(signer, { alg: "RS256", kid: "first" }, claims);
    return { authorization: `Bearer ${token}` };
  };
  const params = { name: "create_task", arguments: { title: "Milk" } };
  let id = 1;
  return {
    shown,
    async open(role: string) {
      const opened = await pair.post(0, INITIALIZE, await shown(role));
      await opened.text();
      return { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };
    },
    async create(headers: Record<string, string>) {
      const response = await pair.post(1, { id: ++id, method: "tools/call", params }, headers);
      return { status: response.status, text: await response.text() };
    },
    /** How many sessions the second instance has. */
    async sessions() {
      const response = await pair.on(1)("http://localhost/mcp/metrics?format=json", {
        headers: await shown("admin"),
      });
      return (await response.json()).connections.session;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
