/** A client made with the second SDK. */
import {
  Client,
  LOG_LEVEL_META_KEY,
  SSEClientTransport,
  StreamableHTTPClientTransport,
} from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { WebSocketClientTransport } from "../../../src/demo/websocket.ts";
import {
  type ANSWERS,
  answerTo,
  capabilitiesOf,
  type Json,
  type Peer,
  type Revision,
  type Target,
} from "./peer.ts";

export async function connect(target: Target, revision: Revision): Promise<Peer> {
  const modern = revision === "2026-07-28";
  const capabilities = capabilitiesOf(revision);
  const client = new Client({ name: "client-v2", version: "1" }, {
    capabilities,
    versionNegotiation: { mode: modern ? { pin: revision } : "legacy" },
    ...(modern ? {} : { supportedProtocolVersions: [revision] }),
  });
  const [asked, lines, changed]: [string[], Json[], string[]] = [[], [], []];
  const listed: string[] = [];
  const answer = (method: keyof typeof ANSWERS) =>
    client.setRequestHandler(method, ({ params }: Json): Json => {
      asked.push(method);
      return answerTo(method, params);
    });
  if (capabilities.elicitation) answer("elicitation/create");
  answer("sampling/createMessage");
  answer("roots/list");
  client.setNotificationHandler("notifications/message", ({ params }) => {
    lines.push(params);
  });
  client.setNotificationHandler("notifications/resources/updated", ({ params }) => {
    changed.push(params.uri);
  });
  client.setNotificationHandler("notifications/resources/list_changed", ({ method }) => {
    listed.push(method);
  });
  await client.connect(transportTo(target));
  let wanted: Json = {};
  const requests: Record<string, (params: Json) => Promise<Json>> = {
    "tools/list": (params) => client.listTools(params),
    "resources/list": (params) => client.listResources(params),
    "resources/templates/list": (params) => client.listResourceTemplates(params),
    "resources/read": (params) => client.readResource(params),
    "prompts/list": (params) => client.listPrompts(params),
    "prompts/get": (params) => client.getPrompt(params),
    "completion/complete": (params) => client.complete(params),
    ping: () => client.ping(),
  };
  return {
    ...{ asked, lines, changed, listed },
    revision: client.getNegotiatedProtocolVersion(),
    server: {
      name: client.getServerVersion()?.name,
      capabilities: client.getServerCapabilities(),
    },
    request: (method, params) => requests[method]!(params),
    call: (name, args = {}, options = {}) =>
      client.callTool({ name, arguments: { ...args }, ...wanted }, options),
    async wantLines(level) {
      // In the era of 2026 each request says so for itself.
      if (modern) wanted = { _meta: { [LOG_LEVEL_META_KEY]: level } };
      else await client.setLoggingLevel(level as Json);
    },
    async follow(uri) {
      if (modern) {
        const subscription = await client.listen({ resourceSubscriptions: [uri] });
        return () => subscription.close();
      }
      await client.subscribeResource({ uri });
      return async () => void await client.unsubscribeResource({ uri });
    },
    async followList() {
      if (!modern) return () => Promise.resolve();
      const subscription = await client.listen({ resourcesListChanged: true });
      return () => subscription.close();
    },
    close: () => client.close(),
  };
}

function transportTo({ url: address, key, command, args, env }: Target) {
  if (address === undefined) return new StdioClientTransport({ command, args: [...args], env });
  const url = new URL(address);
  const headers = { authorization: `Bearer ${key}` };
  if (url.protocol === "ws:") return new WebSocketClientTransport(url, headers);
  const requestInit = { headers };
  if (url.pathname === "/mcp/sse") return new SSEClientTransport(url, { requestInit });
  return new StreamableHTTPClientTransport(url, { requestInit, fetch: fetchToBeAborted });
}

/** Deno may forget the signal of a fetch whose answer is still being read; a pipe does not. */
async function fetchToBeAborted(url: string | URL, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init);
  if (response.body === null || !init.signal) return response;
  const body = response.body.pipeThrough(new TransformStream(), { signal: init.signal });
  return new Response(body, response);
}
