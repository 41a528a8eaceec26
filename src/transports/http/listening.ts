import { createMcpHandler, type JSONRPCRequest } from "@modelcontextprotocol/server";
import { Interests } from "../../mcp/interests.ts";
import { narrowed } from "../../mcp/listen.ts";
import { createServer } from "../../mcp/server.ts";
import type { Caller } from "../../mcp/callers.ts";
import { bounded } from "../bounded.ts";
import type { Connection } from "../connections.ts";
import type { Inside } from "./inside.ts";

/** Answers `subscriptions/listen`: a stream of what changes of the resources it names, and of their list. */
export async function listen<T>(
  { serving, connections }: Inside<T>,
  { principal, address }: Caller,
  request: Request,
  message: JSONRPCRequest,
): Promise<Response> {
  const interests = new Interests(serving.engine, principal);
  let told = false;
  const handler = createMcpHandler(() => createServer(serving, principal), {
    legacy: "reject",
    onerror: ({ message }) => serving.log.debug("listen: {reason}", { reason: message }),
    bus: {
      publish: () => {},
      subscribe(listener) {
        told = true;
        interests.toldBy((uri) => Promise.resolve(listener({ kind: "resource_updated", uri })));
        interests.list.toldBy(() => Promise.resolve(listener({ kind: "resources_list_changed" })));
        return end;
      },
    },
  });
  interests.emptiedBy(() => void handler.close());
  const connection: Connection = {
    kind: "listen",
    principal,
    review: () => interests.review(),
    close: () => handler.close(),
  };
  const end = () => {
    interests.close();
    connections.release(connection);
  };
  connections.add(connection);
  try {
    const admitted = await narrowed(serving, interests, message, address);
    if ("error" in admitted) return Response.json(admitted);
    const response = await handler.fetch(request, { parsedBody: admitted });
    return bounded(response, () => void handler.close());
  } finally {
    // What was refused, or is told of nothing, is over already.
    if (!told) end();
  }
}
