/** The routes of the network server over a whole SelfOS, without a port. */
import { lastBackup } from "../../src/life/backups.ts";
import { openLog } from "../../src/log.ts";
import type { Level } from "../../src/permissions.ts";
import {
  type Network,
  type NetworkOptions,
  openNetwork,
} from "../../src/transports/http/routes.ts";
import { startApp, type TestApp, type TestOptions } from "../harness.ts";

export interface TestNetwork extends AsyncDisposable {
  readonly app: TestApp;
  readonly network: Network;
  /** The key of Ada, `read_write`. */
  readonly key: string;
  issue(user_id: string, level?: Level): Promise<{ key: string; id: string }>;
  /** Sends a request with Ada's key, unless headers tell otherwise, from loopback. */
  send(path: string, init?: RequestInit, address?: string, withKey?: boolean): Promise<Response>;
  /** Posts a JSON-RPC message of the 2025 era. */
  post(message: unknown, headers?: Record<string, string>): Promise<Response>;
}

export async function startNetwork(
  options: Partial<NetworkOptions> = {},
  appOptions: TestOptions = {},
): Promise<TestNetwork> {
  const app = await startApp(appOptions);
  const { keys, authenticator } = await app.app.auth();
  const issue = (user_id: string, level: Level = "read_write") =>
    keys.create({ user_id, level, name: "test", expires_at: null });
  const { key } = await issue("ada");
  const serving = {
    log: openLog({ logLevel: "error", logFormat: "text" }),
    engine: () => Promise.resolve(app.app.engine),
  };
  const network = openNetwork(serving, {
    transports: ["http", "sse", "ws"],
    hosts: ["localhost"],
    origins: ["https://app.example"],
    maxBody: 10_000,
    maxConnections: 3,
    rate: { count: 1000, period: 60 },
    authenticator,
    instances: app.app.instances,
    audit: app.app.audit,
    caches: { lists: app.app.db.answers, resources: app.app.engine.cached },
    lastBackup: () => lastBackup(app.app.db),
    parts: [{ name: "store", required: true, check: () => app.app.db.applied() }],
    issuers: app.config.oidc,
    publicUrl: undefined,
    ...options,
  });
  const send: TestNetwork["send"] = async (
    path,
    { headers, ...init } = {},
    address = "127.0.0.1",
    withKey = true,
  ) => {
    const credential: HeadersInit = withKey ? { authorization: `Bearer ${key}` } : {};
    const request = new Request(`http://localhost${path}`, {
      ...init,
      headers: { host: "localhost", ...credential, ...headers },
    });
    return await network.fetch(request, { address });
  };
  return {
    ...{ app, network, key, issue, send },
    post: (message, headers = {}) =>
      send("/mcp", {
        method: "POST",
        body: typeof message === "string" ? message : JSON.stringify(message),
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
      }),
    async [Symbol.asyncDispose]() {
      await network.stop(0);
      await app[Symbol.asyncDispose]();
    },
  };
}

export const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "test", version: "1" },
  },
};

/** Opens a session of the 2025 era; answers its id. */
export async function openSession(
  network: TestNetwork,
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await network.post(INITIALIZE, headers);
  await response.text();
  return response.headers.get("mcp-session-id") ?? "";
}
