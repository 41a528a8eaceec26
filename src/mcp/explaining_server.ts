import {
  type JSONRPCRequest,
  ProtocolError,
  ProtocolErrorCode,
  type Result,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { AppError, messageOf, quote } from "../errors.ts";
import { isObject } from "../json.ts";
import { AskingServer } from "./asking_server.ts";
import { valueAt } from "../issues.ts";
import { refusalText } from "./requests.ts";

type Handler = (request: JSONRPCRequest, context: ServerContext) => Promise<Result>;

/** A server that says in a sentence what is wrong with the parameters of a request. */
export class ExplainingServer extends AskingServer {
  /** Told of every such request. */
  onmalformed?: (context: ServerContext) => void;

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
