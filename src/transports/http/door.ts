import { INVALID_REQUEST, PARSE_ERROR } from "@modelcontextprotocol/server";
import type { Context, MiddlewareHandler } from "hono";
import { holdsCredential } from "../../credential_text.ts";
import { AppError, BadCredential, NoLevel } from "../../errors.ts";
import type { Audit } from "../../audit/audit.ts";
import type { Authenticator } from "../../auth/authenticate.ts";
import type { Principal } from "../../permissions.ts";
import type { Rate } from "../../config/values.ts";
import type { Instances, Limit } from "../../instances/instances.ts";
import { idOf, isTooDeep, TOO_DEEP } from "../message.ts";
import { authorityOf } from "./authority.ts";
import { Bodies, BODY_MS } from "./bodies.ts";
import type { Env } from "./env.ts";
import type { OAuth } from "./oauth.ts";
import { refuse, tooMany } from "./refusals.ts";

export interface DoorOptions {
  /** `Host` headers that are answered, with or without their port. */
  readonly hosts: readonly string[];
  /** Web origins whose pages may call. */
  readonly origins: readonly string[];
  /** Bytes. */
  readonly maxBody: number;
  readonly rate: Rate;
}

/** Failed credentials of one address. */
const FAILURES: Rate = { count: 30, period: 60 };

/** Words in the names of parameters that carry a credential: `access_token`, `X-API-Key`. */
const CREDENTIALS = [
  ...["accesstoken", "apikey", "auth", "authorization", "bearer", "credential", "credentials"],
  ...["idtoken", "jwt", "key", "passwd", "password", "secret", "token"],
];

/** Whether a query string carries a credential, by the name of a parameter or by its look. */
function hasCredential({ search }: URL): boolean {
  // Some separate parameters by a semicolon.
  return [...new URLSearchParams(search.replaceAll(";", "&"))].some(([name, value]) => {
    const words = name.split(/[^a-zA-Z0-9]+|(?<=[a-z0-9])(?=[A-Z])/);
    return words.some((word) => CREDENTIALS.includes(word.toLowerCase())) ||
      holdsCredential(`${name} ${value}`);
  });
}

const HEADERS = [
  ...["authorization", "content-type", "accept", "last-event-id"],
  ...["mcp-session-id", "mcp-protocol-version", "mcp-method", "mcp-name"],
];

const PREFLIGHT = {
  "access-control-allow-methods": "GET, POST, DELETE",
  "access-control-allow-headers": HEADERS.join(", "),
  "access-control-max-age": "600",
};

/** Who may come in: the checks before any route, each with its own status. */
export class Door implements Disposable {
  readonly #options: DoorOptions;
  readonly #authenticator: Authenticator;
  readonly #oauth: OAuth;
  readonly #failures: Limit;
  readonly #calls: Limit;
  readonly #bodies: Bodies;
  readonly #audit: Audit;

  constructor(
    options: DoorOptions,
    authenticator: Authenticator,
    oauth: OAuth,
    instances: Instances,
    audit: Audit,
  ) {
    this.#options = options;
    this.#audit = audit;
    this.#authenticator = authenticator;
    this.#oauth = oauth;
    this.#failures = instances.limit("failures", FAILURES);
    this.#calls = instances.limit("calls", options.rate);
    this.#bodies = new Bodies(options.maxBody);
  }

  /** Host, origin and query string. */
  readonly outer: MiddlewareHandler<Env> = async (context, next) => {
    const { hosts, origins } = this.#options;
    const url = URL.parse(context.req.url);
    const host = authorityOf(context);
    if (!hosts.includes(host) && !hosts.includes(host.replace(/:\d+$/, ""))) {
      return refuse(context, 421, "this server does not answer for that host", {}, {
        advice: "name it in SELFOS_ALLOWED_HOSTS",
      });
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && !origins.includes(origin)) {
      return refuse(context, 403, "pages of that origin may not call", {}, {
        advice: "name it in SELFOS_ALLOWED_ORIGINS",
      });
    }
    if (url === null) return refuse(context, 400, "the address of the request is malformed");
    if (url.search !== "" && hasCredential(url)) {
      const error = exposed();
      this.#audit.refused(error, context.env.address, false);
      return refuse(context, 400, error.message, {}, error);
    }
    if (origin !== undefined && context.req.method === "OPTIONS") {
      return context.body(null, 204, { ...allowing(origin), ...PREFLIGHT });
    }
    await next();
    if (origin === undefined) return;
    for (const [name, value] of Object.entries(allowing(origin))) context.header(name, value);
  };

  /** The credential, and how often it may be used. */
  readonly inner: MiddlewareHandler<Env> = async (context, next) => {
    const { address } = context.env;
    const [, credential] = /^bearer +(\S+)$/i.exec(context.req.header("authorization") ?? "") ?? [];
    let principal: Principal;
    try {
      if (credential === undefined) throw missing();
      principal = await this.#authenticator.authenticate(credential);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const isRefused = error instanceof NoLevel || error.code === "unauthenticated";
      if (!isRefused) {
        this.#audit.refused(error, address, false);
        // Who is not known yet need not know where the keys of an issuer are, or what they lack.
        return refuse(context, 503, "unavailable: credentials cannot be verified now", {
          "retry-after": "5",
        }, {
          advice: "try again in 5 s",
        });
      }
      // Whoever shares the address with one who guesses, and has a key, is still let in.
      const wait = credential === undefined ? 0 : await this.#failures.take(address);
      this.#audit.refused(error, address, wait > 0);
      if (wait > 0) return tooMany(context, wait, "too many failed credentials");
      if (error instanceof NoLevel) return this.#oauth.withoutLevel(context, error);
      return this.#oauth.unauthenticated(context, error, credential !== undefined);
    }
    const refusal = context.req.method === "DELETE"
      ? undefined
      : await this.count(context, principal, 1);
    if (refusal) return refusal;
    context.set("principal", principal);
    await next();
  };

  /** Counts calls of the principal; answers 0, or after how many seconds it may call again. */
  limit(principal: Principal, address: string, calls = 1): number | Promise<number> {
    const told = (seconds: number) => {
      if (seconds > 0) this.#audit.limited(principal, address);
      return seconds;
    };
    const wait = this.#calls.take(principal.id, calls);
    return typeof wait === "number" ? told(wait) : wait.then(told);
  }

  /** Counts calls that came in one request; answers the refusal where they are too many. */
  async count(
    context: Context<Env>,
    principal: Principal,
    calls: number,
  ): Promise<Response | undefined> {
    const wait = await this.limit(principal, context.env.address, calls);
    return wait > 0 ? tooMany(context, wait, "too many calls with this key") : undefined;
  }

  /** The JSON of a request's body, or the answer that refuses it. */
  async body(context: Context<Env>): Promise<{ value: unknown } | { refusal: Response }> {
    const type = context.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") {
      return { refusal: refuse(context, 415, "the content type must be application/json") };
    }
    const bytes = await this.#bodies.read(context.req.raw);
    if (bytes === "too large") {
      const reason = `the body has more than ${this.#options.maxBody} bytes`;
      return { refusal: refuse(context, 413, reason, { connection: "close" }) };
    }
    if (bytes === "broken off") {
      return { refusal: refuse(context, 400, "the body broke off", { connection: "close" }) };
    }
    if (bytes === "too slow") {
      const reason = `the body took more than ${BODY_MS / 1000} s`;
      return { refusal: refuse(context, 408, reason, { connection: "close" }) };
    }
    let text: string;
    let value: unknown;
    try {
      text = utf8.decode(bytes);
      value = JSON.parse(text);
    } catch {
      const error = { code: PARSE_ERROR, message: "Parse error: the body is not JSON" };
      return { refusal: context.json({ jsonrpc: "2.0", id: null, error }, 400) };
    }
    if (isTooDeep(text)) {
      const error = { code: INVALID_REQUEST, message: `Invalid request: ${TOO_DEEP}` };
      return { refusal: context.json({ jsonrpc: "2.0", id: idOf(value), error }, 400) };
    }
    return { value };
  }

  [Symbol.dispose](): void {
    this.#bodies[Symbol.dispose]();
  }
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What lets a page of the origin read the answer. */
function allowing(origin: string): Record<string, string> {
  return {
    "access-control-allow-origin": origin,
    "access-control-expose-headers": "mcp-session-id, retry-after, www-authenticate",
    vary: "origin",
  };
}

function exposed(): BadCredential {
  return new BadCredential(
    "exposed",
    "a credential may not stand in the query string",
    "send it as Authorization: Bearer KEY, and revoke the one that was shown",
  );
}

function missing(): BadCredential {
  return new BadCredential(
    "missing",
    "Cannot tell who calls as there is no Authorization: Bearer header",
    "selfos keys create --name NAME",
  );
}
