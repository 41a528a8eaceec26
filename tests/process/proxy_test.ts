import assert from "node:assert/strict";
import { NGINX, startNginx } from "../services/nginx.ts";
import { freePort } from "../services/system.ts";
import { startNetwork } from "./network.ts";
import { PROGRAMS } from "./programs.ts";
import { newPlace } from "./server.ts";

const missing = NGINX === undefined ? " (skipped: TEST_NGINX is not set)" : "";

Deno.test({
  name: `behind the proxy of the README, clients find who gives out tokens${missing}`,
  ignore: missing !== "",
  async fn() {
    using place = newPlace();
    const [port, proxied] = [freePort(), freePort()];
    await using proxy = await startNginx(proxied, [port]);
    const audience = `${proxy.url}/mcp`;
    const env = { SELFOS_OIDC: JSON.stringify([{ issuer: "https://id.example.org", audience }]) };
    const flags = ["--port", String(port), "--public-url", proxy.url];
    const options = { withKey: false, env };
    await using network = await startNetwork(PROGRAMS[0], place.dataDir, flags, options);
    const caCerts = [await Deno.readTextFile(new URL("tls/cert.pem", import.meta.url))];
    using client = Deno.createHttpClient({ caCerts });

    const refused = await fetch(audience, { client });
    const challenge = refused.headers.get("www-authenticate") ?? "";
    const [, address = ""] = /resource_metadata="([^"]+)"/.exec(challenge) ?? [];
    const found = await fetch(address, { client });

    await refused.text();
    assert.deepEqual([refused.status, found.status], [401, 200]);
    const { resource, authorization_servers } = await found.json();
    assert.deepEqual([resource, authorization_servers], [audience, ["https://id.example.org"]]);
    assert.doesNotMatch((await network.end("SIGTERM")).stderr, /Nobody can come in/);
  },
});
