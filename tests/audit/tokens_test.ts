import assert from "node:assert/strict";
import { makeSigner, signed, startIssuer } from "../services/issuer.ts";
import { ADA, AUDIENCE, claimsAt, NOW_S } from "../auth/tokens/world.ts";
import { trash } from "../auth/making.ts";
import { startNetwork } from "../transports/network.ts";
import { recordsOf } from "./records.ts";

Deno.test("a token that is refused is recorded by what is wrong with it, and a call by its identity", async () => {
  const signer = await makeSigner("first");
  await using issuer = startIssuer([signer]);
  const oidc = JSON.stringify([{ issuer: issuer.url, audience: AUDIENCE, levelClaim: "role" }]);
  await using network = await startNetwork({}, { flags: { oidc } });
  const { identities } = await network.app.app.auth();
  const { id } = await identities.link("ada", { issuer: issuer.url, subject: ADA });
  const bobs = await identities.link("bob", { issuer: issuer.url, subject: "bob" });
  await trash(network.app, "bob");
  const show = async (claims: object) => {
    const all = { ...claimsAt(issuer.url, NOW_S), role: "admin", ...claims };
    const token = await signed(signer, { alg: "RS256", kid: "first" }, all);
    const response = await network.post({
      ...{ jsonrpc: "2.0", id: 1, method: "tools/call" },
      params: { name: "list_tasks", arguments: {}, _meta: META },
    }, { ...MODERN, authorization: `Bearer ${token}` });
    await response.text();
    return response.status;
  };

  const statuses = [
    await show({}),
    await show({ aud: "other" }),
    await show({ exp: 1 }),
    await show({ sub: "stranger" }),
    await show({ sub: "bob" }),
    await show({ role: "guest" }),
  ];

  assert.deepEqual(statuses, [200, 401, 401, 401, 401, 403]);
  const records = await recordsOf(network.app);
  assert.deepEqual(
    records.map(({ principal, action, outcome, reason }) => [principal, action, outcome, reason]),
    [
      [`token:${id}`, "tools/call", "ok", null],
      [null, "authenticate", "unauthenticated", "unfit"],
      [null, "authenticate", "unauthenticated", "expired"],
      [null, "authenticate", "unauthenticated", "unknown"],
      [`token:${bobs.id}`, "authenticate", "unauthenticated", "suspended"],
      [null, "authenticate", "permission_denied", "unfit"],
    ],
  );
  assert.doesNotMatch(JSON.stringify(records), /eyJ/);
});

Deno.test("a token that cannot be judged as its issuer is down is recorded as that", async () => {
  const signer = await makeSigner("first");
  await using issuer = startIssuer([signer]);
  const oidc = JSON.stringify([{ issuer: issuer.url, audience: AUDIENCE }]);
  await using network = await startNetwork({}, { flags: { oidc } });
  const claims = claimsAt(issuer.url, NOW_S);
  const token = await signed(signer, { alg: "RS256", kid: "first" }, claims);
  await issuer.stop();

  const response = await network.send("/mcp", { headers: { authorization: `Bearer ${token}` } });

  await response.text();
  issuer.start();
  assert.equal(response.status, 503);
  const records = await recordsOf(network.app);
  assert.deepEqual(
    records.map(({ action, outcome, address }) => [action, outcome, address]),
    [["authenticate", "unavailable", "127.0.0.1"]],
  );
});

const META = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "cursor", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

const MODERN = {
  "mcp-protocol-version": "2026-07-28",
  "mcp-method": "tools/call",
  "mcp-name": "list_tasks",
};
