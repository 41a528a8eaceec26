import type { CallToolResult, Server, ServerCapabilities } from "@modelcontextprotocol/server";
import { AppError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { Principal } from "../permissions.ts";
import { VERSION } from "../version.ts";
import { type Answer, callTool, type Engine } from "./call.ts";
import { completeArgument } from "./complete.ts";
import { ExplainingServer } from "./explaining_server.ts";
import type { Interests } from "./interests.ts";
import { listResources } from "./listing.ts";
import { InputNeeded, type LiveExchange } from "./live_exchange.ts";
import { at, tellOfChanges, tellOfList } from "./news.ts";
import { getPrompt } from "./prompts.ts";
import { refusalText, Requests } from "./requests.ts";
import { readResource } from "./resources.ts";
import {
  subjectOfAddress,
  subjectOfCall,
  subjectOfCompletion,
  subjectOfPrompt,
} from "./subjects.ts";

/** What every server of a process shares. */
export interface Serving<Context> {
  readonly log: Log;
  /** What is offered; opened when the first request needs it. */
  engine(): Promise<Engine<Context>>;
  /** What clients are told of it before that; unless told, what SelfOS offers. */
  readonly capabilities?: ServerCapabilities;
  /** Where the client of a connection is; absent on stdio, and where each request tells it. */
  readonly address?: string;
  /** Told of every call while it runs. */
  underway?(call: Promise<unknown>): void;
  /** Runs a call of a tool, to see how it ends; changes nothing of it. */
  watch?<T>(tool: string, call: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

const INSTRUCTIONS =
  `SelfOS holds one person's goals, tasks and memories. Search memories for what the person may have ` +
  `told before. Every write is journalled and answers a change_id that undo reverses; deletes go to a ` +
  `trash. Dates may be words ("friday 5pm"); answers show them resolved, so check the weekday with the ` +
  `person. Ids come from the list tools.`;

/** What a client is told besides whose writes are but proposals. */
const PROPOSING =
  " Writes of this key change nothing: each becomes a proposal (proposal_id) that " +
  "the person approves or rejects; list_proposals tells how that went. Do not repeat them.";

const CAPABILITIES: ServerCapabilities = {
  tools: {},
  resources: { subscribe: true, listChanged: true },
  prompts: {},
  completions: {},
  logging: {},
};

/** What is defined changes with the program alone; what is stored, at any time. */
const DEFINED = { ttlMs: 300_000, cacheScope: "private" } as const;
const STORED = { ttlMs: 0, cacheScope: "private" } as const;
const CACHE_HINTS = {
  "tools/list": DEFINED,
  "resources/list": STORED,
  "resources/templates/list": DEFINED,
  "prompts/list": DEFINED,
  "resources/read": STORED,
} as const;

/**
 * A server for one connection, in either protocol era, acting as the principal, or as whoever calls
 * where the transport tells with each request.
 *
 * @param interests what the connection wants to be told of; absent where it ends with its request
 * @param method all that it will be asked for; absent where it may be anything
 */
export function createServer<Context>(
  serving: Serving<Context>,
  principal: Principal,
  interests?: Interests<Context>,
  method?: string,
): Server {
  const { log, engine, capabilities = CAPABILITIES, address = null } = serving;
  const requests = new Requests(log, engine, principal, interests, address);
  const server = new ExplainingServer({ name: "selfos", title: "SelfOS", version: VERSION }, {
    capabilities,
    instructions: principal.level === "propose" ? INSTRUCTIONS + PROPOSING : INSTRUCTIONS,
    cacheHints: CACHE_HINTS,
    requestState: { verify: (state, context) => requests.unseal(state, context) },
  });
  server.onmalformed = (context) => void requests.malformed(server, context);
  const isAsked = (kind: string) => method === undefined || method.startsWith(kind);
  if (isAsked("tools/")) offerTools(server, requests, serving);
  if (capabilities.resources && isAsked("resources/")) offerResources(server, requests, interests);
  if (capabilities.resources?.subscribe && interests) tellOfChanges(server, requests, interests);
  if (capabilities.resources?.listChanged && interests) tellOfList(server, log, interests);
  if (capabilities.prompts && isAsked("prompts/")) offerPrompts(server, requests);
  if (capabilities.completions && isAsked("completion/")) offerCompletion(server, requests);
  if (capabilities.logging && interests) {
    server.setRequestHandler("logging/setLevel", ({ params }) => {
      interests.level = params.level;
      return {};
    });
  }
  return server;
}

function offerTools<Context>(
  server: Server,
  requests: Requests<Context>,
  { underway, watch = (_, call) => call() }: Serving<Context>,
): void {
  server.setRequestHandler(
    "tools/list",
    (_, context) =>
      requests.answer(
        context,
        ({ registry }) => ({ tools: registry.list(requests.principalOf(context)) }),
      ),
  );
  server.setRequestHandler("tools/call", ({ params }, context) => {
    const { name, arguments: args } = params;
    const principal = requests.principalOf(context);
    const called = requests.run(server, context, (exchange) =>
      toolResult(() =>
        requests.recorded(
          server,
          context,
          (registry) => subjectOfCall(registry, principal, name, args),
          (engine) => {
            const call = () => callTool(engine, principal, name, args, exchange);
            return watched(watch, name, call, exchange.signal);
          },
        ), exchange));
    underway?.(called);
    return called;
  });
}

function offerResources<Context>(
  server: Server,
  requests: Requests<Context>,
  interests: Interests<Context> | undefined,
): void {
  server.setRequestHandler(
    "resources/list",
    ({ params }, context) =>
      requests.answer(context, async (engine) => {
        const principal = requests.principalOf(context);
        const { result, print } = await listResources(engine, principal, params?.cursor);
        interests?.list.given(principal, print);
        return result;
      }),
  );
  server.setRequestHandler(
    "resources/templates/list",
    ({ params }, context) =>
      requests.answer(
        context,
        ({ registry }) =>
          registry.resources.templates(requests.principalOf(context), params?.cursor),
      ),
  );
  server.setRequestHandler(
    "resources/read",
    ({ params: { uri } }, context) =>
      requests.run(
        server,
        context,
        (exchange) =>
          at(uri, () =>
            requests.recorded(
              server,
              context,
              (registry) =>
                subjectOfAddress(registry, requests.principalOf(context), "resources/read", uri),
              (engine) => readResource(engine, requests.principalOf(context), uri, exchange),
            )),
      ),
  );
}

function offerPrompts<Context>(server: Server, requests: Requests<Context>): void {
  server.setRequestHandler(
    "prompts/list",
    ({ params }, context) =>
      requests.answer(
        context,
        ({ registry }) => registry.listPrompts(requests.principalOf(context), params?.cursor),
      ),
  );
  server.setRequestHandler(
    "prompts/get",
    ({ params }, context) =>
      requests.run(server, context, (exchange) => {
        const { name, arguments: args = {} } = params;
        return requests.recorded(
          server,
          context,
          (registry) => subjectOfPrompt(registry, requests.principalOf(context), name),
          (engine) => getPrompt(engine, requests.principalOf(context), name, args, exchange),
        );
      }),
  );
}

function offerCompletion<Context>(server: Server, requests: Requests<Context>): void {
  server.setRequestHandler(
    "completion/complete",
    ({ params }, context) =>
      requests.answer(
        context,
        () =>
          requests.recorded(
            server,
            context,
            (registry) => subjectOfCompletion(registry, requests.principalOf(context), params.ref),
            (engine) =>
              completeArgument(
                engine,
                requests.principalOf(context),
                params,
                context.mcpReq.signal,
              ),
          ),
      ),
  );
}

/** A question to the client ends a call neither well nor badly. */
async function watched(
  watch: <T>(tool: string, call: () => Promise<T>, signal: AbortSignal) => Promise<T>,
  tool: string,
  call: () => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  const asked = () =>
    call().catch((error) => {
      if (error instanceof InputNeeded) return error;
      throw error;
    });
  const ended = await watch(tool, asked, signal);
  if (ended instanceof InputNeeded) throw ended;
  return ended;
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
