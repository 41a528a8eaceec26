import type { JSONRPCErrorResponse, JSONRPCRequest } from "@modelcontextprotocol/server";
import { AppError } from "../errors.ts";
import { isObject } from "../json.ts";
import type { Interests } from "./interests.ts";
import { failureOf } from "./requests.ts";
import type { Serving } from "./server.ts";

/** One stream may name as many resources. */
const MOST_URIS = 100;

/** Whether a message opens a stream of notifications, as of 2026. */
export function isListen(message: unknown): message is JSONRPCRequest {
  return isObject(message) && message["method"] === "subscriptions/listen" && "id" in message;
}

/**
 * The request with those resources alone that the principal can read, which it is told of from here
 * on; or the error that answers it.
 */
export async function narrowed<Context>(
  { log }: Serving<Context>,
  interests: Interests<Context>,
  message: JSONRPCRequest,
): Promise<JSONRPCRequest | JSONRPCErrorResponse> {
  const { id, method, params } = message;
  const notifications = params?.["notifications"];
  if (!isObject(notifications)) return message;
  const uris = notifications["resourceSubscriptions"];
  // What has not the right form is refused by the SDK.
  if (!Array.isArray(uris) || !uris.every((uri) => typeof uri === "string")) return message;
  try {
    if (uris.length > MOST_URIS) {
      throw new AppError(
        "invalid_input",
        `Cannot listen to ${uris.length} resources in one stream`,
        `name at most ${MOST_URIS}`,
      );
    }
    const resourceSubscriptions = await interests.subscribeToReadable(uris, id);
    return {
      ...message,
      params: { ...params, notifications: { ...notifications, resourceSubscriptions } },
    };
  } catch (error) {
    interests.release(id);
    const { code, message } = failureOf(log, { method }, error);
    return { jsonrpc: "2.0", id, error: { code, message } };
  }
}
