import assert from "node:assert/strict";
import { Browser } from "../clients/oauth/browser.ts";
import { SCOPES } from "../clients/oauth/server.ts";
import { KINDS } from "../clients/oauth/signing_in.ts";
import { Wallet } from "../clients/oauth/wallet.ts";
import { startAuthorizationServer } from "../services/authorization_server.ts";
import { freePort } from "../services/system.ts";
import { callTool } from "./calls.ts";
import { startNetwork } from "./network.ts";
import { onEveryProgram } from "./programs.ts";
import { newPlace, runToEnd } from "./server.ts";

onEveryProgram(
  "whoever the operator has linked signs in, steps up, and shares a life with their key",
  async (program) => {
    using place = newPlace();
    await using authorization = await startAuthorizationServer();
    const { issuer } = authorization;
    const port = freePort();
    const audience = `http://127.0.0.1:${port}/mcp`;
    const oidc = [{ issuer, audience, levelClaim: "scope", levelMap: SCOPES }];
    const env = { SELFOS_OIDC: JSON.stringify(oidc) };
    const flags = ["--port", String(port)];
    await using network = await startNetwork(program, place.dataDir, flags, { env });
    const url = new URL(network.url);
    const browser = new Browser("ada@id");

    for (const { name, connect } of KINDS) {
      await assert.rejects(connect(url, new Wallet(browser, authorization.clientId)), name);
    }
    const args = ["users", "link", "local", "--issuer", issuer, "--subject", "ada@id"];
    const linked = await runToEnd(program, { dataDir: place.dataDir, args, env });
    assert.equal(linked.code, 0, linked.stderr);
    for (const { name, renewsInstead, connect } of KINDS) {
      const wallet = new Wallet(browser, authorization.clientId, !renewsInstead);
      await using client = await connect(url, wallet);
      const listed = await client.call("list_goals");
      assert.equal(wallet.asked.length, 1);
      const made = await client.call("create_goal", { title: name });

      assert.ok(!listed.isError && !made.isError, JSON.stringify(made));
      assert.equal(wallet.asked.length, 2);
    }
    const { text } = await callTool(network.url, network.key, "list_goals");

    for (const { name } of KINDS) assert.ok(text.includes(name), text);
    const { code, stderr } = await network.end("SIGTERM");
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /eyJ[\w-]+\.|"level":"(WARN|ERROR|FATAL)/i);
  },
);

onEveryProgram("Firebase alone sends no client anywhere to sign in", async (program) => {
  using place = newPlace();
  const env = { SELFOS_FIREBASE_PROJECT_ID: "demo-life" };
  await using network = await startNetwork(program, place.dataDir, [], { env });

  const refused = await fetch(network.url);
  const found = await fetch(new URL("/.well-known/oauth-protected-resource", network.url));

  await Promise.all([refused.text(), found.text()]);
  assert.deepEqual([refused.status, found.status], [401, 404]);
  assert.equal(refused.headers.get("www-authenticate"), "Bearer");
});
