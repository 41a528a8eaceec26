/** `v1.ts URL|COMMAND ARGS…`: walks the server, with the first SDK. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { WebSocketClientTransport } from "../../src/demo/websocket.ts";
import { authorization, type Target, targetOf } from "./connect.ts";
import { walk } from "./walk.ts";

const client = new Client({ name: "client-v1", version: "1" });
await client.connect(transportTo(targetOf(Deno.args)));

const report = await walk("initialize", {
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
