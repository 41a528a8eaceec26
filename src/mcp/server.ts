import {
  type CallToolResult,
  createRequestStateCodec,
  inputRequired,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  Server,
  type ServerCapabilities,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { AppError, type ErrorCode, UnknownTool } from "../errors.ts";
import { type Log, maskDefect } from "../log.ts";
import type { Principal } from "../permissions.ts";
import { VERSION } from "../version.ts";
import { type Answer, callTool, type Engine } from "./call.ts";
import { completeArgument } from "./complete.ts";
import type { Interests } from "./interests.ts";
import { exchangeOf, InputNeeded, type LiveExchange } from "./live_exchange.ts";
import { getPrompt } from "./prompts.ts";
import { readResource } from "./resources.ts";

/** What every server of a process shares. */
export interface Serving<Context> {
  readonly log: Log;
  /** What is offered; opened when the first request needs it. */
  engine(): Promise<Engine<Context>>;
  /** What clients are told of it before that; unless told, what SelfOS offers. */
  readonly capabilities?: ServerCapabilities;
  /** Told of every call while it runs. */
  underway?(call: Promise<unknown>): void;
  /** Runs a call of a tool, to see how it ends; changes nothing of it. */
  watch?<T>(tool: string, call: () => Promise<T>): Promise<T>;
}

const INSTRUCTIONS = `SelfOS holds one person's goals and tasks. Every write is journalled and ` +
  `answers a change_id that undo reverses; deletes go to a trash. Dates may be words ("friday 5pm"); ` +
  `answers show them resolved, so check the weekday with the person. Ids come from the list tools.`;

const CAPABILITIES: ServerCapabilities = {
  tools: {},
  resources: { subscribe: true },
  completions: {},
  logging: {},
};

/** What is listed changes with the program alone; what is read, at any time. */
const LISTED = { ttlMs: 300_000, cacheScope: "private" } as const;
const READ = { ttlMs: 0, cacheScope: "private" } as const;

/**
 * A server for one connection, in either protocol era, acting as the principal.
 *
 * @param interests what the connection wants to be told of; absent where it ends with its request
 */
export function createServer<Context>(
  serving: Serving<Context>,
  principal: Principal,
  interests?: Interests<Context>,
): Server {
  const { log, engine, capabilities = CAPABILITIES, watch = (_, call) => call() } = serving;
  const seal = async () =>
    createRequestStateCodec<object>({
      key: await (await engine()).secret(),
      bind: () => principal.id,
    });
  const server = new Server({ name: "selfos", title: "SelfOS", version: VERSION }, {
    capabilities,
    instructions: INSTRUCTIONS,
    cacheHints: {
      "tools/list": LISTED,
      "resources/list": LISTED,
      "resources/templates/list": LISTED,
      "prompts/list": LISTED,
      "resources/read": READ,
    },
    requestState: { verify: async (state, context) => (await seal()).verify(state, context) },
  });
  interests?.toldBy((uri) => server.sendResourceUpdated({ uri }));

  /** A question to the client is an end of neither kind. */
  const watched = async (tool: string, call: () => Promise<Answer>): Promise<Answer> => {
    const ended = await watch(tool, () =>
      call().catch((error) => {
        if (error instanceof InputNeeded) return error;
        throw error;
      }));
    if (ended instanceof InputNeeded) throw ended;
    return ended;
  };

  /** Runs what may tell the client something, ask it, and be cancelled by it. */
  const run = async <T>(
    { mcpReq, ...context }: ServerContext,
    step: (exchange: LiveExchange) => Promise<T>,
  ): Promise<T | InputRequiredResult> => {
    const exchange = exchangeOf(log, server, mcpReq, interests?.level);
    try {
      return await answer(log, mcpReq, () => step(exchange));
    } catch (error) {
      if (!(error instanceof InputNeeded)) throw error;
      const requestState = await (await seal()).mint(error.answers, { mcpReq, ...context });
      return inputRequired({ inputRequests: { ...error.questions }, requestState });
    } finally {
      await exchange.settled();
    }
  };

  server.setRequestHandler(
    "tools/list",
    (_, { mcpReq }) =>
      answer(log, mcpReq, async () => ({ tools: (await engine()).registry.list(principal) })),
  );
  server.setRequestHandler("tools/call", ({ params }, context) => {
    const { name, arguments: args } = params;
    const called = run(context, (exchange) =>
      toolResult(async () => {
        const opened = await engine();
        return await watched(name, () => callTool(opened, principal, name, args, exchange));
      }, exchange));
    serving.underway?.(called);
    return called;
  });
  if (capabilities.resources) {
    server.setRequestHandler(
      "resources/list",
      ({ params }, { mcpReq }) =>
        answer(
          log,
          mcpReq,
          async () => (await engine()).registry.resources.list(principal, params?.cursor),
        ),
    );
    server.setRequestHandler(
      "resources/templates/list",
      ({ params }, { mcpReq }) =>
        answer(
          log,
          mcpReq,
          async () => (await engine()).registry.resources.templates(principal, params?.cursor),
        ),
    );
    server.setRequestHandler(
      "resources/read",
      ({ params }, context) =>
        run(
          context,
          async (exchange) => {
            const opened = await engine();
            return await at(
              params.uri,
              () => readResource(opened, principal, params.uri, exchange),
            );
          },
        ),
    );
  }
  if (capabilities.resources?.subscribe && interests) {
    server.setRequestHandler(
      "resources/subscribe",
      ({ params }, { mcpReq }) =>
        answer(log, mcpReq, async () => {
          await at(params.uri, () => interests.subscribe(params.uri));
          return {};
        }),
    );
    server.setRequestHandler("resources/unsubscribe", ({ params }) => {
      interests.unsubscribe(params.uri);
      return {};
    });
  }
  if (capabilities.prompts) {
    server.setRequestHandler(
      "prompts/list",
      ({ params }, { mcpReq }) =>
        answer(log, mcpReq, async () => (await engine()).registry.listPrompts(params?.cursor)),
    );
    server.setRequestHandler(
      "prompts/get",
      ({ params }, context) =>
        run(
          context,
          async (exchange) =>
            await getPrompt(
              await engine(),
              principal,
              params.name,
              params.arguments ?? {},
              exchange,
            ),
        ),
    );
  }
  if (capabilities.completions) {
    server.setRequestHandler(
      "completion/complete",
      ({ params }, { mcpReq }) =>
        answer(log, mcpReq, async () => {
          const exchange = exchangeOf(log, server, mcpReq, interests?.level);
          return await completeArgument(await engine(), principal, params, exchange);
        }),
    );
  }
  if (capabilities.logging && interests) {
    server.setRequestHandler("logging/setLevel", ({ params }) => {
      interests.level = params.level;
      return {};
    });
  }
  return server;
}

/** What a tool answers, or why it refused, for the model to read. */
async function toolResult(
  call: () => Promise<Answer>,
  { attached }: LiveExchange,
): Promise<CallToolResult> {
  try {
    const { output, text } = await call();
    const twin = text === "" ? [] : [{ type: "text" as const, text }];
    return { content: [...twin, ...attached], structuredContent: output };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { content: [{ type: "text", text: refusalText(error) }], isError: true };
  }
}

/** Names the address where nothing was found, as clients expect it. */
async function at<T>(uri: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not_found") throw error;
    throw new ResourceNotFoundError(uri, refusalText(error));
  }
}

/** `code: what was attempted and why not`, then what to try. */
function refusalText({ code, message, advice }: AppError): string {
  return `${code}: ${message}${advice ? `\nTry: ${advice}` : ""}`;
}

type Asked = Pick<ServerContext["mcpReq"], "method" | "signal">;

async function answer<T>(log: Log, asked: Asked, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof InputNeeded) throw error;
    throw failureOf(log, asked, error);
  }
}

const CODES: Readonly<Record<ErrorCode, ProtocolErrorCode>> = {
  invalid_input: ProtocolErrorCode.InvalidParams,
  not_found: ProtocolErrorCode.InvalidParams,
  unauthenticated: ProtocolErrorCode.InvalidRequest,
  permission_denied: ProtocolErrorCode.InvalidRequest,
  conflict: ProtocolErrorCode.InvalidRequest,
  unavailable: ProtocolErrorCode.InternalError,
};

/** What a client is told of a failure: of a defect nothing, that goes to the log under a reference. */
export function failureOf(log: Log, { method, signal }: Asked, error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (error instanceof UnknownTool) {
    return new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
  }
  if (error instanceof AppError) return new ProtocolError(CODES[error.code], refusalText(error));
  if (signal.aborted) return new ProtocolError(ProtocolErrorCode.InternalError, "cancelled");
  return new ProtocolError(ProtocolErrorCode.InternalError, maskDefect(log, method, error));
}
