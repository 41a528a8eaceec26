/** The SDK with one trivial tool behind Deno's HTTP server, and nothing else: what ours is held against. */
import { createMcpHandler, Server } from "@modelcontextprotocol/server";

const handler = createMcpHandler(() => {
  const server = new Server({ name: "bare", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/call", ({ params }) => ({
    content: [{ type: "text", text: String(params.arguments?.["message"]) }],
  }));
  return server;
}, { legacy: "reject" });

const port = Number(Deno.args[0]);
Deno.serve({ hostname: "127.0.0.1", port }, (request) => handler.fetch(request));
