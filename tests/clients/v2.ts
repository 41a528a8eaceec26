/** `v2.ts REVISION COMMAND ARGS…`: walks the server, with the second SDK, in the era of the revision. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { walk } from "./walk.ts";

const [revision = "", command = "", ...args] = Deno.args;
const transport = new StdioClientTransport({ command, args, env: Deno.env.toObject() });
const mode = revision === "legacy" || revision === "auto" ? revision : { pin: revision };
const client = new Client({ name: "client-v2", version: "1" }, { versionNegotiation: { mode } });
await client.connect(transport);

const report = await walk(client.getNegotiatedProtocolVersion() ?? "unknown", {
  listTools: async () => (await client.listTools()).tools,
  callTool: (name, args) => client.callTool({ name, arguments: { ...args } }),
});

await client.close();
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(report)));
Deno.exit(0);
