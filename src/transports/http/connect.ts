import type { Serving } from "../../mcp/server.ts";
import { serveConnection } from "../connection.ts";
import type { Connection, Connections } from "../connections.ts";
import type { SseTransport } from "../sse.ts";
import type { WebSocketTransport } from "../websocket.ts";

/** What is served to a connection that came in from this address. */
export function servingFrom<T>(serving: Serving<T>, address: string): Serving<T> {
  return { ...serving, address };
}

/** Serves a connection that stays open, in whichever era its client begins. */
export function connect<T>(
  serving: Serving<T>,
  connections: Connections,
  transport: SseTransport | WebSocketTransport,
  { kind, principal }: Pick<Connection, "kind" | "principal">,
  ended: () => void,
): void {
  const interests = serveConnection(serving, principal, transport, kind);
  const connection: Connection = {
    kind,
    principal,
    review: () => interests.review(),
    close: () => transport.close(),
  };
  connections.add(connection);
  const { onclose } = transport;
  transport.onclose = () => {
    // A peer that puts off the end of its connection keeps its place: else it might take any number.
    transport.gone.then(() => connections.release(connection));
    ended();
    onclose?.();
  };
}
