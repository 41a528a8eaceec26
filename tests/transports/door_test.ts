import assert from "node:assert/strict";
import { startNetwork } from "./network.ts";

const json = { "content-type": "application/json" };
const ping = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

const refusals: { when: string; path?: string; init: RequestInit; status: number; says: RegExp }[] =
  [
    {
      when: "it is addressed to another host",
      init: { headers: { host: "evil.example" } },
      status: 421,
      says: /SELFOS_ALLOWED_HOSTS/,
    },
    {
      when: "a page of another origin sends it",
      init: { headers: { origin: "https://evil.example" } },
      status: 403,
      says: /SELFOS_ALLOWED_ORIGINS/,
    },
    {
      when: "its origin is null",
      init: { headers: { origin: "null" } },
      status: 403,
      says: /may not call/,
    },
    {
      when: "a credential stands in the query string",
      path: "/mcp?access_token=x",
      init: {},
      status: 400,
      says: /query string/,
    },
    {
      when: "there is no credential",
      init: { headers: { authorization: "" } },
      status: 401,
      says: /no Authorization/,
    },
    {
      when: "the credential is of another kind",
      init: { headers: { authorization: "Basic YTpi" } },
      status: 401,
      says: /no Authorization/,
    },
    {
      when: "the key is unknown",
      init: { headers: { authorization: "Bearer sos_live_nothing" } },
      status: 401,
      says: /mistyped or unknown/,
    },
    {
      when: "its content is no JSON by its type",
      init: { method: "POST", body: ping, headers: { "content-type": "text/plain" } },
      status: 415,
      says: /application\/json/,
    },
    {
      when: "its body is no JSON",
      init: { method: "POST", body: "{", headers: json },
      status: 400,
      says: /-32700/,
    },
    {
      when: "its body is nested too deep",
      init: { method: "POST", body: `${"[".repeat(201)}"]"${"]".repeat(201)}`, headers: json },
      status: 400,
      says: /-32600.*nested more than 200 levels deep/,
    },
    {
      when: "its body is no UTF-8",
      init: { method: "POST", body: Uint8Array.of(34, 0xff, 34), headers: json },
      status: 400,
      says: /-32700/,
    },
    {
      when: "its body is too large",
      init: { method: "POST", body: `"${"x".repeat(10_000)}"`, headers: json },
      status: 413,
      says: /10000 bytes/,
    },
    ...["k=sos_live_x", "sos_live_x", "X-API-Key=x", "id_token=x", "a=1;token=x", "jwt=eyAi"].map(
      (query) => ({
        when: `a credential stands in the query string ${query}`,
        path: `/mcp?${query}`,
        init: {},
        status: 400,
        says: /query string/,
      }),
    ),
    {
      when: "its host is no host",
      init: { headers: { host: "a b" } },
      status: 421,
      says: /SELFOS_ALLOWED_HOSTS/,
    },
    {
      when: "a stream is only asked about",
      path: "/mcp/sse",
      init: { method: "HEAD" },
      status: 405,
      says: /^$/,
    },
    {
      when: "a stream is posted to",
      path: "/mcp/sse",
      init: { method: "POST" },
      status: 405,
      says: /must be GET/,
    },
    { when: "its method is unknown", init: { method: "PUT" }, status: 405, says: /GET, POST/ },
    { when: "its path is unknown", path: "/mcp/nothing", init: {}, status: 404, says: /nothing/ },
    {
      when: "no issuer is configured",
      path: "/.well-known/oauth-protected-resource",
      init: {},
      status: 404,
      says: /nothing/,
    },
    {
      when: "a WebSocket is not asked for",
      path: "/mcp/ws",
      init: {},
      status: 426,
      says: /ws|Web/,
    },
  ];

for (const { when, path = "/mcp", init, status, says } of refusals) {
  Deno.test(`a request is answered with ${status} when ${when}`, async () => {
    await using network = await startNetwork();

    const response = await network.send(path, init);

    const text = await response.text();
    assert.equal(response.status, status, text);
    assert.match(text, says);
    assert.ok(!text.includes(network.key));
    assert.equal(response.headers.get("access-control-allow-origin"), null);
  });
}

Deno.test("a page of a listed origin may ask first, and then call", async () => {
  await using network = await startNetwork();
  const origin = "https://app.example";

  const asked = await network.send("/mcp", {
    method: "OPTIONS",
    headers: { origin, authorization: "" },
  });
  const called = await network.post({ jsonrpc: "2.0", id: 1, method: "ping" }, { origin });

  await called.text();
  assert.equal(asked.status, 204);
  assert.match(asked.headers.get("access-control-allow-headers") ?? "", /authorization/);
  for (const response of [asked, called]) {
    assert.equal(response.headers.get("access-control-allow-origin"), origin);
  }
});

Deno.test("a body that trickles is given up", { sanitizeOps: false }, async () => {
  await using network = await startNetwork();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(Uint8Array.of(34)),
  });

  const response = await network.send("/mcp", { method: "POST", body, headers: json });

  assert.equal(response.status, 408);
  await response.text();
});

Deno.test("a key that calls too often waits, another does not", async () => {
  await using network = await startNetwork({ rate: { count: 3, period: 60 } });
  const other = await network.issue("bob");

  const statuses = [];
  for (let call = 0; call < 4; call++) {
    const response = await network.send("/mcp/nothing");
    statuses.push(response.status);
    if (response.status === 429) {
      assert.match(response.headers.get("retry-after") ?? "", /^(1\d|20)$/);
    }
    await response.text();
  }
  const response = await network.send("/mcp/nothing", {
    headers: { authorization: `Bearer ${other.key}` },
  });

  await response.text();
  assert.deepEqual(statuses, [404, 404, 404, 429]);
  assert.equal(response.status, 404);
});

Deno.test("a batch counts as many calls as it has", async () => {
  await using network = await startNetwork({ rate: { count: 10, period: 60 } });
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

  const response = await network.post(Array.from({ length: 20 }, () => ping));

  await response.text();
  assert.equal(response.status, 429);
});

Deno.test("a request to the path of Streamable HTTP counts once, and needs a key", async () => {
  await using network = await startNetwork({ rate: { count: 4, period: 60 } });

  const statuses = [];
  for (let call = 0; call < 5; call++) {
    const response = await network.post({ jsonrpc: "2.0", id: 1, method: "ping" });
    statuses.push(response.status);
    await response.text();
  }
  const anonymous = await network.send("/mcp", {}, "127.0.0.1", false);

  await anonymous.text();
  assert.deepEqual(statuses, [400, 400, 400, 400, 429]);
  assert.equal(anonymous.status, 401);
});

Deno.test("an empty batch counts as a call", async () => {
  await using network = await startNetwork({ rate: { count: 2, period: 60 } });

  const statuses = [];
  for (let count = 0; count < 3; count++) {
    const response = await network.post([]);
    statuses.push(response.status);
    await response.text();
  }

  assert.equal(statuses[2], 429);
});

Deno.test("an address that guesses keys is shut out, but not who has a key there", async () => {
  await using network = await startNetwork();
  const guess = { headers: { authorization: "Bearer sos_live_guess" } };

  const statuses = new Set<number>();
  for (let call = 0; call < 30; call++) {
    const response = await network.send("/mcp/nothing", guess);
    statuses.add(response.status);
    await response.text();
  }
  const wrong = await network.send("/mcp/nothing", guess);
  const right = await network.send("/mcp/nothing");

  await wrong.text();
  await right.text();
  assert.deepEqual([...statuses], [401]);
  assert.deepEqual([wrong.status, right.status], [429, 404]);
});

Deno.test("health needs no key and names what fails", async () => {
  await using network = await startNetwork();
  await using broken = await startNetwork({
    parts: [{ name: "store", required: true, check: () => Promise.reject(new Error("gone")) }],
  });
  const anonymous = { headers: { authorization: "" } };

  const good = await network.send("/mcp/health", anonymous);
  const bad = await broken.send("/mcp/health", anonymous);

  const { status, server, version } = await good.json();
  assert.deepEqual([good.status, status, server], [200, "healthy", "selfos-mcp-server"]);
  assert.match(version, /^\d+\.\d+\.\d+$/);
  const { status: worse, failing } = await bad.json();
  assert.deepEqual([bad.status, worse, failing], [503, "unhealthy", ["store"]]);
});
