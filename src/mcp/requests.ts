import {
  createRequestStateCodec,
  inputRequired,
  type InputRequiredResult,
  ProtocolError,
  ProtocolErrorCode,
  type RequestStateCodec,
  type Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { AppError, type ErrorCode, UnknownTool } from "../errors.ts";
import { type Log, maskDefect } from "../log.ts";
import { holderOf, type Principal } from "../permissions.ts";
import type { Engine } from "./call.ts";
import { callerOf } from "./callers.ts";
import type { Interests } from "./interests.ts";
import { exchangeOf, InputNeeded, type LiveExchange } from "./live_exchange.ts";

/** How the requests of one server are run and answered, whatever they ask for. */
export class Requests<Context> {
  constructor(
    readonly log: Log,
    readonly engine: () => Promise<Engine<Context>>,
    private readonly principal: Principal,
    readonly interests: Interests<Context> | undefined,
  ) {}

  /** Who calls: in a session, each request shows a credential of its own. */
  principalOf({ http }: ServerContext): Principal {
    return callerOf(http?.authInfo) ?? this.principal;
  }

  /** Answers at once: nothing is told or asked meanwhile. */
  async answer<T>({ mcpReq }: ServerContext, step: (engine: Engine<Context>) => T | Promise<T>) {
    try {
      return await step(await this.engine());
    } catch (error) {
      throw failureOf(this.log, mcpReq, error);
    }
  }

  /** Runs what may tell the client something, ask it, and be cancelled by it. */
  async run<T>(
    server: Server,
    context: ServerContext,
    step: (exchange: LiveExchange) => Promise<T>,
  ): Promise<T | InputRequiredResult> {
    const exchange = exchangeOf(this.log, server, context.mcpReq, this.interests?.level);
    try {
      return await step(exchange);
    } catch (error) {
      if (!(error instanceof InputNeeded)) throw failureOf(this.log, context.mcpReq, error);
      const requestState = await (await this.#seal(context)).mint(error.answers, context);
      return inputRequired({ inputRequests: { ...error.questions }, requestState });
    } finally {
      await exchange.settled();
    }
  }

  /** What the client carried from an earlier round; throws where it is not as it was given. */
  async unseal(state: string, context: ServerContext): Promise<object> {
    return await (await this.#seal(context)).verify(state, context);
  }

  async #seal(context: ServerContext): Promise<RequestStateCodec<object>> {
    const key = await (await this.engine()).secret();
    return createRequestStateCodec<object>({
      key,
      bind: () => holderOf(this.principalOf(context)),
    });
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
export function failureOf(
  log: Log,
  { method, signal }: { readonly method: string; readonly signal?: AbortSignal },
  error: unknown,
): ProtocolError {
  if (error instanceof ProtocolError) return error;
  if (error instanceof UnknownTool) {
    return new ProtocolError(ProtocolErrorCode.InvalidParams, error.message);
  }
  if (error instanceof AppError) return new ProtocolError(CODES[error.code], refusalText(error));
  if (signal?.aborted) return new ProtocolError(ProtocolErrorCode.InternalError, "cancelled");
  return new ProtocolError(ProtocolErrorCode.InternalError, maskDefect(log, method, error));
}

/** `code: what was attempted and why not`, then what to try. */
export function refusalText({ code, message, advice }: AppError): string {
  return `${code}: ${message}${advice ? `\nTry: ${advice}` : ""}`;
}
