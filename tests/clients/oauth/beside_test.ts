import assert from "node:assert/strict";
import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { Client as FirstClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as FirstTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { WebSocketClientTransport } from "../../../src/demo/websocket.ts";
import { startAuthorizationServer } from "../../services/authorization_server.ts";
import { Browser } from "./browser.ts";
import { startServer } from "./server.ts";
import { KINDS } from "./signing_in.ts";
import { Wallet } from "./wallet.ts";

const create = (title: string) => ({ name: "create_goal", arguments: { title } });

for (const configured of [true, false]) {
  const place = configured ? "that takes tokens, too" : "without an issuer";

  Deno.test(`clients with a key in their headers are served by a server ${place}`, async () => {
    await using authorization = await startAuthorizationServer();
    await using server = await startServer(configured ? authorization.issuer : undefined);
    const requestInit = { headers: { authorization: `Bearer ${server.key}` } };
    const first = new FirstClient({ name: "first", version: "1" });
    const second = new Client({ name: "second", version: "1" });

    await first.connect(new FirstTransport(server.url, { requestInit }));
    await second.connect(new StreamableHTTPClientTransport(server.url, { requestInit }));
    const made = [await first.callTool(create("One")), await second.callTool(create("Two"))];

    await first.close();
    await second.close();
    assert.ok(made.every(({ isError }) => !isError), JSON.stringify(made));
    assert.equal((await server.app.as("ada").call("list_goals")).total, 2);
    assert.equal(authorization.reads, 0);
  });
}

Deno.test("a token opens HTTP+SSE and WebSockets as a key does, and no more than it may", async () => {
  await using authorization = await startAuthorizationServer();
  await using server = await startServer(authorization.issuer);
  const wallet = new Wallet(new Browser("ada@id"), authorization.clientId);
  await using _ = await KINDS[2]!.connect(server.url, wallet);
  const headers = { authorization: `Bearer ${wallet.tokens()?.access_token}` };
  const beside = (path: string, protocol = "http:") => {
    const url = new URL(path, server.url);
    url.protocol = protocol;
    return url;
  };
  const stream = new Client({ name: "stream", version: "1" });
  const socket = new Client({ name: "socket", version: "1" });

  await stream.connect(new SSEClientTransport(beside("/mcp/sse"), { requestInit: { headers } }));
  await socket.connect(new WebSocketClientTransport(beside("/mcp/ws", "ws:"), headers));
  const read = [stream, socket].map((client) => client.callTool({ name: "list_goals" }));
  const listed = await Promise.all(read);
  const posted = await stream.callTool(create("One")).catch((error: Error) => error);
  const sent = await socket.callTool(create("Two"));

  await stream.close();
  await socket.close();
  assert.ok(listed.every(({ isError }) => !isError), JSON.stringify(listed));
  assert.ok(
    posted instanceof Error && /HTTP 403.*sign in again/s.test(posted.message),
    `${posted}`,
  );
  assert.equal(sent.isError, true);
  assert.match(JSON.stringify(sent.content), /permission_denied: Cannot call create_goal/);
  const goals = await server.app.app.db.read.selectFrom("goals").select("id").execute();
  assert.deepEqual(goals, []);
});
