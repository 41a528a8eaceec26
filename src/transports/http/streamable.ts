import {
  createMcpHandler,
  isLegacyRequest,
  PROTOCOL_VERSION_META_KEY,
} from "@modelcontextprotocol/server";
import type { Hono } from "hono";
import { isObject } from "../../json.ts";
import { callerOf, infoOf } from "../../mcp/callers.ts";
import { isListen } from "../../mcp/listen.ts";
import { createServer } from "../../mcp/server.ts";
import { bounded } from "../bounded.ts";
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
  const { serving, door, oauth, connections, instances, addresses } = inside;
  const sessions = new Sessions(serving, connections, instances);
  const methods = new WeakMap<Request, string>();
  const modern = createMcpHandler(({ authInfo, requestInfo }) => {
    const principal = callerOf(authInfo);
    if (principal === undefined) throw new Error("a request came in without a principal");
    return createServer(serving, principal, undefined, requestInfo && methods.get(requestInfo));
  }, {
    legacy: "reject",
    maxRequestBodySize: maxBody,
    onerror: ({ message }) => serving.log.debug("http: {message}", { message }),
  });
  app.on(["GET", "POST", "DELETE"], "/mcp", async (context) => {
    const principal = context.get("principal");
    const request = context.req.raw;
    addresses.set(request, context.env.address);
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
    if (!claimsRevision(body) && await isLegacyRequest(request, body)) {
      return await sessions.handle(request, principal, body) ?? full(context);
    }
    if (isListen(body)) {
      if (connections.full) return full(context);
      return await listen(inside, principal, request, body);
    }
    const authInfo = infoOf(principal);
    const method = methodOf(body);
    if (method !== undefined) methods.set(request, method);
    return bounded(await modern.fetch(request, { authInfo, parsedBody: body }), () => {});
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
  const params = isObject(message) ? message["params"] : undefined;
  const meta = isObject(params) ? params["_meta"] : undefined;
  return isObject(meta) && PROTOCOL_VERSION_META_KEY in meta;
}
