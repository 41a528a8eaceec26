/** Two instances of one installation as processes, behind the reverse proxy of the README. */
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { NGINX, type Proxy, startNginx } from "../services/nginx.ts";
import { type PostgresServer, startPostgres } from "../services/postgres.ts";
import { REDIS_SERVER, type RedisServer, startRedis } from "../services/redis.ts";
import { freePort } from "../services/system.ts";
import { type NetworkProcess, startNetwork } from "./network.ts";
import type { Program } from "./programs.ts";
import { newPlace, runToEnd, surroundings } from "./server.ts";

export interface Installation extends AsyncDisposable {
  readonly store: PostgresServer;
  readonly redis: RedisServer;
  readonly proxy: Proxy;
  readonly instances: readonly NetworkProcess[];
  /** Runs a command with the settings of the instances. */
  run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
  /** A key of a person who is new. */
  newPerson(user_id: string): Promise<{ key: string; id: string }>;
  /** Ends an instance at once, and starts another in its place. */
  replace(at: number): Promise<void>;
  /** Requests by way of the proxy. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
}

/** Why such an installation cannot be started here. */
export function missingParts(): string | undefined {
  if (REDIS_SERVER === undefined) return "TEST_REDIS_SERVER is not set";
  if (NGINX === undefined) return "TEST_NGINX is not set";
  return Deno.env.has("TEST_POSTGRES_URL") ? undefined : "TEST_POSTGRES_URL is not set";
}

export const CERTIFICATE = fileURLToPath(new URL("tls/cert.pem", import.meta.url));

/** @param rate of each key */
export async function startInstallation(program: Program, rate: string): Promise<Installation> {
  const stack = new AsyncDisposableStack();
  const place = stack.adopt(newPlace(), (place) => place[Symbol.dispose]());
  const [store, redis] = await Promise.all([startPostgres(), startRedis()]);
  stack.use(store);
  stack.use(redis);
  const sql = postgres(`${store.url}/postgres`, { max: 1, onnotice: () => {} });
  await sql`create database life`;
  await sql.end();
  const env = {
    SELFOS_DATABASE_URL: `${store.url}/life`,
    SELFOS_REDIS_URL: redis.url,
  };
  const run = (...args: string[]) => runToEnd(program, { ...place, args, env });
  await run("migrate", "up");
  const proxyPort = freePort();
  const ports = [freePort(), freePort()];
  const start = (at: number) => {
    const flags = [
      ...["--port", String(ports[at]), "--public-url", `https://localhost:${proxyPort}`],
      ...["--rate-limit", rate],
    ];
    return startNetwork(program, place.dataDir, flags, { env, withKey: false });
  };
  const instances = await Promise.all([start(0), start(1)]);
  stack.defer(async () => {
    for (const instance of instances) await instance[Symbol.asyncDispose]();
  });
  const proxy = stack.use(await startNginx(proxyPort, ports));
  const caCerts = [await Deno.readTextFile(CERTIFICATE)];
  const client = stack.adopt(Deno.createHttpClient({ caCerts }), (client) => client.close());
  return {
    ...{ store, redis, proxy, instances, run },
    async newPerson(user_id) {
      await run("users", "create", user_id);
      const args = ["keys", "create", "--name", "test", "--user", user_id, "--json"];
      return JSON.parse((await run(...args)).stdout);
    },
    async replace(at) {
      await instances[at]![Symbol.asyncDispose]();
      instances[at] = await start(at);
    },
    fetch: (path, init) => fetch(new URL(path, proxy.url), { ...init, client }),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Runs one of the outside clients against the proxy; answers what it reports. */
export async function runClient(
  { proxy }: Installation,
  key: string,
  [script = "", ...args]: readonly string[],
  path: string,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const url = new URL(path, proxy.url);
  if (path === "/mcp/ws") url.protocol = "wss:";
  const client = new URL(`../clients/${script}`, import.meta.url);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", fileURLToPath(client), ...args, url.href],
    clearEnv: true,
    env: { ...surroundings(), TEST_API_KEY: key, NO_COLOR: "1", DENO_CERT: CERTIFICATE },
  }).output();
  const text = new TextDecoder();
  return { code, stdout: text.decode(stdout), stderr: text.decode(stderr) };
}
