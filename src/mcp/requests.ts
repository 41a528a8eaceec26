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
import { ACTIONS, type Subject } from "../audit/audit.ts";
import { AppError, type ErrorCode, messageOf, UnknownTool } from "../errors.ts";
import { type Log, maskDefect } from "../log.ts";
import { holderOf, type Principal } from "../permissions.ts";
import type { Engine } from "./call.ts";
import { callerOf } from "./callers.ts";
import type { Interests } from "./interests.ts";
import { clientOf, exchangeOf, InputNeeded, type LiveExchange } from "./live_exchange.ts";
import { type Asked, attemptOf, recorded, requestIdOf } from "./recorded.ts";
import type { Registry } from "./registry.ts";

/** How the requests of one server are run, recorded and answered, whatever they ask for. */
export class Requests<Context> {
  constructor(
    readonly log: Log,
    readonly engine: () => Promise<Engine<Context>>,
    private readonly principal: Principal,
    readonly interests: Interests<Context> | undefined,
    /** Where the client is; null where it is a process of this machine. */
    readonly address: string | null,
  ) {}

  /** Who calls: in a session, each request shows a credential of its own. */
  principalOf({ http }: ServerContext): Principal {
    return callerOf(http?.authInfo)?.principal ?? this.principal;
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

  /** Runs what a request asks for, and records how that ended. */
  async recorded<T>(
    server: Server,
    context: ServerContext,
    subject: (registry: Registry<Context>) => Subject,
    step: (engine: Engine<Context>) => T | Promise<T>,
  ): Promise<T> {
    const engine = await this.engine();
    const asked = this.#asked(server, context);
    return await recorded(
      engine.record,
      asked,
      () => subject(engine.registry),
      () => step(engine),
    );
  }

  /** Records a request in the wrong form, which nothing ran for. */
  async malformed(server: Server, context: ServerContext): Promise<void> {
    const action = ACTIONS.find((action) => action === context.mcpReq.method);
    if (action === undefined) return;
    const asked = this.#asked(server, context);
    const subject = { action, target: null, user_id: asked.asker.user_id };
    try {
      (await this.engine()).record(attemptOf(asked, subject, "invalid_input", null, 0));
    } catch (error) {
      this.log.debug("{method}: {reason}", { method: action, reason: messageOf(error) });
    }
  }

  #asked(server: Server, context: ServerContext): Asked {
    const { mcpReq: { id, signal, envelope }, http } = context;
    return {
      asker: this.principalOf(context),
      client: clientOf(server, envelope),
      address: callerOf(http?.authInfo)?.address ?? this.address,
      request_id: requestIdOf(id),
      signal,
    };
  }

  /** What the client carried from an earlier round; throws where it is not as it was given. */
  async unseal(state: string, context: ServerContext): Promise<object> {
    return await (await this.#seal(context)).verify(state, context);
  }

  async #seal(context: ServerContext): Promise<RequestStateCodec<object>> {
    const key = await (await this.engine()).secret();
    return createRequestStateCodec<object>({
      key,
      bind: () => {
        const principal = this.principalOf(context);
        return `${principal.user_id} ${holderOf(principal)}`;
      },
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
