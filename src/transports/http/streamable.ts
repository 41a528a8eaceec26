import {
  createMcpHandler,
  isLegacyRequest,
  PROTOCOL_VERSION_META_KEY,
} from "@modelcontextprotocol/server";
import type { Hono } from "hono";
import { isObject } from "../../json.ts";
import { Caller, callerOf } from "../../mcp/callers.ts";
import { isListen } from "../../mcp/listen.ts";
import { createServer } from "../../mcp/server.ts";
import { bounded } from "../bounded.ts";
import { metaOf } from "../message.ts";
import type { Env } from "./env.ts";
import type { Inside } from "./inside.ts";
import { listen } from "./listening.ts";
import { full, wrongMethod } from "./refusals.ts";
import { Sessions } from "./sessions/sessions.ts";

/** Streamable HTTP: stateless in the era of 2026, with sessions in that of 2025. */
export function routeStreamable<T>(
  app: Hono<Env>,
  inside: Inside<T>,
  maxBody: number,
): () => Promise<void> {
  const { serving, door, oauth, connections, instances } = inside;
  const sessions = new Sessions(serving, connections, instances);
  const modern = createMcpHandler(({ authInfo }) => {
    const caller = callerOf(authInfo);
    if (caller === undefined) throw new Error("a request came in without a caller");
    return createServer(serving, caller.principal, undefined, caller.method);
  }, {
    legacy: "reject",
    maxRequestBodySize: maxBody,
    onerror: ({ message }) => serving.log.debug("http: {reason}", { reason: message }),
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
        await door.count(context, principal, Math.max(0, body.length - 1));
      if (refusal) return refusal;
      const narrow = await oauth.stepUp(context, principal, body);
      if (narrow) return narrow;
    }
    const caller = new Caller(principal, context.env.address, methodOf(body));
    if (!claimsRevision(body) && await isLegacyRequest(request, body)) {
      return await sessions.handle(request, caller, body) ?? full(context);
    }
    if (isListen(body)) {
      if (connections.full) return full(context);
      return await listen(inside, caller, request, body);
    }
    const told = { authInfo: caller, parsedBody: body };
    return bounded(await modern.fetch(request, told), () => {});
  });
  app.all("/mcp", (context) => wrongMethod(context, "GET, POST, DELETE"));
  return async () => {
    sessions[Symbol.dispose]();
    await modern.close();
  };
}

function methodOf(message: unknown): string | undefined {
  const method = isObject(message) ? message["method"] : undefined;
  return typeof method === "string" ? method : undefined;
}

/** Whether a message carries its revision, as only those of the 2026 era do: a look that is cheap. */
function claimsRevision(message: unknown): boolean {
  const meta = metaOf(message);
  return meta !== undefined && PROTOCOL_VERSION_META_KEY in meta;
}
