import { isSpecType, type JSONRPCMessage } from "@modelcontextprotocol/server";
import type { SessionChange } from "../../../instances/instances.ts";
import { LONGEST_URI } from "../../../mcp/resources.ts";

/** What a request changes of its session for longer than it takes. */
export function changeOf(message: JSONRPCMessage): SessionChange | undefined {
  if (!("method" in message)) return undefined;
  const { method, params: { level, uri } = {} } = message;
  if (method === "logging/setLevel" && isSpecType.LoggingLevel(level)) return { logLevel: level };
  if (typeof uri !== "string" || uri.length > LONGEST_URI) return undefined;
  if (method === "resources/subscribe") return { subscribe: uri };
  if (method === "resources/unsubscribe") return { unsubscribe: uri };
  return undefined;
}

/** The message that makes the change, without whatever else stood in the request. */
export function asMessage(change: SessionChange): JSONRPCMessage {
  const jsonrpc = "2.0";
  if ("logLevel" in change) {
    return { jsonrpc, method: "logging/setLevel", params: { level: change.logLevel } };
  }
  return "subscribe" in change
    ? { jsonrpc, method: "resources/subscribe", params: { uri: change.subscribe } }
    : { jsonrpc, method: "resources/unsubscribe", params: { uri: change.unsubscribe } };
}

/** Changes of a session that nobody could be told of: of each thing the last one. */
export class UntoldChanges {
  readonly #changes = new Map<string, SessionChange>();

  add(change: SessionChange): void {
    const thing = thingOf(change);
    // Whoever tells them comes to this one last.
    this.#changes.delete(thing);
    this.#changes.set(thing, change);
    const [oldest] = this.#changes.keys();
    if (this.#changes.size > MOST_UNTOLD && oldest !== undefined) this.#changes.delete(oldest);
  }

  /** Tells all of them, also those that are added meanwhile; what cannot be told stays. */
  async tell(one: (change: SessionChange) => Promise<void>): Promise<void> {
    for (const [thing, change] of this.#changes) {
      await one(change);
      if (this.#changes.get(thing) === change) this.#changes.delete(thing);
    }
  }
}

/** More than a client may have subscribed to at once. */
const MOST_UNTOLD = 2000;

function thingOf(change: SessionChange): string {
  if ("logLevel" in change) return "";
  return "subscribe" in change ? change.subscribe : change.unsubscribe;
}
