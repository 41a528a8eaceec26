import {
  type CallToolResult,
  CLIENT_INFO_META_KEY,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { AppError, UnknownTool } from "../errors.ts";
import { isObject } from "../json.ts";
import { type Log, maskDefect } from "../log.ts";
import type { Principal } from "../permissions.ts";
import { VERSION } from "../version.ts";
import { callTool, type Engine, type Exchange } from "./call.ts";

/** What every server of a process shares. */
export interface Serving<Context> {
  readonly log: Log;
  /** The tools; opened when the first request needs them. */
  engine(): Promise<Engine<Context>>;
  /** Told of every call while it runs. */
  underway?(call: Promise<unknown>): void;
  /** Runs a call of a tool, to see how it ends; changes nothing of it. */
  watch?<T>(tool: string, call: () => Promise<T>): Promise<T>;
}

const INSTRUCTIONS = `SelfOS holds one person's goals and tasks. Every write is journalled and ` +
  `answers a change_id that undo reverses; deletes go to a trash. Dates may be words ("friday 5pm"); ` +
  `answers show them resolved, so check the weekday with the person. Ids come from the list tools.`;

/** A server for one connection, in either protocol era, acting as the principal. */
export function createServer<Context>(serving: Serving<Context>, principal: Principal): Server {
  const server = new Server({ name: "selfos", title: "SelfOS", version: VERSION }, {
    capabilities: { tools: {} },
    instructions: INSTRUCTIONS,
    cacheHints: { "tools/list": { ttlMs: 300_000, cacheScope: "private" } },
  });
  server.setRequestHandler("tools/list", (_, context) =>
    answer(serving.log, context, async () => ({
      tools: (await serving.engine()).registry.list(principal),
    })));
  server.setRequestHandler("tools/call", ({ params }, context) => {
    const called = answer(serving.log, context, () => {
      const exchange = exchangeOf(server, context);
      return call(serving, principal, params.name, params.arguments, exchange);
    });
    serving.underway?.(called);
    return called;
  });
  return server;
}

async function call<Context>(
  { engine: open, watch = (_, call) => call() }: Serving<Context>,
  principal: Principal,
  name: string,
  args: unknown,
  exchange: Exchange,
): Promise<CallToolResult> {
  try {
    const engine = await open();
    const run = () => callTool(engine, principal, name, args, exchange);
    const { output, text } = await watch(name, run);
    return { content: [{ type: "text", text }], structuredContent: output };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { content: [{ type: "text", text: refusalText(error) }], isError: true };
  }
}

/** `code: what was attempted and why not`, then what to try. */
function refusalText({ code, message, advice }: AppError): string {
  return `${code}: ${message}${advice ? `\nTry: ${advice}` : ""}`;
}

/** Lets no defect's message reach a client: it goes to the log under a reference. */
async function answer<T>(log: Log, { mcpReq }: ServerContext, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof ProtocolError) throw error;
    if (error instanceof UnknownTool) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
    }
    if (error instanceof AppError) {
      const { InternalError, InvalidRequest } = ProtocolErrorCode;
      const code = error.code === "unavailable" ? InternalError : InvalidRequest;
      throw new ProtocolError(code, refusalText(error));
    }
    const message = maskDefect(log, mcpReq.method, error);
    throw new ProtocolError(ProtocolErrorCode.InternalError, message);
  }
}

function exchangeOf(server: Server, { mcpReq }: ServerContext): Exchange {
  const { signal, _meta: meta, envelope } = mcpReq;
  const declared: unknown = envelope && Reflect.get(envelope, CLIENT_INFO_META_KEY);
  const client = nameIn(declared) ?? server.getClientVersion()?.name ?? "unknown";
  return {
    client: client.toWellFormed().replaceAll("\0", "").slice(0, 100),
    signal,
    async progress(done, total, message) {
      const progressToken = meta?.progressToken;
      if (progressToken === undefined) return;
      const params = { progressToken, progress: done, total, message };
      await mcpReq.notify({ method: "notifications/progress", params });
    },
  };
}

function nameIn(info: unknown): string | undefined {
  const name = isObject(info) ? info["name"] : undefined;
  return typeof name === "string" ? name : undefined;
}
