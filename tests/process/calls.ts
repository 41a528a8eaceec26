/** Calls of tools over Streamable HTTP, as a program without an SDK makes them. */
import type { Json } from "./server.ts";

/** What became of one call, and how long that took. */
export interface Outcome {
  readonly status: number;
  /** The text of a refusal, or of the answer. */
  readonly text: string;
  readonly isError: boolean;
  readonly milliseconds: number;
}

/** Calls a tool in the era of 2026. */
export async function callTool(
  url: string,
  key: string,
  name: string,
  args: object = {},
): Promise<Outcome> {
  const start = performance.now();
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2026-07-28",
      "mcp-method": "tools/call",
      "mcp-name": name,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: {
        name,
        arguments: args,
        _meta: {
          "io.modelcontextprotocol/protocolVersion": "2026-07-28",
          "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
          "io.modelcontextprotocol/clientCapabilities": {},
        },
      },
    }),
  });
  const text = await response.text();
  const { result }: Json = response.ok ? JSON.parse(text) : {};
  return {
    status: response.status,
    text: result?.content?.[0]?.text ?? text,
    isError: result?.isError === true || !response.ok,
    milliseconds: performance.now() - start,
  };
}
