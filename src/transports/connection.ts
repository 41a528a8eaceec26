import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { messageOf } from "../errors.ts";
import { Interests } from "../mcp/interests.ts";
import { isListen, narrowed } from "../mcp/listen.ts";
import { createServer, type Serving } from "../mcp/server.ts";
import type { Principal } from "../permissions.ts";
import { answeredBy, cancelledBy } from "./message.ts";

/**
 * Serves one connection that stays open, in whichever era its client begins; answers what it is told
 * of.
 */
export function serveConnection<T>(
  serving: Serving<T>,
  principal: Principal,
  transport: Transport,
  name: string,
): Interests<T> {
  const interests = new Interests(serving.engine, principal);
  const onerror = (error: unknown) =>
    serving.log.debug("{name}: {reason}", { name, reason: messageOf(error) });
  let legacy = false;
  serveStdio(({ era }) => {
    legacy = era === "legacy";
    return createServer(serving, principal, interests);
  }, { transport, onerror });
  const { onmessage, onclose } = transport;
  const send = transport.send.bind(transport);
  transport.send = (message, options) => {
    const ended = answeredBy(message);
    if (ended !== undefined) interests.release(ended);
    return send(message, options);
  };
  const deliver = (message: JSONRPCMessage) => {
    const cancelled = cancelledBy(message);
    if (cancelled !== undefined) interests.release(cancelled);
    onmessage?.(message);
  };
  const admit = async (message: JSONRPCMessage) => {
    if (!isListen(message) || legacy) return deliver(message);
    const admitted = await narrowed(serving, interests, message);
    if ("error" in admitted) await transport.send(admitted);
    else deliver(admitted);
  };
  /** Messages stay in order behind one whose resources are looked at. */
  let behind: Promise<void> | undefined;
  transport.onmessage = (message) => {
    if (behind === undefined && !isListen(message)) return deliver(message);
    const turn = (behind ?? Promise.resolve()).then(() => admit(message)).catch(onerror)
      .finally(() => {
        if (behind === turn) behind = undefined;
      });
    behind = turn;
  };
  transport.onclose = () => {
    interests.close();
    onclose?.();
  };
  return interests;
}
