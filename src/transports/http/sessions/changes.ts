import { isSpecType, type JSONRPCMessage } from "@modelcontextprotocol/server";
import type { SessionChange } from "../../../instances/instances.ts";

/** A longer address is none of ours. */
const LONGEST_URI = 2000;

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
