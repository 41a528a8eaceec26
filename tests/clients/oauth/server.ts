import type { Issuer } from "../../../src/config/issuers.ts";
import { openLog } from "../../../src/log.ts";
import { openNetwork } from "../../../src/transports/http/routes.ts";
import { startApp, type TestApp } from "../../harness.ts";
import { freePort } from "../../services/system.ts";

/** The scopes of the authorization server under test, and what they allow here. */
export const SCOPES = { "selfos.read": "read_only", "selfos.write": "read_write" } as const;

export interface TestServer extends AsyncDisposable {
  readonly url: URL;
  readonly app: TestApp;
  /** A key of Ada, `read_write`. */
  readonly key: string;
}

/** A whole SelfOS that listens on loopback and takes the tokens of an issuer, if one is named. */
export async function startServer(
  issuer?: string,
  options: Partial<Issuer> = { signUp: true },
): Promise<TestServer> {
  const port = freePort();
  const url = new URL(`http://127.0.0.1:${port}/mcp`);
  const oidc = issuer === undefined
    ? []
    : [{ issuer, audience: url.href, levelClaim: "scope", levelMap: SCOPES, ...options }];
  const app = await startApp({
    now: new Date().toISOString(),
    flags: { oidc: JSON.stringify(oidc) },
  });
  const { keys, authenticator } = await app.app.auth();
  const { key } = await keys.create({
    user_id: "ada",
    level: "read_write",
    name: "test",
    expires_at: null,
  });
  const serving = {
    log: openLog({ logLevel: "error", logFormat: "text" }),
    engine: () => Promise.resolve(app.app.engine),
  };
  const network = openNetwork(serving, {
    transports: ["http", "sse", "ws"],
    hosts: ["127.0.0.1"],
    origins: [],
    maxBody: 100_000,
    maxConnections: 10,
    rate: { count: 1000, period: 60 },
    authenticator,
    instances: app.app.instances,
    audit: app.app.audit,
    caches: {},
    parts: [],
    lastBackup: () => Promise.resolve(null),
    issuers: app.config.oidc,
    publicUrl: undefined,
  });
  const stop = new AbortController();
  const listener = Deno.serve(
    { hostname: "127.0.0.1", port, signal: stop.signal, onListen: () => {} },
    (request) => network.fetch(request, { address: "127.0.0.1" }),
  );
  return {
    url,
    app,
    key,
    async [Symbol.asyncDispose]() {
      await network.stop(0);
      // Whoever has not read an answer to its end is not waited for.
      stop.abort();
      await listener.finished;
      await app[Symbol.asyncDispose]();
    },
  };
}
