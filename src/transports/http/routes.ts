import {
  createMcpHandler,
  isLegacyRequest,
  type McpHandlerRequestOptions,
} from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { type Context, Hono } from "hono";
import type { Authenticator } from "../../auth/authenticate.ts";
import { messageOf } from "../../errors.ts";
import { type Log, maskDefect } from "../../log.ts";
import { createServer, type Serving } from "../../mcp/server.ts";
import type { Principal } from "../../permissions.ts";
import { VERSION } from "../../version.ts";
import { bounded } from "../bounded.ts";
import { type Connection, Connections } from "../connections.ts";
import { faultOf, isMessage } from "../message.ts";
import { SseTransport } from "../sse.ts";
import { WebSocketTransport } from "../websocket.ts";
import { Calls } from "./calls.ts";
import { Door, type DoorOptions, type Env, refuse } from "./door.ts";
import { Sessions } from "./sessions.ts";

/** What the network server needs beside what every server does. */
export interface NetworkOptions extends DoorOptions {
  readonly transports: readonly ("http" | "sse" | "ws")[];
  readonly maxConnections: number;
  readonly authenticator: Authenticator;
  /** Asks the store for a sign of life; throws without one. */
  check(): Promise<unknown>;
}

/** Everything that answers HTTP requests. */
export interface Network {
  fetch(request: Request, env: Env["Bindings"]): Response | Promise<Response>;
  /** Takes no new connection, lets open calls finish for a while, then ends every connection. */
  stop(milliseconds: number): Promise<void>;
}

/** The routes of the network transports, behind one door. */
export function openNetwork<T>(shared: Serving<T>, options: NetworkOptions): Network {
  const { transports, maxConnections, authenticator, maxBody } = options;
  const calls = new Calls();
  const serving = { ...shared, underway: (call: Promise<unknown>) => calls.add(call) };
  const { log } = serving;
  const door = new Door(options, authenticator);
  const connections = new Connections(
    maxConnections,
    (principal) => authenticator.stillHolds(principal),
    log,
  );
  const app = new Hono<Env>();
  app.use(door.outer);
  app.get("/mcp/health", (context) => health(context, serving.log, options));
  app.use("/mcp", door.inner);
  app.use("/mcp/*", door.inner);
  const closing: (() => Promise<void>)[] = [];
  const inside = { serving, door, connections, calls };
  if (transports.includes("http")) closing.push(streamable(app, inside, maxBody));
  if (transports.includes("sse")) closing.push(sse(app, inside));
  if (transports.includes("ws")) closing.push(webSocket(app, inside, maxBody));
  app.notFound((context) => refuse(context, 404, `there is nothing at ${context.req.path}`));
  app.onError((error, context) => {
    const message = maskDefect(log, `${context.req.method} ${context.req.path}`, error);
    return context.json({ error: { message } }, 500);
  });
  let stopping = false;
  const admitted = (request: Request, env: Env["Bindings"]) => {
    const answered = Promise.resolve(app.fetch(request, env));
    calls.add(answered);
    return answered;
  };
  return {
    fetch: (request, env) =>
      stopping
        ? Response.json({ error: { message: "the server is stopping" } }, {
          status: 503,
          headers: { "retry-after": "5", connection: "close" },
        })
        : admitted(request, env),
    async stop(milliseconds) {
      stopping = true;
      await calls.finished(milliseconds);
      await Promise.all(closing.map((close) => close()));
      await connections.closeAll();
      connections[Symbol.dispose]();
    },
  };
}

interface Inside<T> {
  readonly serving: Serving<T>;
  readonly door: Door;
  readonly connections: Connections;
  readonly calls: Calls;
}

/** Streamable HTTP: stateless in the era of 2026, with sessions in that of 2025. */
function streamable<T>(
  app: Hono<Env>,
  { serving, door, connections }: Inside<T>,
  maxBody: number,
): () => Promise<void> {
  const sessions = new Sessions(serving, connections);
  const principals = new WeakMap<object, Principal>();
  const modern = createMcpHandler(({ authInfo }) => {
    const principal = authInfo && principals.get(authInfo);
    if (principal === undefined) throw new Error("a request came in without a principal");
    return createServer(serving, principal);
  }, {
    legacy: "reject",
    maxRequestBodySize: maxBody,
    onerror: ({ message }) => serving.log.debug("http: {message}", { message }),
  });
  app.on(["GET", "POST", "DELETE"], "/mcp", async (context) => {
    const principal = context.get("principal");
    const request = context.req.raw;
    let body: unknown;
    if (request.method === "POST") {
      const read = await door.body(context);
      if ("refusal" in read) return read.refusal;
      body = read.value;
      // The request itself is counted; the rest of a batch is not yet.
      const refusal = Array.isArray(body) &&
        door.count(context, principal, Math.max(0, body.length - 1));
      if (refusal) return refusal;
    }
    if (await isLegacyRequest(request, body)) {
      return await sessions.handle(request, principal, body) ?? full(context);
    }
    const authInfo: NonNullable<McpHandlerRequestOptions["authInfo"]> = {
      token: "",
      clientId: principal.id,
      scopes: [],
    };
    principals.set(authInfo, principal);
    return bounded(await modern.fetch(request, { authInfo, parsedBody: body }), () => {});
  });
  app.all("/mcp", (context) => wrongMethod(context, "GET, POST, DELETE"));
  return async () => {
    sessions[Symbol.dispose]();
    await modern.close();
  };
}

/** HTTP+SSE of revision 2024-11-05: a stream down, posts up. */
function sse<T>(
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

/** WebSocket with the sub-protocol `mcp`. */
function webSocket<T>(
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
    const transport = new WebSocketTransport(socket, maxBody, () => door.limit(principal));
    open.add(transport);
    connect(serving, connections, transport, { kind: "ws", principal }, () => {
      open.delete(transport);
    });
    return response;
  });
  return async () => {
    await Promise.all([...open].map((transport) => transport.finish(calls.left)));
  };
}

/** Serves a connection that stays open, in whichever era its client begins. */
function connect<T>(
  serving: Serving<T>,
  connections: Connections,
  transport: SseTransport | WebSocketTransport,
  { kind, principal }: Pick<Connection, "kind" | "principal">,
  ended: () => void,
): void {
  const { log } = serving;
  const connection: Connection = { kind, principal, close: () => transport.close() };
  connections.add(connection);
  serveStdio(() => createServer(serving, principal), {
    transport,
    onerror: (error) => log.debug("{kind}: {message}", { kind, message: messageOf(error) }),
  });
  const { onclose } = transport;
  transport.onclose = () => {
    connections.release(connection);
    ended();
    onclose?.();
  };
}

async function health(
  context: Context<Env>,
  log: Log,
  options: NetworkOptions,
): Promise<Response> {
  const about = {
    server: "selfos-mcp-server",
    version: VERSION,
    capabilities: { tools: true, transports: options.transports },
  };
  try {
    await options.check();
    return context.json({ status: "healthy", ...about });
  } catch (error) {
    log.warning("The store does not answer: {message}", { message: messageOf(error) });
    return context.json({ status: "unhealthy", ...about, failing: ["store"] }, 503);
  }
}

function wrongMethod(context: Context, allow: string): Response {
  return context.json({ error: { message: `the method must be ${allow}` } }, 405, { allow });
}

function full(context: Context): Response {
  return refuse(context, 503, "the server has as many connections as it takes", {
    "retry-after": "30",
  });
}
