/**
 * `v2.ts REVISION URL|COMMAND ARGS…`: walks the server, with the second SDK, in the era of the
 * revision.
 */
import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { WebSocketClientTransport } from "../../src/demo/websocket.ts";
import { authorization, type Target, targetOf } from "./connect.ts";
import { walk } from "./walk.ts";

const [revision = "", ...target] = Deno.args;
const mode = revision === "legacy" || revision === "auto" ? revision : { pin: revision };
const client = new Client({ name: "client-v2", version: "1" }, { versionNegotiation: { mode } });
await client.connect(transportTo(targetOf(target)));

const report = await walk(client.getNegotiatedProtocolVersion() ?? "unknown", {
  listTools: async () => (await client.listTools()).tools,
  callTool: (name, args) => client.callTool({ name, arguments: { ...args } }),
});

await client.close();
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(report)));
Deno.exit(0);

function transportTo({ url, command, args }: Target) {
  if (url === undefined) {
    return new StdioClientTransport({ command, args, env: Deno.env.toObject() });
  }
  const requestInit = { headers: authorization() };
  if (url.pathname === "/mcp/ws") return new WebSocketClientTransport(url, authorization());
  if (url.pathname === "/mcp/sse") return new SSEClientTransport(url, { requestInit });
  return new StreamableHTTPClientTransport(url, { requestInit });
}
