/** `v1.ts COMMAND ARGS…`: walks the server that the command starts, with the first SDK. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { walk } from "./walk.ts";

const [command = "", ...args] = Deno.args;
const transport = new StdioClientTransport({ command, args, env: Deno.env.toObject() });
const client = new Client({ name: "client-v1", version: "1" });
await client.connect(transport);

const report = await walk("initialize", {
  listTools: async () => (await client.listTools()).tools,
  callTool: (name, args) => client.callTool({ name, arguments: { ...args } }),
});

await client.close();
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(report)));
Deno.exit(0);
