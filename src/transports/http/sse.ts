import type { Hono } from "hono";
import type { Principal } from "../../permissions.ts";
import { faultOf, isMessage } from "../message.ts";
import { SseTransport } from "../sse.ts";
import { connect } from "./connect.ts";
import type { Env } from "./env.ts";
import type { Inside } from "./inside.ts";
import { full, refuse, wrongMethod } from "./refusals.ts";

/** HTTP+SSE of revision 2024-11-05: a stream down, posts up. */
export function routeSse<T>(
  app: Hono<Env>,
  { serving, door, connections, calls }: Inside<T>,
): () => Promise<void> {
  const streams = new Map<string, { transport: SseTransport; principal: Principal }>();
  app.get("/mcp/sse", (context) => {
    if (context.req.method === "HEAD") return wrongMethod(context, "GET");
    if (connections.full) return full(context);
    const principal = context.get("principal");
    const transport = new SseTransport("/mcp/messages");
    streams.set(transport.sessionId, { transport, principal });
    connect(serving, connections, transport, { kind: "sse", principal }, () => {
      streams.delete(transport.sessionId);
    });
    return transport.response;
  });
  app.all("/mcp/sse", (context) => wrongMethod(context, "GET"));
  app.post("/mcp/messages", async (context) => {
    const read = await door.body(context);
    if ("refusal" in read) return read.refusal;
    const stream = streams.get(context.req.query("sessionId") ?? "");
    if (stream === undefined || stream.principal.id !== context.get("principal").id) {
      return refuse(context, 404, "there is no such session");
    }
    if (!isMessage(read.value)) {
      const error = { code: -32600, message: `Invalid request: ${faultOf(read.value)}` };
      return context.json({ jsonrpc: "2.0", id: null, error }, 400);
    }
    stream.transport.receive(read.value);
    return context.text("Accepted", 202);
  });
  app.all("/mcp/messages", (context) => wrongMethod(context, "POST"));
  return async () => {
    const finished = [...streams.values()].map(({ transport }) => transport.finish(calls.left));
    await Promise.all(finished);
  };
}
