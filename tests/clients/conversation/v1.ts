/** A client made with the first SDK. */
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import * as types from "@modelcontextprotocol/sdk/types.js";
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
  const client = new Client({ name: "client-v1", version: "1" }, {
    capabilities: capabilitiesOf(revision),
  });
  const [asked, lines, changed]: [string[], Json[], string[]] = [[], [], []];
  const listed: string[] = [];
  const answer = (schema: Json, method: keyof typeof ANSWERS) =>
    client.setRequestHandler(schema, ({ params }: Json): Json => {
      asked.push(method);
      return answerTo(method, params);
    });
  const capabilities = capabilitiesOf(revision);
  if (capabilities.elicitation) answer(types.ElicitRequestSchema, "elicitation/create");
  answer(types.CreateMessageRequestSchema, "sampling/createMessage");
  answer(types.ListRootsRequestSchema, "roots/list");
  client.setNotificationHandler(types.LoggingMessageNotificationSchema, ({ params }: Json) => {
    lines.push(params);
  });
  client.setNotificationHandler(types.ResourceUpdatedNotificationSchema, ({ params }: Json) => {
    changed.push(params.uri);
  });
  client.setNotificationHandler(types.ResourceListChangedNotificationSchema, ({ method }: Json) => {
    listed.push(method);
  });
  let settled: string | undefined;
  const transport: Json = transportTo(target);
  const send = transport.send.bind(transport);
  // The SDK asks for its latest revision only; from there on it speaks what the server answers.
  transport.send = (message: Json, options: Json) => {
    if (message.method !== "initialize") return send(message, options);
    return send({ ...message, params: { ...message.params, protocolVersion: revision } }, options);
  };
  const settle = transport.setProtocolVersion?.bind(transport);
  transport.setProtocolVersion = (version: string) => {
    settled = version;
    settle?.(version);
  };
  await client.connect(transport);
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
    get revision() {
      return settled;
    },
    server: {
      name: client.getServerVersion()?.name,
      capabilities: client.getServerCapabilities(),
    },
    request: (method, params) => requests[method]!(params),
    call: (name, args = {}, options = {}) =>
      client.callTool({ name, arguments: { ...args } }, undefined, options),
    async wantLines(level) {
      await client.setLoggingLevel(level as Json);
    },
    async follow(uri) {
      await client.subscribeResource({ uri });
      return async () => void await client.unsubscribeResource({ uri });
    },
    followList: () => Promise.resolve(() => Promise.resolve()),
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
  return new StreamableHTTPClientTransport(url, { requestInit });
}
