import type { Hono } from "hono";
import type { Principal } from "../../permissions.ts";
import { faultOf, isMessage } from "../message.ts";
import { SseTransport } from "../sse.ts";
import { boxOf } from "./box.ts";
import { connect, servingFrom } from "./connect.ts";
import type { Env } from "./env.ts";
import type { Inside } from "./inside.ts";
import { full, refuse, wrongMethod } from "./refusals.ts";

/** HTTP+SSE of revision 2024-11-05: a stream down, posts up. */
export function routeSse<T>(
  app: Hono<Env>,
  { serving, door, connections, calls, instances }: Inside<T>,
): () => Promise<void> {
  const streams = new Map<string, { transport: SseTransport; principal: Principal }>();
  app.get("/mcp/sse", async (context) => {
    if (context.req.method === "HEAD") return wrongMethod(context, "GET");
    if (connections.full) return full(context);
    const principal = context.get("principal");
    const transport = new SseTransport("/mcp/messages");
    streams.set(transport.sessionId, { transport, principal });
    const box = instances.mail.open(boxOf(transport.sessionId, principal), (letter) => {
      if (isMessage(letter)) transport.receive(letter);
    });
    const from = servingFrom(serving, context.env.address);
    connect(from, connections, transport, { kind: "sse", principal }, () => {
      streams.delete(transport.sessionId);
      box.then((close) => close());
    });
    await box;
    return transport.response;
  });
  app.all("/mcp/sse", (context) => wrongMethod(context, "GET"));
  app.post("/mcp/messages", async (context) => {
    const read = await door.body(context);
    if ("refusal" in read) return read.refusal;
    if (!isMessage(read.value)) {
      const error = { code: -32600, message: `Invalid request: ${faultOf(read.value)}` };
      return context.json({ jsonrpc: "2.0", id: null, error }, 400);
    }
    const principal = context.get("principal");
    const id = context.req.query("sessionId") ?? "";
    const stream = streams.get(id);
    if (stream?.principal.id === principal.id) stream.transport.receive(read.value);
    else if (await instances.mail.send(boxOf(id, principal), read.value) === 0) {
      return instances.standing === "cut off"
        ? refuse(context, 503, "the other instances cannot be reached", { "retry-after": "5" })
        : refuse(context, 404, "there is no such session");
    }
    return context.text("Accepted", 202);
  });
  app.all("/mcp/messages", (context) => wrongMethod(context, "POST"));
  return async () => {
    const finished = [...streams.values()].map(({ transport }) => transport.finish(calls.left));
    await Promise.all(finished);
  };
}
