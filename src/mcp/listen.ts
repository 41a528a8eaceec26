import type { JSONRPCErrorResponse, JSONRPCRequest } from "@modelcontextprotocol/server";
import type { Subject } from "../audit/audit.ts";
import { AppError } from "../errors.ts";
import { isObject } from "../json.ts";
import type { Interests } from "./interests.ts";
import { clientOf } from "./live_exchange.ts";
import { recorded } from "./recorded.ts";
import { failureOf } from "./requests.ts";
import type { Serving } from "./server.ts";
import { subjectOfAddress } from "./subjects.ts";

/** One stream may name as many resources. */
const MOST_URIS = 100;

const ACTION = "subscriptions/listen";

/** Whether a message opens a stream of notifications, as of 2026. */
export function isListen(message: unknown): message is JSONRPCRequest {
  return isObject(message) && message["method"] === ACTION && "id" in message;
}

/**
 * The request with those resources alone that the principal can read, which it is told of from here
 * on; or the error that answers it. What becomes of each resource is recorded.
 *
 * @param address where the client is, unless the connection tells
 */
export async function narrowed<Context>(
  { log, engine, address: connected }: Serving<Context>,
  interests: Interests<Context>,
  message: JSONRPCRequest,
  address = connected,
): Promise<JSONRPCRequest | JSONRPCErrorResponse> {
  const { id, method, params } = message;
  const notifications = params?.["notifications"];
  if (!isObject(notifications)) return message;
  const uris = notifications["resourceSubscriptions"] ?? [];
  // What has not the right form is refused by the SDK.
  if (!Array.isArray(uris) || !uris.every((uri) => typeof uri === "string")) return message;
  const { principal } = interests;
  const asked = {
    asker: principal,
    client: clientOf(undefined, params?._meta),
    address: address ?? null,
    request_id: String(id),
    signal: new AbortController().signal,
  };
  try {
    const { registry, record } = await engine();
    if (notifications["resourcesListChanged"] === true) await interests.followList(id);
    if (uris.length === 0 || uris.length > MOST_URIS) {
      const stream: Subject = { action: ACTION, target: null, user_id: principal.user_id };
      await recorded(record, asked, () => stream, () => refuseMany(uris));
      return message;
    }
    const recordOf = (uri: string, subscribe: () => Promise<void>) =>
      recorded(
        record,
        asked,
        () => subjectOfAddress(registry, principal, ACTION, uri),
        subscribe,
      );
    const resourceSubscriptions = await interests.subscribeToReadable(uris, id, recordOf);
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

function refuseMany({ length }: readonly string[]): void {
  if (length <= MOST_URIS) return;
  throw new AppError(
    "invalid_input",
    `Cannot listen to ${length} resources in one stream`,
    `name at most ${MOST_URIS}`,
  );
}
