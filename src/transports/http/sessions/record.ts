import {
  DEFAULT_NEGOTIATED_PROTOCOL_VERSION,
  type InitializeRequest,
} from "@modelcontextprotocol/server";
import type { SessionRecord } from "../../../instances/instances.ts";
import { holderOf, type Principal } from "../../../permissions.ts";

/** A client that tells more of itself is known to other instances as one of which nothing is known. */
const MOST_TOLD = 16_384;
const UNKNOWN_CLIENT = { capabilities: {}, clientInfo: { name: "unknown", version: "0" } };

/** What other instances need to know of a session that a client opens. */
export function recordOf(
  principal: Principal,
  { protocolVersion, capabilities, clientInfo: { name, version } }: InitializeRequest["params"],
): SessionRecord {
  // No revision has a longer name.
  const revision = { protocolVersion: protocolVersion.slice(0, 20) };
  const told = { capabilities, clientInfo: { name, version } };
  const fits = JSON.stringify(told).length <= MOST_TOLD;
  const initialize = { ...revision, ...(fits ? told : UNKNOWN_CLIENT) };
  return { principal: holderOf(principal), initialize, subscriptions: [] };
}

/** What can be said of a session of which nothing is known: it speaks the revision of its request. */
export function guess(principal: Principal, { headers }: Request): SessionRecord {
  const protocolVersion = headers.get("mcp-protocol-version") ??
    DEFAULT_NEGOTIATED_PROTOCOL_VERSION;
  const initialize = { protocolVersion, ...UNKNOWN_CLIENT };
  return { principal: holderOf(principal), initialize, subscriptions: [] };
}
