import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Transport,
} from "@modelcontextprotocol/client";
import type { Config } from "../config.ts";
import { isObject } from "../json.ts";
import { WebSocketClientTransport } from "./websocket.ts";

/** What a client found over one transport. */
export interface Finding {
  readonly transport: string;
  readonly address: string;
  /** The revision of the protocol that both sides agreed on. */
  readonly revision: string;
  /** The tool that was called; it only reads. */
  readonly tool: string;
  /** What it counted: an answer's texts are nobody else's business. */
  readonly numbers: string;
}

/** Calls a tool that reads, with the SDK's client, over every transport that is served. */
export async function* tryAll(
  url: string,
  key: string,
  { transports }: Config,
): AsyncGenerator<Finding> {
  const headers = { authorization: `Bearer ${key}` };
  const http = new URL(url);
  const sse = new URL("/mcp/sse", url);
  const socket = new URL("/mcp/ws", url);
  socket.protocol = http.protocol.replace("http", "ws");
  const requestInit = { headers };
  const modern = { pin: "2026-07-28" } as const;
  const streamable = () => new StreamableHTTPClientTransport(http, { requestInit });
  if (transports.includes("http")) {
    yield await tryOne("Streamable HTTP", http, modern, streamable());
    yield await tryOne("Streamable HTTP", http, "legacy", streamable());
  }
  if (transports.includes("sse")) {
    yield await tryOne("HTTP+SSE", sse, "legacy", new SSEClientTransport(sse, { requestInit }));
  }
  if (transports.includes("ws")) {
    yield await tryOne("WebSocket", socket, modern, new WebSocketClientTransport(socket, headers));
  }
}

async function tryOne(
  transport: string,
  { href: address }: URL,
  mode: "legacy" | { pin: string },
  connection: Transport,
): Promise<Finding> {
  const client = new Client({ name: "selfos-start", version: "1" }, {
    versionNegotiation: { mode },
  });
  try {
    await client.connect(connection);
    const { tools } = await client.listTools();
    const tool = tools.find(({ annotations, inputSchema: { required = [] } }) =>
      annotations?.readOnlyHint === true && required.length === 0
    );
    if (tool === undefined) throw new Error("the server offers no tool that reads");
    const { isError, content, structuredContent } = await client.callTool({
      name: tool.name,
      arguments: {},
    });
    if (isError) throw new Error(`${tool.name} was refused: ${JSON.stringify(content)}`);
    const revision = client.getNegotiatedProtocolVersion() ?? "";
    return { transport, address, revision, tool: tool.name, numbers: numbersIn(structuredContent) };
  } finally {
    if (connection instanceof StreamableHTTPClientTransport) await connection.terminateSession();
    await client.close();
  }
}

function numbersIn(answer: unknown): string {
  return Object.entries(isObject(answer) ? answer : {})
    .filter(([, value]) => typeof value === "number")
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}
