import assert from "node:assert/strict";
import { ADA, AUDIENCE, claimsAt, NOW_S } from "../auth/tokens/world.ts";
import { makeSigner, signed, startIssuer } from "../services/issuer.ts";
import { withRedis } from "../services/redis.ts";
import { INITIALIZE } from "./network.ts";
import { startPair } from "./pair.ts";

withRedis("another instance takes up a session for a wider token of its identity", async () => {
  const signer = await makeSigner("first");
  await using issuer = startIssuer([signer]);
  const trusted = { issuer: issuer.url, audience: AUDIENCE, levelClaim: "role" };
  await using pair = await startPair({}, { flags: { oidc: JSON.stringify([trusted]) } });
  const { identities } = await pair.app.app.auth();
  await identities.link("ada", { issuer: issuer.url, subject: ADA });
  const shown = async (role: string) => {
    const claims = { ...claimsAt(issuer.url, NOW_S), role };
    const token = await signed(signer, { alg: "RS256", kid: "first" }, claims);
    return { authorization: `Bearer ${token}` };
  };
  const opened = await pair.post(0, INITIALIZE, await shown("read_only"));
  await opened.text();
  const session = { "mcp-session-id": opened.headers.get("mcp-session-id") ?? "" };
  const params = { name: "create_task", arguments: { title: "Milk" } };
  const create = async (role: string) => {
    const headers = { ...session, ...await shown(role) };
    const response = await pair.post(1, { id: 2, method: "tools/call", params }, headers);
    return { status: response.status, text: await response.text() };
  };

  const wide = await create("read_write");
  const narrow = await create("read_only");

  assert.match(wide.text, /"title":"Milk"/);
  assert.equal(narrow.status, 404);
});
