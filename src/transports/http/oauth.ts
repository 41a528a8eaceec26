import { CLIENT_INFO_META_KEY } from "@modelcontextprotocol/server";
import type { Context, Hono } from "hono";
import type { Attempt, Audit } from "../../audit/audit.ts";
import type { Issuer } from "../../config/issuers.ts";
import { type AppError, Denied, type NoLevel, shorten } from "../../errors.ts";
import { isObject } from "../../json.ts";
import { clientOf } from "../../mcp/live_exchange.ts";
import { requestIdOf } from "../../mcp/recorded.ts";
import { useOf } from "../../mcp/use.ts";
import { decide, type Level, LEVELS, type Principal } from "../../permissions.ts";
import { idOf, metaOf } from "../message.ts";
import { authorityOf } from "./authority.ts";
import type { Env } from "./env.ts";
import { refuse, wrongMethod } from "./refusals.ts";

/** Where clients come by tokens, and what they need them for. */
export interface OAuthOptions {
  /** Issuers that clients can ask for a token. */
  readonly issuers: readonly Issuer[];
  /** The address at which clients reach the server, where a proxy stands before it. */
  readonly publicUrl: string | undefined;
}

/** Where RFC 9728 has clients look. */
const METADATA = "/.well-known/oauth-protected-resource";

/** What may not stand in the quotes of a header, after RFC 6750. */
const UNQUOTABLE = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;
const MOST_SAID = 300;

/** A scope as RFC 6749 has it. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** How clients are told to come by a token for this server, or by one of a wider scope. */
export class OAuth {
  readonly #options: OAuthOptions;
  readonly #audit: Audit;
  readonly #isTool: (name: string) => Promise<boolean>;

  constructor(options: OAuthOptions, audit: Audit, isTool: (name: string) => Promise<boolean>) {
    this.#options = options;
    this.#audit = audit;
    this.#isTool = isTool;
  }

  /** Answers who gives out tokens. Where nobody does, clients must find nothing, and use their key. */
  route(app: Hono<Env>): void {
    const { issuers } = this.#options;
    if (issuers.length === 0) return;
    const scopes = [...new Set(issuers.flatMap(scopesOf).map(({ scope }) => scope))];
    for (const path of [METADATA, `${METADATA}/mcp`]) {
      app.get(path, (context) =>
        context.json({
          resource: `${this.#addressFor(context)}/mcp`,
          authorization_servers: issuers.map(({ issuer }) => issuer),
          ...(scopes.length > 0 ? { scopes_supported: scopes } : {}),
          bearer_methods_supported: ["header"],
          resource_name: "SelfOS",
        }));
      app.all(path, (context) => wrongMethod(context, "GET"));
    }
  }

  /** Refuses a request without a credential, or with one that is not good. */
  unauthenticated(context: Context<Env>, error: AppError, shown: boolean): Response {
    const scopes = this.#options.issuers.map((issuer) => scopeFor(issuer, () => true));
    // A scope of one issuer says nothing to another.
    const [scope] = new Set(scopes).size === 1 ? scopes : [];
    const fault = shown ? { error: "invalid_token", error_description: error.message } : {};
    return refuse(
      context,
      401,
      error.message,
      this.#challenge(context, { scope, ...fault }),
      error,
    );
  }

  /** Refuses a good token that allows nothing. */
  withoutLevel(context: Context<Env>, error: NoLevel): Response {
    const scope = scopeFor(this.#issuerNamed(error.issuer), () => true);
    return this.#insufficient(context, error, scope);
  }

  /** Refuses a message with a call that a token of a wider scope would allow, before any of it runs. */
  async stepUp(
    context: Context<Env>,
    principal: Principal,
    body: unknown,
  ): Promise<Response | undefined> {
    const issuer = this.#issuerNamed(principal.issuer);
    if (issuer === undefined) return undefined;
    for (const message of Array.isArray(body) ? body : [body]) {
      const action = actionOf(message);
      if (action === undefined) continue;
      const decision = decide(principal, action);
      if (decision.allowed) continue;
      const { use } = action;
      const scope = scopeFor(issuer, (level) => decide({ ...principal, level }, action).allowed);
      if (scope === undefined || !await this.#isTool(use)) continue;
      const { rule } = decision;
      this.#audit.record(attemptOf(context, principal, message, use, rule));
      const error = new Denied(rule, `call ${use}`, `sign in again with the scope ${scope}`);
      return this.#insufficient(context, error, scope);
    }
    return undefined;
  }

  #issuerNamed(name: string | undefined): Issuer | undefined {
    return this.#options.issuers.find(({ issuer }) => issuer === name);
  }

  #insufficient(
    context: Context<Env>,
    { message, advice }: AppError,
    scope: string | undefined,
  ): Response {
    const fault = { error: "insufficient_scope", error_description: message };
    const headers = this.#challenge(context, { scope, ...fault });
    return refuse(context, 403, message, headers, { advice });
  }

  /** The header with which a refusal asks for a token. */
  #challenge(
    context: Context<Env>,
    parameters: Readonly<Record<string, string | undefined>>,
  ): Record<string, string> {
    if (this.#options.issuers.length === 0) return { "www-authenticate": "Bearer" };
    const resource_metadata = `${this.#addressFor(context)}${METADATA}/mcp`;
    const said = Object.entries({ resource_metadata, ...parameters }).flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}="${quotable(value)}"`]
    );
    return { "www-authenticate": `Bearer ${said.join(", ")}` };
  }

  /** The address of this server as the client has it, to the letter: it compares. */
  #addressFor(context: Context<Env>): string {
    const { publicUrl } = this.#options;
    if (publicUrl !== undefined) return publicUrl.replace(/(\/mcp)?\/*$/, "");
    return `${URL.parse(context.req.url)?.protocol}//${authorityOf(context)}`;
  }
}

/** The record of a call that is refused before it runs. */
function attemptOf(
  { env: { address } }: Context<Env>,
  { id, user_id }: Principal,
  message: unknown,
  target: string,
  reason: string,
): Attempt {
  return {
    ...{ action: "tools/call", target, user_id, asker: { id, user_id }, address },
    ...{ client: clientIn(message), request_id: requestIdOf(idOf(message)) },
    ...{ outcome: "permission_denied", reason, duration_ms: 0 },
  };
}

/** The client of a message that says which one sends it, as those of the 2026 era do. */
function clientIn(message: unknown): string | null {
  const meta = metaOf(message);
  return meta !== undefined && CLIENT_INFO_META_KEY in meta ? clientOf(undefined, meta) : null;
}

/** The tool that a message calls, and for whom. */
function actionOf(message: unknown): ReturnType<typeof useOf> | undefined {
  if (!isObject(message) || message["method"] !== "tools/call") return undefined;
  const params = message["params"];
  if (!isObject(params) || typeof params["name"] !== "string") return undefined;
  return useOf(params["name"], params["arguments"]);
}

/** The scopes that tokens of an issuer may have, by what they allow, the narrowest first. */
function scopesOf({ levelClaim, levelMap }: Issuer): { scope: string; level: Level }[] {
  if (levelClaim !== "scope" && levelClaim !== "scp") return [];
  const levels = levelMap ?? Object.fromEntries(LEVELS.map((level) => [level, level]));
  return Object.entries(levels)
    .map(([scope, level]) => ({ scope, level }))
    .filter(({ scope }) => SCOPE.test(scope))
    .sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

/** The scope of the smallest level that suits. */
function scopeFor(
  issuer: Issuer | undefined,
  suits: (level: Level) => boolean,
): string | undefined {
  return issuer && scopesOf(issuer).find(({ level }) => suits(level))?.scope;
}

function quotable(text: string): string {
  return shorten(text, MOST_SAID).replaceAll("…", "...").replaceAll('"', "'")
    .replace(UNQUOTABLE, "?");
}
