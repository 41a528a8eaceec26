import type { Context } from "hono";
import type { Log } from "../../log.ts";
import type { Parts, Pulse } from "../../telemetry/parts.ts";
import { SERVER, VERSION } from "../../version.ts";
import type { Env } from "./env.ts";

/** Answers whoever asks whether the server can do its work; what has changed since is logged. */
export function healthOf(
  log: Log,
  transports: readonly string[],
  parts: Parts,
  lastBackup: () => Promise<string | null>,
): (context: Context<Env>) => Promise<Response> {
  const about = {
    server: SERVER,
    version: VERSION,
    capabilities: { tools: true, resources: true, transports },
  };
  const silent = new Set<string>();
  const tell = ({ name, failure }: Pulse) => {
    if (silent.has(name) === (failure !== undefined)) return;
    if (failure === undefined) {
      silent.delete(name);
      log.info("The {name} answers again", { name });
    } else {
      silent.add(name);
      log.warning("The {name} does not answer: {failure}", { name, failure });
    }
  };
  return async (context) => {
    const [pulses, last_verified_backup] = await Promise.all([parts.look(), lastBackup()]);
    for (const pulse of pulses) tell(pulse);
    const failing = pulses.filter(({ failure }) => failure !== undefined);
    if (failing.some(({ required }) => required)) {
      const unhealthy = { status: "unhealthy", ...about, failing: failing.map(({ name }) => name) };
      return context.json(unhealthy, 503);
    }
    const known = { ...about, last_verified_backup };
    if (failing.length === 0) return context.json({ status: "healthy", ...known });
    return context.json(
      { status: "degraded", ...known, failing: failing.map(({ name }) => name) },
      503,
    );
  };
}
