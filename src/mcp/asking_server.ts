import {
  type Request,
  type RequestMethod,
  type RequestOptions,
  type ResultTypeMap,
  SdkError,
  SdkErrorCode,
  Server,
  type StandardSchemaV1,
} from "@modelcontextprotocol/server";
import { messageOf } from "../errors.ts";
import { refusedSample } from "./exchange.ts";

/** A server to which a client that refuses what it is asked, or answers too late, has answered. */
export class AskingServer extends Server {
  /** What asked goes on without an answer that the client said it could give. */
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
}

function isGone(error: unknown): boolean {
  return error instanceof SdkError && error.code === SdkErrorCode.ConnectionClosed;
}

function isLate(error: unknown): boolean {
  return error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout;
}

/** What stands for the answer to a question that was refused. */
function refusalOf(method: RequestMethod, error: unknown): object | undefined {
  if (method === "sampling/createMessage") {
    return refusedSample(isLate(error) ? "it gave no answer in time" : messageOf(error));
  }
  return method === "elicitation/create" ? { action: "cancel" } : undefined;
}
