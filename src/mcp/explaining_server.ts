import {
  type JSONRPCRequest,
  ProtocolError,
  ProtocolErrorCode,
  type Request,
  type RequestMethod,
  type RequestOptions,
  type Result,
  type ResultTypeMap,
  SdkError,
  SdkErrorCode,
  Server,
  type ServerContext,
  type StandardSchemaV1,
} from "@modelcontextprotocol/server";
import { AppError, messageOf, quote } from "../errors.ts";
import { isObject } from "../json.ts";
import { refusedSample } from "./exchange.ts";
import { valueAt } from "./explain.ts";
import { refusalText } from "./requests.ts";

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;

/** A server that says in a sentence what is wrong with the parameters of a request. */
export class ExplainingServer extends Server {
  /** Told of every such request. */
  onmalformed?: (context: ServerContext) => void;

  /** A client that refuses what it says it can answer has answered: what asked goes on without. */
  override request<M extends RequestMethod>(
    request: { method: M; params?: Record<string, unknown> },
    options?: RequestOptions,
  ): Promise<ResultTypeMap[M]>;
  override request<T extends StandardSchemaV1>(
    request: Request,
    schema: T,
    options?: RequestOptions,
  ): Promise<StandardSchemaV1.InferOutput<T>>;
  override async request(
    request: { method: RequestMethod; params?: Record<string, unknown> },
    given?: StandardSchemaV1 | RequestOptions,
    options?: RequestOptions,
  ): Promise<unknown> {
    if (given !== undefined && "~standard" in given) {
      return await super.request(request, given, options);
    }
    try {
      return await super.request(request, given);
    } catch (error) {
      const refused = isGone(error) || given?.signal?.aborted
        ? undefined
        : refusalOf(request.method, error);
      if (refused === undefined) throw error;
      return refused;
    }
  }

  protected override _wrapHandler(method: string, handler: Handler): Handler {
    const checked = super._wrapHandler(method, handler);
    return async (request, context) => {
      try {
        return await checked(request, context);
      } catch (error) {
        const complaints = complaintsIn(error, method, request);
        if (complaints === undefined) throw error;
        this.onmalformed?.(context);
        const why = `Cannot answer ${method} as ${complaints.join("; ")}`;
        const refusal = refusalText(new AppError("invalid_input", why));
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, refusal);
      }
    };
  }
}

function isGone(error: unknown): boolean {
  return error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed;
}

/** What stands for the answer to a question that was refused. */
function refusalOf(method: RequestMethod, error: unknown): object | undefined {
  if (method === "sampling/createMessage") return refusedSample(messageOf(error));
  return method === "elicitation/create" ? { action: "cancel" } : undefined;
}

/** What the SDK throws of a request in the wrong form: what it found, as JSON, or text before that. */
function complaintsIn(error: unknown, method: string, request: object): string[] | undefined {
  const text = messageOf(error);
  const before = `Invalid ${method} request: `;
  const issues = parsed(text.startsWith(before) ? text.slice(before.length) : text);
  return Array.isArray(issues) && issues.length > 0 && issues.every(isIssue)
    ? issues.slice(0, 5).map((issue) => complaintOf(issue, request))
    : undefined;
}

interface Issue {
  readonly path: readonly string[];
  readonly message: string;
}

function isIssue(value: unknown): value is Issue {
  return isObject(value) && Array.isArray(value["path"]) && typeof value["message"] === "string";
}

/** `params.level is "loud": expected one of "debug"|"info"` */
function complaintOf({ path, message }: Issue, request: object): string {
  const name = path.join(".");
  const value = valueAt(request, path);
  if (value === undefined) return `${name} is missing`;
  const expected = /: (expected .*?)(, received .*)?$/s.exec(message)?.[1];
  return expected === undefined
    ? `${name} has the wrong form: got ${quote(value)}`
    : `${name} is ${quote(value)}: ${expected}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
