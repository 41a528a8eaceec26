import type { Context, Hono, MiddlewareHandler } from "hono";
import { accepts } from "hono/accepts";
import type { Principal } from "../../permissions.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import { SERVER, VERSION } from "../../version.ts";
import { authorityOf } from "./authority.ts";
import type { Door } from "./door.ts";
import type { Env } from "./env.ts";
import { refuse, wrongMethod } from "./refusals.ts";

const PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

/** What proxies add to the requests that they pass on. */
const FORWARDED = [
  ...["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"],
  "x-real-ip",
];

/** The metrics, for an admin and for whoever sits at this machine. */
export function routeMetrics(
  app: Hono<Env>,
  door: Door,
  metrics: Metrics,
  proxied: boolean,
): void {
  const entrance: MiddlewareHandler<Env> = async (context, next) =>
    !proxied && isLocal(context) ? await next() : await door.inner(context, next);
  app.get("/mcp/metrics", entrance, async (context) => {
    const principal: Principal | undefined = context.get("principal");
    if (principal !== undefined && principal.level !== "admin") {
      return refuse(context, 403, `metrics need a key of level admin: got ${principal.level}`, {}, {
        advice: "selfos keys create --name NAME --level admin",
      });
    }
    switch (context.req.query("format") ?? negotiated(context)) {
      case "json":
        return context.json({ server: SERVER, version: VERSION, ...await metrics.json() });
      case "prometheus":
        return context.body(await metrics.text(), 200, { "content-type": PROMETHEUS });
      default:
        return refuse(context, 400, "the format must be json or prometheus");
    }
  });
  app.all("/mcp/metrics", (context) => wrongMethod(context, "GET"));
}

/** Came from this machine, through no proxy that shows itself, and without a key to be judged by. */
function isLocal(context: Context<Env>): boolean {
  const { req, env: { address } } = context;
  const host = URL.parse(`http://${authorityOf(context)}`)?.hostname ?? "";
  return req.header("authorization") === undefined && isLoopback(address) &&
    (host === "localhost" || isLoopback(host.replace(/^\[(.*)\]$/, "$1"))) &&
    FORWARDED.every((name) => req.header(name) === undefined);
}

function isLoopback(address: string): boolean {
  return address === "::1" || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address);
}

/** What answers a scraper that prefers the newer OpenMetrics is the older text, which it reads too. */
function negotiated(context: Context<Env>): "json" | "prometheus" {
  const supports = ["application/json", "text/plain", "application/openmetrics-text"];
  const type = accepts(context, { header: "Accept", supports, default: "application/json" });
  return type === "application/json" ? "json" : "prometheus";
}
