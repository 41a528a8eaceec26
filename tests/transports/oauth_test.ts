import assert from "node:assert/strict";
import type { Issuer } from "../../src/config/issuers.ts";
import type { NetworkOptions } from "../../src/transports/http/routes.ts";
import { startNetwork } from "./network.ts";

const METADATA = "/.well-known/oauth-protected-resource";

const ANONYMOUS = { headers: { authorization: "" } };

const ISSUER: Issuer = {
  issuer: "https://id.example/realm",
  audience: "http://localhost/mcp",
  levelClaim: "scope",
  levelMap: { "life:all": "admin", "life:write": "read_write", "life:read": "read_only" },
  signUp: false,
};

Deno.test("with an issuer, whoever asks learns where to get a token, and for which scopes", async () => {
  await using network = await startNetwork({ issuers: [ISSUER] });

  for (const path of [METADATA, `${METADATA}/mcp`]) {
    const response = await network.send(path, ANONYMOUS);

    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /^application\/json/);
    assert.deepEqual(await response.json(), {
      resource: "http://localhost/mcp",
      authorization_servers: ["https://id.example/realm"],
      scopes_supported: ["life:read", "life:write", "life:all"],
      bearer_methods_supported: ["header"],
      resource_name: "SelfOS",
    });
  }
});

const other = { issuer: "https://other.example", audience: "x", signUp: false };
const claims: { levelClaim: string; issuers: Issuer[]; scopes: string[] | undefined }[] = [
  {
    levelClaim: "scp without a map",
    issuers: [{ ...other, levelClaim: "scp" }],
    scopes: ["read_only", "propose", "read_write", "admin"],
  },
  {
    levelClaim: "roles",
    issuers: [{ ...other, levelClaim: "roles", levelMap: { boss: "admin" } }],
    scopes: undefined,
  },
  { levelClaim: "no claim", issuers: [other], scopes: undefined },
  {
    levelClaim: "scope, with values that are no scopes",
    issuers: [{
      ...other,
      levelClaim: "scope",
      levelMap: { "a b": "admin", 'a"b': "admin", "ä": "admin", "a\r\nb": "admin", ok: "admin" },
    }],
    scopes: ["ok"],
  },
  {
    levelClaim: "scope at two issuers",
    issuers: [ISSUER, { ...other, levelClaim: "scope", levelMap: { "life:read": "admin" } }],
    scopes: ["life:read", "life:write", "life:all"],
  },
];
for (const { levelClaim, issuers, scopes } of claims) {
  Deno.test(`the scopes of an issuer whose levels are told by ${levelClaim}`, async () => {
    await using network = await startNetwork({ issuers });

    const response = await network.send(METADATA, ANONYMOUS);

    assert.deepEqual((await response.json()).scopes_supported, scopes);
  });
}

const otherScope: Issuer = { ...other, levelClaim: "scope", levelMap: { "all:read": "read_only" } };
const told: { issuers: Issuer[]; when: string; scope: string | undefined }[] = [
  { when: "one issuer has some", issuers: [ISSUER], scope: "life:read" },
  {
    when: "two issuers have the same",
    issuers: [ISSUER, { ...ISSUER, issuer: "https://b.example" }],
    scope: "life:read",
  },
  { when: "two issuers have different ones", issuers: [ISSUER, otherScope], scope: undefined },
];
for (const { when, issuers, scope } of told) {
  Deno.test(`who comes without a credential is told ${scope ? "a" : "no"} scope where ${when}`, async () => {
    await using network = await startNetwork({ issuers });

    const { headers } = await network.send("/mcp/nothing", ANONYMOUS);

    const said = /scope="([^"]*)"/.exec(headers.get("www-authenticate") ?? "")?.[1];
    assert.equal(said, scope);
  });
}

const addresses: { by: string; options: Partial<NetworkOptions>; host: string; is: string }[] = [
  { by: "its loopback name", options: {}, host: "localhost:8420", is: "http://localhost:8420/mcp" },
  { by: "another name", options: {}, host: "LIFE.example", is: "http://life.example/mcp" },
  {
    by: "a name behind its public one",
    options: { publicUrl: "https://life.example/" },
    host: "localhost:8420",
    is: "https://life.example/mcp",
  },
  {
    by: "a public address with a path",
    options: { publicUrl: "https://example.org/selfos/" },
    host: "localhost",
    is: "https://example.org/selfos/mcp",
  },
  {
    by: "a public address that is that of the transport",
    options: { publicUrl: "https://life.example/mcp" },
    host: "localhost",
    is: "https://life.example/mcp",
  },
];
for (const { by, options, host, is } of addresses) {
  Deno.test(`a client that reaches the server by ${by} is told that very address`, async () => {
    const hosts = ["localhost", "life.example"];
    await using network = await startNetwork({ issuers: [ISSUER], hosts, ...options });
    const headers = { authorization: "", host };

    const found = await network.send(METADATA, { headers });
    const refused = await network.send("/mcp", { headers });

    await refused.text();
    assert.equal((await found.json()).resource, is);
    const challenge = refused.headers.get("www-authenticate") ?? "";
    const metadata = is.replace(/\/mcp$/, `${METADATA}/mcp`);
    assert.equal(challenge, `Bearer resource_metadata="${metadata}", scope="life:read"`);
  });
}

const unknown = [
  ...["/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/mcp"],
  ...["/.well-known/openid-configuration", "/.well-known/openid-configuration/mcp"],
  ...["/mcp/.well-known/openid-configuration", `${METADATA}/mcp/sse`, `${METADATA}/`],
  ...["/register", "/authorize", "/token"],
];
for (const issuers of [[ISSUER], []]) {
  const named = issuers.length > 0 ? "with an issuer" : "without one";
  const paths = issuers.length > 0 ? unknown : [METADATA, `${METADATA}/mcp`, ...unknown];

  Deno.test(`${named}, clients that look elsewhere for who gives out tokens find nothing`, async () => {
    await using network = await startNetwork({ issuers });

    for (const path of paths) {
      const response = await network.send(path);

      await response.text();
      assert.equal(response.status, 404, path);
    }
  });
}

Deno.test("where to get a token is told as the door tells all else", async () => {
  await using network = await startNetwork({ issuers: [ISSUER] });
  const origin = "https://app.example";
  const from = (headers: Record<string, string>, method = "GET") =>
    network.send(METADATA, { method, headers: { authorization: "", ...headers } });

  const asked = await from({ origin }, "OPTIONS");
  const page = await from({ origin });
  const stranger = await from({ origin: "https://evil.example" });
  const elsewhere = await from({ host: "evil.example" });
  const posted = await from({}, "POST");

  for (const response of [asked, page, stranger, elsewhere, posted]) await response.text();
  assert.deepEqual([asked, page].map(({ status }) => status), [204, 200]);
  assert.match(asked.headers.get("access-control-allow-headers") ?? "", /mcp-protocol-version/);
  assert.equal(page.headers.get("access-control-allow-origin"), origin);
  assert.match(page.headers.get("access-control-expose-headers") ?? "", /www-authenticate/);
  assert.deepEqual([stranger, elsewhere, posted].map(({ status }) => status), [403, 421, 405]);
});

const METADATA_PARAMETER = `resource_metadata="http://localhost${METADATA}/mcp"`;

const challenges: { when: string; options: Partial<NetworkOptions>; key: string; says: string }[] =
  [
    { when: "nothing is shown and there is no issuer", options: {}, key: "", says: "Bearer" },
    { when: "a wrong key is shown and there is no issuer", options: {}, key: "x", says: "Bearer" },
    {
      when: "nothing is shown",
      options: { issuers: [ISSUER] },
      key: "",
      says: `Bearer ${METADATA_PARAMETER}, scope="life:read"`,
    },
    {
      when: "nothing is shown and scopes say nothing",
      options: { issuers: [other] },
      key: "",
      says: `Bearer ${METADATA_PARAMETER}`,
    },
    {
      when: "a wrong key is shown",
      options: { issuers: [ISSUER] },
      key: "sos_live_nothing",
      says: `Bearer ${METADATA_PARAMETER}, scope="life:read", error="invalid_token", ` +
        `error_description="Cannot authenticate as the API key is mistyped or unknown"`,
    },
  ];
for (const { when, options, key, says } of challenges) {
  Deno.test(`a 401 says what it asks for when ${when}`, async () => {
    await using network = await startNetwork(options);
    const headers = { authorization: key && `Bearer ${key}` };

    for (const path of ["/mcp", "/mcp/sse", "/mcp/ws", "/mcp/messages?sessionId=x"]) {
      const method = path.startsWith("/mcp/messages") ? "POST" : "GET";
      const response = await network.send(path, { method, headers });

      await response.text();
      assert.equal(response.status, 401);
      assert.equal(response.headers.get("www-authenticate"), says, path);
    }
  });
}
