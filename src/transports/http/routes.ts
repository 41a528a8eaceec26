import { Hono } from "hono";
import type { Audit } from "../../audit/audit.ts";
import type { Authenticator } from "../../auth/authenticate.ts";
import type { Instances } from "../../instances/instances.ts";
import { maskDefect } from "../../log.ts";
import type { Serving } from "../../mcp/server.ts";
import { watchCalls } from "../../telemetry/calls.ts";
import { Metrics, type Sources } from "../../telemetry/metrics.ts";
import { askedInTime, type Part, Parts } from "../../telemetry/parts.ts";
import { Connections } from "../connections.ts";
import { Calls } from "./calls.ts";
import { Door, type DoorOptions } from "./door.ts";
import type { Env } from "./env.ts";
import { healthOf } from "./health.ts";
import { routeMetrics } from "./metrics.ts";
import { OAuth, type OAuthOptions } from "./oauth.ts";
import { refuse } from "./refusals.ts";
import { routeSse } from "./sse.ts";
import { routeStreamable } from "./streamable.ts";
import { routeWebSocket } from "./websocket.ts";

/** What the network server needs beside what every server does. */
export interface NetworkOptions extends DoorOptions, OAuthOptions {
  readonly transports: readonly ("http" | "sse" | "ws")[];
  readonly maxConnections: number;
  readonly authenticator: Authenticator;
  readonly instances: Instances;
  readonly audit: Audit;
  readonly caches: Sources["caches"];
  readonly lastBackup: Sources["lastBackup"];
  /** What the server works with, and looks after. */
  readonly parts: readonly Part[];
}

/** Everything that answers HTTP requests. */
export interface Network {
  fetch(request: Request, env: Env["Bindings"]): Response | Promise<Response>;
  /** Takes no new connection, lets open calls finish for a while, then ends every connection. */
  stop(milliseconds: number): Promise<void>;
}

/** The routes of the network transports, behind one door. */
export function openNetwork<T>(shared: Serving<T>, options: NetworkOptions): Network {
  const { transports, maxConnections, authenticator, instances, maxBody, audit } = options;
  const { log } = shared;
  const oauth = new OAuth(options, audit, async (name) => {
    const { registry } = await shared.engine();
    return registry.find(name) !== undefined;
  });
  const door = new Door(options, authenticator, oauth, instances, audit);
  const connections = new Connections(
    maxConnections,
    (principal) => authenticator.stillHolds(principal),
    log,
  );
  const parts = new Parts(options.parts);
  const lastBackup = askedInTime(options.lastBackup);
  const metrics = new Metrics({
    parts,
    connections: () => connections.counts,
    auditLost: () => audit.lost,
    caches: options.caches,
    lastBackup,
    offered: async () => {
      const { registry } = await shared.engine();
      return { tools: registry.names.length, resources: registry.resources.size };
    },
  });
  const calls = new Calls();
  const serving = {
    ...shared,
    underway: (call: Promise<unknown>) => calls.add(call),
    watch: watchCalls(metrics.record),
  };
  const app = new Hono<Env>();
  app.use(door.outer);
  app.get("/mcp/health", healthOf(log, transports, parts, lastBackup));
  oauth.route(app);
  // Requests that come through a proxy come from this machine, whoever sent them.
  routeMetrics(app, door, metrics, options.publicUrl !== undefined);
  // This is "/mcp" too: to name that as well would count each of its requests twice.
  app.use("/mcp/*", door.inner);
  const closing: (() => Promise<void>)[] = [];
  const inside = { serving, door, oauth, connections, calls, instances };
  if (transports.includes("http")) closing.push(routeStreamable(app, inside, maxBody));
  if (transports.includes("sse")) closing.push(routeSse(app, inside));
  if (transports.includes("ws")) closing.push(routeWebSocket(app, inside, maxBody));
  app.notFound((context) => refuse(context, 404, "there is nothing at this path"));
  app.onError((error, context) => {
    const message = maskDefect(log, `${context.req.method} ${context.req.path}`, error);
    return context.json({ error: { message } }, 500);
  });
  let stopping = false;
  const admitted = (request: Request, env: Env["Bindings"]) => {
    const answered = counted(app.fetch(request, env), metrics);
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
      door[Symbol.dispose]();
      metrics[Symbol.dispose]();
    },
  };
}

async function counted(answer: Response | Promise<Response>, metrics: Metrics): Promise<Response> {
  const response = await answer;
  if (response.status >= 400) metrics.refused(response.status);
  return response;
}
