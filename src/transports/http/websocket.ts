import type { Hono } from "hono";
import { WebSocketTransport } from "../websocket.ts";
import { connect, servingFrom } from "./connect.ts";
import type { Env } from "./env.ts";
import type { Inside } from "./inside.ts";
import { full, wrongMethod } from "./refusals.ts";

/** WebSocket with the sub-protocol `mcp`. */
export function routeWebSocket<T>(
  app: Hono<Env>,
  { serving, door, connections, calls }: Inside<T>,
  maxBody: number,
): () => Promise<void> {
  const open = new Set<WebSocketTransport>();
  app.get("/mcp/ws", (context) => {
    if (context.req.method === "HEAD") return wrongMethod(context, "GET");
    const header = (name: string) => context.req.header(name)?.toLowerCase();
    if (
      header("upgrade") !== "websocket" || header("sec-websocket-version") !== "13" ||
      header("sec-websocket-key") === undefined
    ) {
      context.header("upgrade", "websocket");
      context.header("sec-websocket-version", "13");
      return context.json({ error: { message: "this path takes WebSockets only" } }, 426);
    }
    if (connections.full) return full(context);
    const principal = context.get("principal");
    const offered = context.req.header("sec-websocket-protocol")?.split(",") ?? [];
    const protocol = offered.some((name) => name.trim() === "mcp") ? { protocol: "mcp" } : {};
    const { socket, response } = Deno.upgradeWebSocket(context.req.raw, {
      ...protocol,
      idleTimeout: 30,
    });
    const { address } = context.env;
    const limit = () => door.limit(principal, address);
    const transport = new WebSocketTransport(socket, maxBody, limit);
    open.add(transport);
    const from = servingFrom(serving, address);
    connect(from, connections, transport, { kind: "ws", principal }, () => {
      open.delete(transport);
    });
    return response;
  });
  return async () => {
    await Promise.all([...open].map((transport) => transport.finish(calls.left)));
  };
}
