import {
  type App,
  authenticated,
  isCurrent,
  localPrincipal,
  openApp,
  openFile,
  principalOf,
} from "../app.ts";
import type { Config } from "../config.ts";
import { issuersOf } from "../config/tokens.ts";
import { inAddress } from "../config/values.ts";
import { AppError, messageOf } from "../errors.ts";
import { lastBackup } from "../life/backups.ts";
import { openLog } from "../log.ts";
import type { Part } from "../telemetry/parts.ts";
import { watchCalls } from "../telemetry/calls.ts";
import type { Run } from "./command.ts";

/** Serves one client on stdin and stdout, or many on the network. */
export async function run(order: Run): Promise<void> {
  const { transports } = order.config;
  await (transports.includes("stdio") ? serveStdio(order) : serveNetwork(order, transports));
}

/**
 * A store that is in order is opened while the input is read, but for a key, which is verified
 * first, and again while it is used.
 */
async function serveStdio({ config, model, invocation, stop }: Run): Promise<void> {
  const { serveOverStdio } = await import("../transports/stdio_server.ts");
  const log = openLog(config);
  const { apiKey } = config;
  let file = await openFile(config);
  const migrate = invocation.options["migrate"] === true;
  let app: Promise<App> | undefined;
  const open = async () => {
    app ??= openApp(config, { file, migrate, model, serves: true });
    try {
      return await app;
    } catch (error) {
      // What failed has closed the file that it was given.
      app = file = undefined;
      throw error;
    }
  };
  const engine = async () => {
    const app = await open();
    if (apiKey !== undefined) await authenticated(app, apiKey);
    return app.engine;
  };
  try {
    const atOnce = apiKey === undefined && file && await isCurrent(file, config.user);
    const principal = atOnce ? localPrincipal(config) : await principalOf(await open(), config);
    await serveOverStdio({ log, engine, watch: watchCalls() }, principal, stop);
  } finally {
    // An opening that failed has said so, and has closed what it was given.
    const opened = await app?.catch(() => undefined);
    if (opened) await opened[Symbol.asyncDispose]();
    else file?.database.close();
    await log.flush();
  }
}

/** Whoever comes in shows a key of their own: the configured user and level are not theirs. */
async function serveNetwork(
  { config, model, invocation, stop, out }: Run,
  transports: Config["transports"],
): Promise<void> {
  const { serveOnNetwork } = await import("../transports/network_server.ts");
  const log = openLog(config);
  const migrate = invocation.options["migrate"] === true;
  await using app = await openApp(config, { migrate, model, serves: true });
  const { keys, authenticator } = await app.auth();
  const { engine, instances, audit } = app;
  const { host, port, maxConnections, maxBody, rateLimit: rate, allowedOrigins: origins } = config;
  const options = {
    ...{ host, port, maxConnections, maxBody, rate, origins, authenticator, instances, audit },
    transports: transports.filter((name) => name !== "stdio"),
    hosts: hostsOf(config),
    tls: await tlsOf(config),
    parts: partsOf(app),
    lastBackup: () => lastBackup(app.db),
    caches: { lists: app.db.answers, resources: engine.cached },
    issuers: config.oidc,
    publicUrl: config.publicUrl,
  };
  if (issuersOf(config).length === 0 && (await keys.list()).keys.length === 0) {
    out.note(
      "Nobody can come in as there is no API key yet\nTry:   selfos keys create --name NAME",
    );
  }
  await serveOnNetwork({ log, engine: () => Promise.resolve(engine) }, options, stop, (address) => {
    const { publicUrl: public_url } = config;
    log.info(`Listening on {url} for {transports}${public_url ? ", known as {public_url}" : ""}`, {
      url: urlOf(config, address.port),
      transports: transports.join(", "),
      ...(public_url ? { public_url } : {}),
    });
  });
  await log.flush();
}

function partsOf({ db, instances }: App): Part[] {
  const check = () => db.read.selectFrom("users").select("id").limit(1).execute();
  const store = { name: "store", required: true, check };
  const redis = { name: "redis", required: false, check: () => instances.ping() };
  return instances.standing === "alone" ? [store] : [store, redis];
}

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** The names under which requests may reach this server. */
function hostsOf({ host, publicUrl, allowedHosts }: Config): string[] {
  const proxied = publicUrl === undefined ? [] : [new URL(publicUrl).host];
  return [...LOOPBACK, inAddress(host).toLowerCase(), ...proxied, ...allowedHosts];
}

function urlOf({ host, tlsCert }: Config, port: number): string {
  return `${tlsCert === undefined ? "http" : "https"}://${inAddress(host)}:${port}/mcp`;
}

async function tlsOf({ tlsCert, tlsKey }: Config) {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new AppError(
      "invalid_input",
      "Cannot serve https with half of a pair",
      "set both SELFOS_TLS_CERT and SELFOS_TLS_KEY",
    );
  }
  return { cert: await readPem(tlsCert), key: await readPem(tlsKey) };
}

async function readPem(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new AppError(
      "unavailable",
      `Cannot read ${path}: ${messageOf(error)}`,
      "correct the path",
    );
  }
}
