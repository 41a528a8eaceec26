import type { Context } from "hono";
import type { Log } from "../../log.ts";
import type { Parts } from "../../telemetry/parts.ts";
import { SERVER, VERSION } from "../../version.ts";
import type { Env } from "./env.ts";

/** Whether the server can do its work, for whoever asks. */
export async function health(
  context: Context<Env>,
  log: Log,
  transports: readonly string[],
  parts: Parts,
): Promise<Response> {
  const about = {
    server: SERVER,
    version: VERSION,
    capabilities: { tools: true, resources: true, transports },
  };
  const failing = (await parts.look()).filter(({ failure }) => failure !== undefined);
  if (failing.length === 0) return context.json({ status: "healthy", ...about });
  for (const { name, failure } of failing) {
    log.warning("The {name} does not answer: {failure}", { name, failure });
  }
  const status = failing.some(({ required }) => required) ? "unhealthy" : "degraded";
  return context.json({ status, ...about, failing: failing.map(({ name }) => name) }, 503);
}
