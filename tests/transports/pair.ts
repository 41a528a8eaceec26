/** Two instances of one installation in this process, with nothing but a Redis and the store between them. */
import { z } from "zod";
import type { Instances } from "../../src/instances/instances.ts";
import { joinThroughRedis } from "../../src/instances/redis.ts";
import { openLog } from "../../src/log.ts";
import { Registry } from "../../src/mcp/registry.ts";
import { resources } from "../../src/resources/resources.ts";
import {
  type Network,
  type NetworkOptions,
  openNetwork,
} from "../../src/transports/http/routes.ts";
import { defineTool } from "../../src/tools/tool.ts";
import { toolsets } from "../../src/tools/toolsets.ts";
import { startApp, type TestApp, type TestOptions } from "../harness.ts";
import { type RedisServer, startRedis } from "../services/redis.ts";
import { INITIALIZE } from "./network.ts";

const log = openLog({ logLevel: "error", logFormat: "text" });

/** Reaches one of the two. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>;

export interface Pair extends AsyncDisposable {
  readonly app: TestApp;
  readonly redis: RedisServer;
  readonly instances: readonly [Instances, Instances];
  readonly networks: readonly [Network, Network];
  /** The key of Ada, `read_write`. */
  readonly key: string;
  issue(user_id: string): Promise<{ key: string; id: string }>;
  /** From now on neither can use the store. */
  closeStore(): Promise<void>;
  /** The first, the second, the first again. */
  readonly inTurn: Fetch;
  on(instance: 0 | 1): Fetch;
  /** Posts a message of the 2025 era to one of them. */
  post(instance: 0 | 1, message: object, headers?: Record<string, string>): Promise<Response>;
  /** How many calls of `get_bored` were cancelled. */
  readonly cancelled: () => number;
}

export async function startPair(
  options: Partial<NetworkOptions> = {},
  appOptions: TestOptions = {},
): Promise<Pair> {
  const stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis());
  const app = stack.use(await startApp(appOptions));
  const { keys, authenticator } = await app.app.auth();
  const issue = (user_id: string) =>
    keys.create({ user_id, level: "read_write", name: "test", expires_at: null });
  const { key } = await issue("ada");
  let cancelled = 0;
  const tools = [...Object.values(toolsets).flat(), ...probes(() => cancelled++)];
  const engine = { ...app.app.engine, registry: new Registry({ tools, resources }) };
  const open = async (): Promise<[Instances, Network]> => {
    const instances = stack.use(await joinThroughRedis(redis.url, log));
    const network = openNetwork({ log, engine: () => Promise.resolve(engine) }, {
      transports: ["http", "sse", "ws"],
      hosts: ["localhost"],
      origins: [],
      maxBody: 10_000,
      maxConnections: 10,
      rate: { count: 1000, period: 60 },
      authenticator,
      instances,
      audit: app.app.audit,
      caches: {},
      lastBackup: () => Promise.resolve(null),
      parts: [{ name: "redis", required: false, check: () => instances.ping() }],
      issuers: [],
      publicUrl: "https://life.example/",
      ...options,
    });
    stack.defer(() => network.stop(0));
    return [instances, network];
  };
  const [[one, first], [other, second]] = [await open(), await open()];
  const networks = [first, second] as const;
  let turn = 0;
  const on = (instance: number): Fetch => async (input, init) => {
    const request = new Request(input, init);
    const headers = new Headers(request.headers);
    headers.set("host", "localhost");
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${key}`);
    return await networks[instance]!.fetch(new Request(request, { headers }), {
      address: "127.0.0.1",
    });
  };
  return {
    ...{ app, redis, networks, key, issue, on },
    cancelled: () => cancelled,
    async closeStore() {
      await app.app.db[Symbol.asyncDispose]();
    },
    instances: [one, other],
    inTurn: (input, init) => on(turn++ % 2)(input, init),
    post: (instance, message, headers) =>
      on(instance)("http://localhost/mcp", {
        method: "POST",
        body: JSON.stringify({ jsonrpc: "2.0", ...message }),
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
      }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Opens a session on one of them; answers the header that names it. */
export async function openSessionOn(pair: Pair, instance: 0 | 1): Promise<Record<string, string>> {
  const response = await pair.post(instance, INITIALIZE);
  await response.text();
  return { "mcp-session-id": response.headers.get("mcp-session-id") ?? "" };
}

/** Tools that need the client while they run, as none of ours does yet. */
function probes(cancelled: () => void) {
  const nothing = { input: z.object({}), output: z.object({ said: z.string() }) };
  return [
    defineTool({
      ...nothing,
      name: "get_color",
      title: "Color",
      description: "Asks the person for a color.",
      access: "read",
      async run(_, { ask }) {
        const { color } = await ask({
          color: {
            method: "elicitation/create",
            params: {
              mode: "form",
              message: "Which color?",
              requestedSchema: { type: "object", properties: { name: { type: "string" } } },
            },
          },
        });
        return { said: String(color.content?.["name"]) };
      },
    }),
    defineTool({
      ...nothing,
      name: "get_bored",
      title: "Wait",
      description: "Waits until it is cancelled.",
      access: "read",
      async run(_, { signal }) {
        await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
        cancelled();
        return { said: "cancelled" };
      },
    }),
    defineTool({
      ...nothing,
      name: "get_logged",
      title: "Log",
      description: "Tells the client something for its log.",
      access: "read",
      async run(_, { client, log }) {
        await log("info", "hello");
        return { said: client };
      },
    }),
  ];
}
